// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/unfit_text.h"

#include <re2/re2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/content_words.h"
#include "generator/language_patterns.h"
#include "generator/outline.h"
#include "generator/scripts.h"
#include "generator/sentences.h"
#include "generator/stop_words.h"
#include "generator/word_sets.h"
#include "generator/words.h"

namespace quipu::generator {
namespace {

// Sentences with fewer words may be repeated ("It is.").
constexpr size_t kLeastRepeatedWords = 5;
// An answer with fewer words is a phrase, which needs no full stop.
constexpr size_t kLeastSentenceWords = 6;
// Two sentences with this overlap say the same.
constexpr double kRepeatedOverlap = 0.9;
constexpr size_t kDetailBytes = 60;

std::string FindPattern(absl::string_view text, const RE2& pattern) {
  re2::StringPiece found;
  if (!RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern, &found)) return "";
  return std::string(absl::StripAsciiWhitespace(absl::string_view(found.data(), found.size())));
}

// Places that a form leaves to be filled in. "[]" alone is code.
std::string FindBlank(absl::string_view text) {
  static const RE2& pattern = *new RE2(
      R"((\[[ \t]+\]|[$€£¥][ \t]*\[[ \t]*\]|\[[ \t]*[●•∙■_*…]+[ \t]*\]|[●■]{2,}|_{3,})"
      R"(|\b[Xx]{2}/[Xx]{2}\b|\bX{4,}\b|(?i:\[(?:insert|your|date|name|amount|company name)\b[^\]]*\])))");
  return FindPattern(text, pattern);
}

// What a reply's frame leaves inside the texts.
std::string FindMarkup(absl::string_view text) {
  static const RE2& pattern = *new RE2(
      R"((?m)((?i:</?(?:question|answer|excerpt|document|chunk)\s*>)|<\|[a-z_]+\|>|\[/?INST\])"
      R"(|^#{2,}[ \t]|###|^(?i:question|answer|response|output)[ \t]*\d*[ \t]*:)"
      R"(|(?:[.?!][ \t]+)(?:Question|Answer)[ \t]*\d*[ \t]*:))");
  return FindPattern(text, pattern);
}

// The text without what it quotes.
std::string WithoutQuotes(absl::string_view text) {
  static const RE2& quoted =
      *new RE2("\"[^\"]*\"|“[^”]*”|„[^“]*“|«[^»]*»|`[^`]*`|‘[^’]*’|「[^」]*」|『[^』]*』");
  std::string out(text);
  RE2::GlobalReplace(&out, quoted, "\"\"");
  return out;
}

// Whether "I" after this word is a numeral or a name's part: "Type I", "World War
// I", "Elizabeth I".
bool MakesNumeral(absl::string_view before) {
  return IsCapitalised(before) && !IsStopWord(absl::AsciiStrToLower(before), Language::kEnglish);
}

// "I" and the word in front of it, if it is a person who tells. Questions may ask
// for a reader ("How do I ...", "what if I am ..."): there only the past tense tells.
std::string FindSpeaker(const std::string& text, bool is_question) {
  static const RE2& pattern =
      *new RE2(R"((?:\b([A-Za-z'’]+)[ \t\n]+)?\b(I(?:['’](?:m|ve|d|ll))?[ \t\n]+[a-z]+))");
  static const RE2& tells = *new RE2(
      R"(I\s+(?:was|had|went|came|saw|met|said|took|gave|felt|knew|thought|made|wrote|[a-z]+[a-df-z]ed))");
  static const RE2& reader =
      *new RE2("(?i)(?:if|when|after|before|once|since|that|and|or|what|where|because)");
  re2::StringPiece rest(text);
  re2::StringPiece before, found;
  while (RE2::FindAndConsume(&rest, pattern, &before, &found)) {
    if (MakesNumeral(absl::string_view(before.data(), before.size()))) continue;
    if (is_question && (!RE2::FullMatch(found, tells) || RE2::FullMatch(before, reader))) continue;
    return std::string(found);
  }
  return "";
}

std::string FindNarrator(absl::string_view text, bool is_question, Language language) {
  const std::string own = WithoutQuotes(text);
  const LanguagePatterns& patterns = PatternsOf(language);
  // Of questions see source_references.h.
  if (!is_question && patterns.first_person != nullptr) {
    return FindPattern(own, *patterns.first_person);
  }
  std::string found = FindSpeaker(own, is_question);
  // "How do we install it?" may be a reader; "When will we pay our loan?" is not.
  static const RE2& party = *new RE2(
      R"((\b[Oo]urs?\b|\b(?:will|did|are|were|have|had|shall)[ \t\n]+we\b|\bwe[ \t\n]+(?:were|had|are|will)\b))");
  if (found.empty() && is_question) return FindPattern(own, party);
  if (!found.empty()) return found;
  static const RE2& others = *new RE2(
      R"((\b(?:[Mm]y|[Mm]yself)[ \t\n]+[a-z]+|\b[Ww]e(?:['’](?:ve|re|ll|d))?[ \t\n]+[a-z]+|)"
      R"(\b(?:[Oo]urs?|us|[Oo]urselves)\b))");
  return FindPattern(own, others);
}

std::vector<absl::string_view> SentencesOf(absl::string_view text) {
  Block block;
  block.kind = BlockKind::kProse;
  block.end = text.size();
  block.sentences = true;
  std::vector<absl::string_view> sentences;
  for (const Sentence& sentence : SplitSentences(text, block)) {
    sentences.push_back(text.substr(sentence.begin, sentence.end - sentence.begin));
  }
  return sentences;
}

std::string FindRepeated(absl::string_view text) {
  std::vector<std::set<std::string>> earlier;
  for (const absl::string_view sentence : SentencesOf(text)) {
    const std::vector<std::string> words = FoldedWords(sentence);
    if (words.size() < kLeastRepeatedWords) continue;
    std::set<std::string> set(words.begin(), words.end());
    for (const std::set<std::string>& other : earlier) {
      if (Jaccard(set, other) >= kRepeatedOverlap) return Snippet(sentence, kDetailBytes);
    }
    earlier.push_back(std::move(set));
  }
  return "";
}

// The last line, if the text does not end as a sentence does. A list may end with
// an item, and a few words are a phrase.
std::string FindBrokenEnd(absl::string_view answer) {
  if (!MarksSentenceEnds(answer)) return "";
  if (!IsUnspaced(answer) && FoldedWords(answer).size() < kLeastSentenceWords) return "";
  const size_t line_begin = answer.rfind('\n');
  const absl::string_view line =
      line_begin == absl::string_view::npos ? answer : answer.substr(line_begin + 1);
  static const RE2& item = *new RE2(R"(\s*(?:[-*•+]|\(?\w{1,3}[.)])\s.*)");
  if (RE2::FullMatch(re2::StringPiece(line.data(), line.size()), item)) return "";
  bool ended = false;
  for (size_t i = 0; i < line.size();) {
    const char32_t c = NextCodePoint(line, &i);
    if (u_isalnum(static_cast<UChar32>(c))) {
      ended = false;
    } else if (EndsSentence(c)) {
      ended = true;
    }
  }
  if (ended) return "";
  const size_t from = FloorToCodePoint(line, line.size() - std::min<size_t>(line.size(), 40));
  return Snippet(line.substr(from), kDetailBytes);
}

std::string Fault(absl::string_view where, absl::string_view kind, const std::string& found) {
  return absl::StrCat(where, ": ", kind, ": ", Snippet(found, kDetailBytes));
}

}  // namespace

std::string FindUnfitText(const PairView& pair) {
  for (const bool is_question : {true, false}) {
    const absl::string_view text = is_question ? pair.question : pair.answer;
    const absl::string_view where = is_question ? "question" : "answer";
    std::string found = FindBlank(text);
    if (!found.empty()) return Fault(where, "blank", found);
    found = FindMarkup(text);
    if (!found.empty()) return Fault(where, "markup", found);
    found = FindNarrator(text, is_question, pair.language);
    if (!found.empty()) return Fault(where, "narrator", found);
  }
  std::string found = FindRepeated(pair.answer);
  if (!found.empty()) return Fault("answer", "repeated sentence", found);
  if (!pair.brief()) {
    found = FindBrokenEnd(pair.answer);
    if (!found.empty()) return Fault("answer", "breaks off", found);
  }
  return "";
}

int WordsOverShortForm(const PairView& pair) {
  if (!pair.brief()) return 0;
  const size_t words = FoldedWords(pair.answer).size();
  if (words <= static_cast<size_t>(kMostShortFormWords)) return 0;
  // A list has few words between its separators.
  const auto separators =
      static_cast<size_t>(std::count_if(pair.answer.begin(), pair.answer.end(),
                                        [](char c) { return c == ',' || c == ';' || c == '\n'; }));
  return words > 6 * (separators + 1) ? static_cast<int>(words) : 0;
}

}  // namespace quipu::generator
