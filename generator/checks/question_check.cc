// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/question_check.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/words/content_words.h"
#include "generator/words/language.h"
#include "generator/words/scripts.h"

namespace quipu::generator {
namespace {

using Words = std::vector<std::string>;
using WordSet = absl::flat_hash_set<absl::string_view>;

// A question may have this many words: longer ones are pasted paragraphs.
constexpr size_t kMostWords = 80;
// The same in characters, where words have no spaces between them.
constexpr size_t kMostCharacters = 160;
// Several questions together may have this many words.
constexpr size_t kMostWordsOfSeveral = 40;
bool IsQuestionWord(absl::string_view word) {
  static const auto& words =
      *new WordSet({"what", "who", "whom", "whose", "when", "where", "which", "why", "how",
                    "what's", "who's", "whats", "whos", "where's", "when's", "how's", "whether"});
  return words.contains(word);
}

// What a question or a request begins with.
bool IsOpeningWord(absl::string_view word) {
  static const auto& words = *new WordSet(
      {"is",       "are",      "was",      "were",      "do",        "does",      "did",
       "can",      "could",    "has",      "have",      "had",       "will",      "would",
       "should",   "may",      "might",    "must",      "shall",     "isn't",     "aren't",
       "wasn't",   "weren't",  "don't",    "doesn't",   "didn't",    "can't",     "name",
       "list",     "describe", "explain",  "compare",   "summarize", "summarise", "define",
       "identify", "give",     "tell",     "state",     "discuss",   "outline",   "mention",
       "find",     "provide",  "contrast", "calculate", "show",      "write",     "elaborate"});
  return words.contains(word);
}

// Words that the next one must follow. A question may end with a preposition.
bool ExpectsAnotherWord(absl::string_view word, bool has_mark) {
  static const auto& always = *new WordSet({"the", "an", "and", "or", "because", "whose"});
  static const auto& without_mark =
      *new WordSet({"a", "that", "which", "is", "are", "was", "were", "as", "than", "its", "their",
                    "this", "these", "between", "if", "when", "while", "but"});
  return always.contains(word) || (!has_mark && without_mark.contains(word));
}

struct Marks {
  size_t questions = 0;     // Question marks.
  bool at_end = false;      // The last mark is a question mark.
  bool statement = false;   // It ends like a statement.
  bool breaks_off = false;  // It ends with "..." or "…".
};

Marks FindMarks(absl::string_view text) {
  Marks marks;
  bool was_mark = false;
  bool greek = false;  // The last letter. Its question mark is a semicolon in NFC.
  for (size_t i = 0; i < text.size();) {
    const char32_t c = NextCodePoint(text, &i);
    const bool mark = IsQuestionMark(c) || (c == U';' && greek);
    if (u_isalpha(static_cast<UChar32>(c))) {
      UErrorCode code = U_ZERO_ERROR;
      greek = uscript_getScript(static_cast<UChar32>(c), &code) == USCRIPT_GREEK;
    }
    marks.questions += mark && !was_mark ? 1 : 0;
    was_mark = mark;
    if (mark) {
      marks.at_end = true;
      marks.statement = false;
    } else if (u_isalnum(static_cast<UChar32>(c))) {
      marks.at_end = marks.statement = false;
    } else if (EndsSentence(c)) {
      marks.statement = !marks.at_end;
    }
  }
  marks.breaks_off = absl::EndsWith(text, "...") || absl::EndsWith(text, "…") ||
                     absl::EndsWith(text, ",") || absl::EndsWith(text, "-");
  return marks;
}

bool AsksByItsWords(const Words& words) {
  if (words.empty()) return false;
  if (IsOpeningWord(words[0])) return true;
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return IsQuestionWord(word); });
}

// A text that ends like a statement asks only if it begins with a request
// ("Describe ...") or a question word.
bool RequestsByItsWords(const Words& words) {
  return !words.empty() && (IsOpeningWord(words[0]) || IsQuestionWord(words[0]));
}

bool AsksBy(const Marks& marks, const Words& words) {
  if (marks.at_end) return true;
  return marks.statement ? RequestsByItsWords(words) : AsksByItsWords(words);
}

}  // namespace

bool Asks(absl::string_view text, Language language) {
  if (language != Language::kEnglish) return IsQuestion(text, language);
  return AsksBy(FindMarks(text), FoldedWords(text));
}

std::string WhyNotAQuestion(absl::string_view text, Language language) {
  const Marks marks = FindMarks(text);
  const Words words = FoldedWords(text);
  if (!Asks(text, language)) {
    return absl::StrCat("no question mark, no question word: ", Snippet(text, 60));
  }
  if (marks.breaks_off || (language == Language::kEnglish && !words.empty() &&
                           ExpectsAnotherWord(words.back(), marks.at_end))) {
    return absl::StrCat("it breaks off: ",
                        Snippet(text.substr(FloorToCodePoint(
                                    text, text.size() - std::min<size_t>(text.size(), 40))),
                                60));
  }
  const bool unspaced = IsUnspaced(text);
  const size_t length = unspaced ? CountCodePoints(text) : words.size();
  const size_t most = unspaced ? kMostCharacters : kMostWords;
  if (length > most) {
    return absl::StrCat("a paragraph of ", length, unspaced ? " characters" : " words", ", limit ",
                        most);
  }
  const size_t most_of_several = unspaced ? kMostCharacters / 2 : kMostWordsOfSeveral;
  if (marks.questions > 1 && length > most_of_several) {
    return absl::StrCat(marks.questions, " questions in ", length,
                        unspaced ? " characters" : " words", ", limit ", most_of_several);
  }
  return "";
}

}  // namespace quipu::generator
