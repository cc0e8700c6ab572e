// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/content_words.h"

#include <memory>
#include <optional>
#include <utility>

#include "generator/languages/tables.h"
#include "generator/words/han_numbers.h"
#include "generator/words/stemmer.h"
#include "generator/words/stop_words.h"
#include "generator/words/text_words.h"
#include "generator/words/word_meaning.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

// "1." or "2)" in front of an item's text.
template <typename AnyWord>
bool IsListMarker(const AnyWord& word, absl::string_view text) {
  if (!word.number || !word.starts_sentence || word.text.size() > 2) return false;
  const size_t after = static_cast<size_t>(word.text.data() - text.data()) + word.text.size();
  return after + 2 < text.size() && (text[after] == '.' || text[after] == ')') &&
         text[after + 1] == ' ' && HasLetterOrDigit(text.substr(after + 2));
}

// "一八九一" in Chinese and Japanese, the languages without spaces.
std::vector<std::string> NumbersInWords(absl::string_view text, Language language) {
  if (TableOf(language).spaces) return {};
  return HanNumbers(text);
}

// Calls use(content, hash) for each content word; some come several times.
template <typename AnyWord, typename Use>
void ForEachMeaning(absl::string_view text, const std::vector<AnyWord>& words,
                    const WordHashes& folded, Language language, const Use& use) {
  SeenHashes seen(words.size());
  for (size_t i = 0; i < words.size(); ++i) {
    const AnyWord& word = words[i];
    if (IsListMarker(word, text) || !seen.Add(folded[i])) continue;
    if (word.number) {
      use(word.folded, folded[i]);
      continue;
    }
    const WordMeaning& meaning = MeaningOf(word.folded, folded[i], language);
    if (!meaning.stop) use(meaning.content, meaning.hash);
  }
  for (const std::string& number : NumbersInWords(text, language)) {
    use(number, HashOfWord(number));
  }
}

}  // namespace

std::vector<std::string> FoldedWords(absl::string_view text) {
  const std::shared_ptr<const TextWords> split = WordsOf(text);
  std::vector<std::string> folded;
  folded.reserve(split->words.size());
  for (const TextWord& word : split->words) folded.emplace_back(word.folded);
  return folded;
}

std::set<std::string> ContentWords(absl::string_view text, Language language) {
  const std::shared_ptr<const TextWords> split = WordsOf(text);
  std::set<std::string> content;
  ForEachMeaning(split->text, split->words, split->folded, language,
                 [&](absl::string_view word, uint64_t) { content.emplace(word); });
  return content;
}

void ForEachContentWord(absl::string_view text, Language language,
                        absl::FunctionRef<void(absl::string_view, uint64_t)> use) {
  const std::shared_ptr<const TextWords> split = WordsOf(text);
  ForEachMeaning(split->text, split->words, split->folded, language, use);
}

std::shared_ptr<const WordHashes> ContentHashes(absl::string_view text, Language language) {
  const std::shared_ptr<const TextWords> split = WordsOf(text);
  if (split->content == nullptr || split->content_language != language) {
    WordHashes hashes;
    hashes.reserve(split->words.size());
    ForEachMeaning(split->text, split->words, split->folded, language,
                   [&](absl::string_view, uint64_t hash) { hashes.push_back(hash); });
    split->content = std::make_shared<const WordHashes>(SortedHashes(std::move(hashes)));
    split->content_language = language;
  }
  return split->content;
}

std::vector<std::string> Numbers(absl::string_view text, bool spelled, Language language) {
  std::vector<std::string> numbers;
  const std::shared_ptr<const TextWords> split = WordsOf(text);
  for (const TextWord& word : split->words) {
    if (!word.number && !spelled) continue;
    if (IsListMarker(word, split->text)) continue;
    if (word.number) {
      numbers.emplace_back(word.folded);
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
  const std::shared_ptr<const TextWords> split = WordsOf(text);
  for (const TextWord& word : split->words) {
    if (word.number || word.starts_sentence || !IsCapitalised(word.text)) continue;
    if (!IsStopWord(word.folded, language) && !DigitsOfNumberWord(word.folded, language)) {
      names.push_back(
          {Stem(WithoutElision(word.folded, language), language), std::string(word.text)});
    }
  }
  return names;
}

}  // namespace quipu::generator
