// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/unfit_text.h"

#include <re2/re2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/ascii_runs.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/text/outline.h"
#include "generator/text/sentences.h"
#include "generator/words/content_words.h"
#include "generator/words/language_patterns.h"
#include "generator/words/pattern_screen.h"
#include "generator/words/scripts.h"
#include "generator/words/stop_words.h"
#include "generator/words/text_words.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

// Sentences with fewer words may be repeated ("It is.").
constexpr size_t kLeastRepeatedWords = 5;
// An answer with fewer words is a phrase, which needs no full stop.
constexpr size_t kLeastSentenceWords = 6;
// Two sentences with this overlap say the same.
constexpr double kRepeatedOverlap = 0.9;
constexpr size_t kDetailBytes = 60;

// Whether a text has one of these bytes. Most texts lack those without which a pattern cannot match,
// and looking for a byte takes a tenth of the time of a pattern.
bool HasAny(absl::string_view text, absl::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [text](char byte) {
    return std::memchr(text.data(), byte, text.size()) != nullptr;
  });
}

std::string FindPattern(absl::string_view text, const RE2& pattern) {
  re2::StringPiece found;
  if (!RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern, &found)) return "";
  return std::string(absl::StripAsciiWhitespace(absl::string_view(found.data(), found.size())));
}

// Places that a form leaves to be filled in. "[]" alone is code.
std::string FindBlank(absl::string_view text) {
  if (!HasAny(text, "[_/X") && IsAscii(text)) return "";
  static const RE2& pattern = *new RE2(
      R"((\[[ \t]+\]|[$€£¥][ \t]*\[[ \t]*\]|\[[ \t]*[●•∙■_*…]+[ \t]*\]|[●■]{2,}|_{3,})"
      R"(|\b[Xx]{2}/[Xx]{2}\b|\bX{4,}\b|(?i:\[(?:insert|your|date|name|amount|company name)\b[^\]]*\])))");
  return FindPattern(text, pattern);
}

// What a reply's frame leaves inside the texts.
std::string FindMarkup(absl::string_view text) {
  if (!HasAny(text, "<[#:")) return "";
  static const RE2& pattern = *new RE2(
      R"((?m)((?i:</?(?:question|answer|excerpt|document|chunk)\s*>)|<\|[a-z_]+\|>|\[/?INST\])"
      R"(|^#{2,}[ \t]|###|^(?i:question|answer|response|output)[ \t]*\d*[ \t]*:)"
      R"(|(?:[.?!][ \t]+)(?:Question|Answer)[ \t]*\d*[ \t]*:))");
  return FindPattern(text, pattern);
}

// The text without what it quotes.
std::string WithoutQuotes(absl::string_view text) {
  if (!HasAny(text, "\"`") && IsAscii(text)) return std::string(text);
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
const RE2& SpeakerPattern() {
  static const RE2& pattern =
      *new RE2(R"((?:\b([A-Za-z'’]+)[ \t\n]+)?\b(I(?:['’](?:m|ve|d|ll))?[ \t\n]+[a-z]+))");
  return pattern;
}

std::string FindSpeaker(const std::string& text, bool is_question) {
  static const RE2& tells = *new RE2(
      R"(I\s+(?:was|had|went|came|saw|met|said|took|gave|felt|knew|thought|made|wrote|[a-z]+[a-df-z]ed))");
  static const RE2& reader =
      *new RE2("(?i)(?:if|when|after|before|once|since|that|and|or|what|where|because)");
  re2::StringPiece rest(text);
  re2::StringPiece before, found;
  while (RE2::FindAndConsume(&rest, SpeakerPattern(), &before, &found)) {
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
  // "How do we install it?" may be a reader; "When will we pay our loan?" is not.
  static const RE2& party = *new RE2(
      R"((\b[Oo]urs?\b|\b(?:will|did|are|were|have|had|shall)[ \t\n]+we\b|\bwe[ \t\n]+(?:were|had|are|will)\b))");
  static const RE2& others = *new RE2(
      R"((\b(?:[Mm]y|[Mm]yself)[ \t\n]+[a-z]+|\b[Ww]e(?:['’](?:ve|re|ll|d))?[ \t\n]+[a-z]+|)"
      R"(\b(?:[Oo]urs?|us|[Oo]urselves)\b))");
  static const PatternScreen& screen = *new PatternScreen({&SpeakerPattern(), &party, &others});
  if (screen.MatchesIn(own) == 0) return "";
  std::string found = FindSpeaker(own, is_question);
  return found.empty() ? FindPattern(own, is_question ? party : others) : found;
}

std::vector<Sentence> SentencesOf(absl::string_view text) {
  Block block;
  block.kind = BlockKind::kProse;
  block.end = text.size();
  block.sentences = true;
  return SplitSentences(text, block);
}

// The words of a sentence.
class SentenceWords {
 public:
  SentenceWords(const TextWords& text, const Sentence& sentence)
      : words_(FoldedHashesIn(text, sentence.begin, sentence.end, &storage_)) {
    for (const uint64_t word : words_) bits_ |= uint64_t{1} << (word & 63);
  }
  SentenceWords(SentenceWords&&) = default;  // `storage_` moves with its bytes.

  size_t size() const { return words_.size(); }

  // Whether their overlap (Jaccard's: common words of all words) is too large. Most sentences
  // differ in so many bits that their words need not be compared: an overlap of 9/10 leaves 1/19 of
  // the distinct words of both to differ in, and there are at most as many as words.
  bool SaysTheSame(SentenceWords* other) {
    const uint64_t differ = bits_ ^ other->bits_;
    const size_t most = size() + other->size();
    if (most < 2 * 19 && (differ & (differ - 1)) != 0) return false;
    if (19 * std::bitset<64>(differ).count() > most) return false;
    const WordHashes& a = Distinct();
    const WordHashes& b = other->Distinct();
    const size_t both = a.size() + b.size();
    const size_t common = CountCommon(a, b);
    return static_cast<double>(common) / static_cast<double>(both - common) >= kRepeatedOverlap;
  }

 private:
  const WordHashes& Distinct() {
    if (distinct_.empty()) distinct_ = SortedHashes(WordHashes(words_.begin(), words_.end()));
    return distinct_;
  }

  WordHashes storage_;
  absl::Span<const uint64_t> words_;  // Of the text, or of `storage_`.
  WordHashes distinct_;               // Once they are wanted.
  // One for each word: two sentences differ in at least as many words as bits.
  uint64_t bits_ = 0;
};

std::string FindRepeated(absl::string_view text) {
  static_assert(kRepeatedOverlap == 0.9, "SaysTheSame has 9/10 as integers");
  const std::shared_ptr<const TextWords> words = WordsOf(text);
  std::vector<SentenceWords> earlier;
  for (const Sentence& sentence : SentencesOf(text)) {
    SentenceWords own(*words, sentence);
    if (own.size() < kLeastRepeatedWords) continue;
    for (SentenceWords& other : earlier) {
      if (own.SaysTheSame(&other)) {
        return Snippet(text.substr(sentence.begin, sentence.end - sentence.begin), kDetailBytes);
      }
    }
    earlier.push_back(std::move(own));
  }
  return "";
}

// Whether a mark that ends sentences comes after the last letter or digit.
bool EndsAsSentence(absl::string_view line) {
  for (size_t end = line.size(); end > 0;) {
    const size_t begin = FloorToCodePoint(line, end - 1);
    size_t at = begin;
    const char32_t c = NextCodePoint(line, &at);
    if (u_isalnum(static_cast<UChar32>(c))) return false;
    if (EndsSentence(c)) return true;
    end = begin;
  }
  return false;
}

// The last line, if the text does not end as a sentence does. A list may end with
// an item, and a few words are a phrase.
std::string FindBrokenEnd(absl::string_view answer) {
  if (!MarksSentenceEnds(answer)) return "";
  if (!IsUnspaced(answer) && WordsOf(answer)->words.size() < kLeastSentenceWords) return "";
  const size_t line_begin = answer.rfind('\n');
  const absl::string_view line =
      line_begin == absl::string_view::npos ? answer : answer.substr(line_begin + 1);
  static const RE2& item = *new RE2(R"(\s*(?:[-*•+]|\(?\w{1,3}[.)])\s.*)");
  if (RE2::FullMatch(re2::StringPiece(line.data(), line.size()), item)) return "";
  if (EndsAsSentence(line)) return "";
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
  const size_t words = WordsOf(pair.answer)->words.size();
  if (words <= static_cast<size_t>(kMostShortFormWords)) return 0;
  // A list has few words between its separators.
  const auto separators =
      static_cast<size_t>(std::count_if(pair.answer.begin(), pair.answer.end(),
                                        [](char c) { return c == ',' || c == ';' || c == '\n'; }));
  return words > 6 * (separators + 1) ? static_cast<int>(words) : 0;
}

}  // namespace quipu::generator
