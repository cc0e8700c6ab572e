// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/content_words.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "generator/han_numbers.h"
#include "generator/languages/tables.h"
#include "generator/stemmer.h"
#include "generator/stop_words.h"
#include "generator/words.h"

namespace quipu::generator {
namespace {

// "1." or "2)" in front of an item's text.
bool IsListMarker(const Word& word, absl::string_view text) {
  const size_t after = static_cast<size_t>(word.text.data() - text.data()) + word.text.size();
  return word.number && word.starts_sentence && word.text.size() <= 2 && after + 2 < text.size() &&
         (text[after] == '.' || text[after] == ')') && text[after + 1] == ' ' &&
         HasLetterOrDigit(text.substr(after + 2));
}

// A copy of a text, its words, and (once asked for) its content words in a language.
struct Split {
  std::string text;
  std::vector<Word> words;
  std::optional<std::set<std::string>> content;
  Language content_language = Language::kUnknown;
};

// The filters use the words of a pair's texts several times, and those of a chunk for several
// pairs: each thread caches the words of the last few texts. Texts larger than the recipe's are not
// cached.
constexpr size_t kRemembered = 6;
constexpr size_t kMaxRememberedBytes = 16 << 10;

// "一八九一" in Chinese and Japanese, the languages without spaces.
std::vector<std::string> NumbersInWords(absl::string_view text, Language language) {
  if (TableOf(language).spaces) return {};
  return HanNumbers(text);
}

std::shared_ptr<Split> SplitOnce(absl::string_view text) {
  thread_local std::vector<std::shared_ptr<Split>> remembered;
  for (size_t i = 0; i < remembered.size(); ++i) {
    if (absl::string_view(remembered[i]->text) != text) continue;
    std::rotate(remembered.begin(), remembered.begin() + i, remembered.begin() + i + 1);
    return remembered.front();
  }
  auto split = std::make_shared<Split>();
  split->text = std::string(text);
  split->words = SplitWords(split->text);
  if (text.size() <= kMaxRememberedBytes) {
    if (remembered.size() == kRemembered) remembered.pop_back();
    remembered.insert(remembered.begin(), split);
  }
  return split;
}

}  // namespace

std::vector<std::string> FoldedWords(absl::string_view text) {
  const std::shared_ptr<const Split> split = SplitOnce(text);
  std::vector<std::string> folded;
  folded.reserve(split->words.size());
  for (const Word& word : split->words) folded.push_back(word.folded);
  return folded;
}

std::set<std::string> ContentWords(absl::string_view text, Language language) {
  const std::shared_ptr<Split> split = SplitOnce(text);
  if (split->content.has_value() && split->content_language == language) return *split->content;
  std::set<std::string>& content = split->content.emplace();
  split->content_language = language;
  for (const Word& word : split->words) {
    if (IsListMarker(word, split->text)) continue;
    if (word.number) {
      content.insert(word.folded);
      continue;
    }
    const absl::string_view bare = WithoutElision(word.folded, language);
    if (IsStopWord(word.folded, language) || IsStopWord(bare, language)) continue;
    const std::optional<std::string> number = DigitsOfNumberWord(bare, language);
    content.insert(number.has_value() ? *number : Stem(bare, language));
  }
  for (std::string& number : NumbersInWords(split->text, language)) {
    content.insert(std::move(number));
  }
  return content;
}

std::vector<std::string> Numbers(absl::string_view text, bool spelled, Language language) {
  std::vector<std::string> numbers;
  const std::shared_ptr<const Split> split = SplitOnce(text);
  for (const Word& word : split->words) {
    if (IsListMarker(word, split->text)) continue;
    if (word.number) {
      numbers.push_back(word.folded);
    } else if (spelled) {
      std::optional<std::string> number = DigitsOfNumberWord(word.folded, language);
      if (number.has_value()) numbers.push_back(*std::move(number));
    }
  }
  for (std::string& number : NumbersInWords(split->text, language)) {
    numbers.push_back(std::move(number));
  }
  return numbers;
}

std::vector<Name> Names(absl::string_view text, Language language) {
  std::vector<Name> names;
  if (!TableOf(language).capitals_are_names) return names;
  const std::shared_ptr<const Split> split = SplitOnce(text);
  for (const Word& word : split->words) {
    if (word.number || word.starts_sentence || IsStopWord(word.folded, language)) continue;
    if (IsCapitalised(word.text) && !DigitsOfNumberWord(word.folded, language)) {
      names.push_back(
          {Stem(WithoutElision(word.folded, language), language), std::string(word.text)});
    }
  }
  return names;
}

}  // namespace quipu::generator
