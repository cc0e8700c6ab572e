// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words.h"

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

constexpr std::array<absl::string_view, 156> kStopWords = {
    "a",      "about",   "above",  "after", "again",   "all",      "also",    "although", "am",
    "among",  "an",      "and",    "any",   "are",     "as",       "at",      "be",       "because",
    "been",   "before",  "being",  "below", "between", "both",     "but",     "by",       "can",
    "cannot", "could",   "did",    "do",    "does",    "doing",    "done",    "during",   "each",
    "either", "etc",     "for",    "from",  "further", "had",      "has",     "have",     "having",
    "he",     "her",     "here",   "hers",  "him",     "his",      "how",     "however",  "i",
    "if",     "in",      "into",   "is",    "isn't",   "it",       "it's",    "its",      "itself",
    "just",   "let",     "may",    "me",    "might",   "more",     "most",    "much",     "must",
    "my",     "neither", "no",     "nor",   "not",     "of",       "off",     "on",       "once",
    "only",   "onto",    "or",     "other", "others",  "our",      "out",     "over",     "own",
    "per",    "rather",  "same",   "shall", "she",     "should",   "since",   "so",       "some",
    "such",   "than",    "that",   "the",   "their",   "theirs",   "them",    "then",     "there",
    "these",  "they",    "this",   "those", "though",  "through",  "thus",    "to",       "too",
    "under",  "until",   "up",     "upon",  "us",      "very",     "via",     "was",      "we",
    "were",   "what",    "what's", "when",  "where",   "whereas",  "whether", "which",    "while",
    "who",    "whom",    "whose",  "why",   "will",    "with",     "within",  "without",  "would",
    "yes",    "yet",     "you",    "your",  "yours",   "yourself", "doesn't", "don't",    "isn",
    "aren't", "wasn't",  "won't"};

constexpr std::array<absl::string_view, 21> kNumberWords = {
    "zero",     "one",     "two",     "three",     "four",     "five",     "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};

// ICU's rules are loaded once a thread: opening them costs more than the text.
icu::BreakIterator& WordIterator() {
  thread_local std::unique_ptr<icu::BreakIterator> iterator = [] {
    UErrorCode code = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), code));
    QUIPU_CHECK(U_SUCCESS(code)) << "icu has no word rules: " << u_errorName(code);
    return made;
  }();
  return *iterator;
}

std::string FoldCase(absl::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isascii(c); })) {
    return absl::AsciiStrToLower(text);
  }
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded);
  UErrorCode code = U_ZERO_ERROR;
  icu::CaseMap::utf8Fold(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink,
                         nullptr, code);
  return U_SUCCESS(code) ? folded : std::string(text);
}

bool HasLetterOrDigit(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (u_isalnum(static_cast<UChar32>(NextCodePoint(text, &i)))) return true;
  }
  return false;
}

bool IsNumber(absl::string_view text) {
  return absl::ascii_isdigit(text.front()) && absl::ascii_isdigit(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(c) || c == '.' || c == ','; });
}

// "16,384" is one number with a group comma; "1,2" keeps its comma.
std::string CanonicalNumber(absl::string_view text) {
  std::string number;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool group = text[i] == ',' && i + 3 < text.size() &&
                       (i + 4 == text.size() || !absl::ascii_isdigit(text[i + 4]));
    if (!group) number.push_back(text[i]);
  }
  return number;
}

// Digits of a number word; empty if it is none.
std::string NumberOfWord(absl::string_view folded) {
  static const auto& numbers = *[] {
    auto* made = new absl::flat_hash_map<absl::string_view, std::string>;
    for (size_t i = 0; i < kNumberWords.size(); ++i) {
      made->emplace(kNumberWords[i], std::to_string(i));
    }
    return made;
  }();
  const auto found = numbers.find(folded);
  return found == numbers.end() ? "" : found->second;
}

const absl::flat_hash_set<absl::string_view>& StopWords() {
  static const auto& words =
      *new absl::flat_hash_set<absl::string_view>(kStopWords.begin(), kStopWords.end());
  return words;
}

// What stands between two words: does it end a sentence?
bool EndsSentence(absl::string_view between) {
  bool ended = false;
  for (const char c : between) {
    if (c == '.' || c == '?' || c == '!' || c == ':' || c == '\n') ended = true;
  }
  return ended;
}

// "1." or "2)" in front of an item's text.
bool IsListMarker(const Word& word, absl::string_view text) {
  const size_t after = static_cast<size_t>(word.text.data() - text.data()) + word.text.size();
  return word.number && word.starts_sentence && word.text.size() <= 2 && after + 2 < text.size() &&
         (text[after] == '.' || text[after] == ')') && text[after + 1] == ' ' &&
         HasLetterOrDigit(text.substr(after + 2));
}

bool IsCapitalised(absl::string_view text) {
  size_t i = 0;
  return u_isupper(static_cast<UChar32>(NextCodePoint(text, &i)));
}

}  // namespace

std::vector<Word> SplitWords(absl::string_view text) {
  std::vector<Word> words;
  UErrorCode code = U_ZERO_ERROR;
  UText utext = UTEXT_INITIALIZER;
  utext_openUTF8(&utext, text.data(), static_cast<int64_t>(text.size()), &code);
  icu::BreakIterator& iterator = WordIterator();
  iterator.setText(&utext, code);
  QUIPU_CHECK(U_SUCCESS(code)) << "icu word boundaries: " << u_errorName(code);
  size_t last_end = 0;
  bool first = true;
  int32_t begin = iterator.first();
  for (int32_t end = iterator.next(); end != icu::BreakIterator::DONE; end = iterator.next()) {
    const absl::string_view piece = text.substr(begin, end - begin);
    const size_t piece_begin = begin;
    begin = end;
    if (!HasLetterOrDigit(piece)) continue;
    Word word;
    word.text = piece;
    word.number = IsNumber(piece);
    word.folded = word.number ? CanonicalNumber(piece) : FoldCase(piece);
    word.starts_sentence = first || EndsSentence(text.substr(last_end, piece_begin - last_end));
    first = false;
    last_end = end;
    words.push_back(std::move(word));
  }
  utext_close(&utext);
  return words;
}

namespace {

// A text's own copy, its words, and those with content once they were wanted.
struct Split {
  std::string text;
  std::vector<Word> words;
  std::optional<std::set<std::string>> content;
};

// The filters look at one pair's texts from many sides, and at one chunk for
// several pairs: a thread remembers the words of those it has just seen. Larger
// ones than any of the recipe's are not kept.
constexpr size_t kRemembered = 6;
constexpr size_t kMaxRememberedBytes = 16 << 10;

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

std::string FoldSuffix(absl::string_view folded) {
  absl::string_view word = folded;
  for (absl::string_view possessive : {"'s", "\u2019s", "'", "\u2019"}) {
    if (absl::EndsWith(word, possessive)) {
      word.remove_suffix(possessive.size());
      break;
    }
  }
  struct Ending {
    absl::string_view from;
    absl::string_view to;
  };
  // Longest first; what is left must still be a word (three letters or more).
  static constexpr Ending kEndings[] = {
      {"ations", "at"}, {"ation", "at"}, {"ities", "iti"}, {"ness", ""}, {"ments", "ment"},
      {"ingly", ""},    {"edly", ""},    {"ings", ""},     {"ions", ""}, {"ies", "y"},
      {"ied", "y"},     {"ing", ""},     {"ion", ""},      {"ers", ""},  {"ors", ""},
      {"ed", ""},       {"es", ""},      {"er", ""},       {"or", ""},   {"ly", ""},
      {"s", ""},        {"e", ""}};
  for (const Ending& ending : kEndings) {
    if (!absl::EndsWith(word, ending.from)) continue;
    if (ending.from == "s" && absl::EndsWith(word, "ss")) break;
    const absl::string_view stem = word.substr(0, word.size() - ending.from.size());
    if (stem.size() < 3) continue;
    std::string result = absl::StrCat(stem, ending.to);
    // "stopped" -> "stop": a doubled consonant goes with the ending.
    const size_t n = result.size();
    if (ending.to.empty() && n >= 4 && result[n - 1] == result[n - 2] && result[n - 1] != 'l' &&
        result[n - 1] != 's') {
      result.pop_back();
    }
    // "ations" left "at": "installation" and "install" still meet below.
    if (absl::EndsWith(result, "at") && ending.to == "at" && n > 5) result.resize(n - 2);
    return result;
  }
  return std::string(word);
}

bool IsStopWord(absl::string_view folded) {
  const size_t quote = folded.find("\u2019");
  if (quote == absl::string_view::npos) return StopWords().contains(folded);
  // Typographic apostrophes read as plain ones.
  return StopWords().contains(absl::StrCat(folded.substr(0, quote), "'", folded.substr(quote + 3)));
}

std::set<std::string> ContentWords(absl::string_view text) {
  const std::shared_ptr<Split> split = SplitOnce(text);
  if (split->content.has_value()) return *split->content;
  std::set<std::string>& content = split->content.emplace();
  for (const Word& word : split->words) {
    if (IsListMarker(word, split->text)) continue;
    if (word.number) {
      content.insert(word.folded);
    } else if (!IsStopWord(word.folded)) {
      const std::string number = NumberOfWord(word.folded);
      content.insert(number.empty() ? FoldSuffix(word.folded) : number);
    }
  }
  return content;
}

std::vector<std::string> Numbers(absl::string_view text, bool spelled) {
  std::vector<std::string> numbers;
  const std::shared_ptr<const Split> split = SplitOnce(text);
  for (const Word& word : split->words) {
    if (IsListMarker(word, split->text)) continue;
    if (word.number) {
      numbers.push_back(word.folded);
    } else if (spelled) {
      std::string number = NumberOfWord(word.folded);
      if (!number.empty()) numbers.push_back(std::move(number));
    }
  }
  return numbers;
}

std::vector<Name> Names(absl::string_view text) {
  std::vector<Name> names;
  const std::shared_ptr<const Split> split = SplitOnce(text);
  for (const Word& word : split->words) {
    if (word.number || word.starts_sentence || IsStopWord(word.folded)) continue;
    if (IsCapitalised(word.text) && NumberOfWord(word.folded).empty()) {
      names.push_back({FoldSuffix(word.folded), std::string(word.text)});
    }
  }
  return names;
}

namespace {

size_t CountCommon(const std::set<std::string>& a, const std::set<std::string>& b) {
  size_t common = 0;
  for (const std::string& word : a) common += b.count(word);
  return common;
}

}  // namespace

double Jaccard(const std::set<std::string>& a, const std::set<std::string>& b) {
  const size_t common = CountCommon(a, b);
  const size_t all = a.size() + b.size() - common;
  return all == 0 ? 0.0 : static_cast<double>(common) / static_cast<double>(all);
}

double Containment(const std::set<std::string>& a, const std::set<std::string>& b) {
  const size_t fewer = std::min(a.size(), b.size());
  return fewer == 0 ? 0.0 : static_cast<double>(CountCommon(a, b)) / static_cast<double>(fewer);
}

}  // namespace quipu::generator
