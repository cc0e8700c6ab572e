// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/answer_span.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/rng.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/languages/tables.h"
#include "generator/words/language.h"
#include "generator/words/name_runs.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

constexpr size_t kMinWords = 6;
constexpr size_t kMaxWords = 60;
constexpr size_t kMaxNameWords = 7;
constexpr size_t kMinNameBytes = 3;
constexpr size_t kMostOccurrences = 3;

// Words that belong to the number before them.
constexpr absl::string_view kUnits[] = {
    "percent", "million", "billion", "trillion", "thousand",   "hundred",    "years",  "year",
    "months",  "month",   "weeks",   "week",     "days",       "day",        "hours",  "hour",
    "minutes", "minute",  "seconds", "miles",    "kilometers", "kilometres", "meters", "metres",
    "feet",    "inches",  "pounds",  "tons",     "tonnes",     "dollars",    "euros",  "acres",
    "degrees", "people",  "members", "students", "countries",  "states",     "times",  "pages"};

// Words before a number that names a part or a thing, and counts nothing.
constexpr absl::string_view kLabels[] = {
    "section", "sections", "figure",   "fig",       "figs",     "table",    "tables",
    "chapter", "article",  "part",     "no",        "number",   "vol",      "page",
    "pages",   "pp",       "p",        "review",    "item",     "step",     "rule",
    "eq",      "equation", "clause",   "paragraph", "appendix", "al",       "version",
    "title",   "line",     "question", "example",   "note",     "footnote", "exhibit"};

constexpr absl::string_view kOrdinals[] = {"st", "nd", "rd", "th"};

// Words that may stand inside a name.
constexpr absl::string_view kInside[] = {"of", "the", "on", "for", "de",  "du",  "des", "la",
                                         "le", "del", "di", "da",  "von", "van", "do",  "dos"};

template <size_t kSize>
bool IsIn(absl::string_view word, const absl::string_view (&words)[kSize]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

const RE2& DatePattern() {
  static const RE2& pattern = *new RE2(
      "\\b((?:[0-9]{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|"
      "November|December)(?: [0-9]{1,2}(?:st|nd|rd|th)?)?(?:,? [12][0-9]{3})?)\\b");
  return pattern;
}

// Finds the spans of one sentence.
class Finder {
 public:
  Finder(absl::string_view sentence, absl::string_view chunk, Language language)
      : sentence_(sentence),
        chunk_(chunk),
        language_(language),
        spaces_(TableOf(language).spaces),
        words_(SplitWords(sentence)) {}

  std::vector<AnswerSpan> Find() {
    if (words_.size() < kMinWords || words_.size() > kMaxWords ||
        sentence_.find_first_of("?<>") != absl::string_view::npos) {
      return {};
    }
    FindDates();
    FindNumbers();
    if (TableOf(language_).capitals_are_names) FindNames();
    std::sort(spans_.begin(), spans_.end(), [](const AnswerSpan& a, const AnswerSpan& b) {
      return a.text.data() < b.text.data();
    });
    return std::move(spans_);
  }

 private:
  size_t BeginOf(absl::string_view part) const {
    return static_cast<size_t>(part.data() - sentence_.data());
  }
  size_t EndOf(absl::string_view part) const { return BeginOf(part) + part.size(); }

  void Add(size_t begin, size_t end, AnswerSpan::Kind kind) {
    const absl::string_view text = sentence_.substr(begin, end - begin);
    for (const AnswerSpan& span : spans_) {
      if (begin < EndOf(span.text) && BeginOf(span.text) < end) return;
    }
    if (InBrackets(begin) || sentence_.find(text, sentence_.find(text) + 1) != sentence_.npos) {
      return;
    }
    spans_.push_back({text, kind});
  }

  // Whether byte `at` is between brackets: a citation, an aside.
  bool InBrackets(size_t at) const {
    int depth = 0;
    for (const char c : sentence_.substr(0, at)) {
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
    }
    return depth > 0;
  }

  // Whether [begin, end) is not a part of something longer: 10:20, 3.1, #7, A-4.
  bool StandsAlone(size_t begin, size_t end) const {
    if (begin > 0) {
      const char before = sentence_[begin - 1];
      if (spaces_ && before != ' ' && before != '"' && before != '\n' &&
          !absl::EndsWith(sentence_.substr(0, begin), "“")) {
        return false;
      }
      if (!spaces_ && (absl::ascii_isalnum(before) || absl::StrContains(".,:/#-", before))) {
        return false;
      }
    }
    if (end == sentence_.size()) return true;
    const char after = sentence_[end];
    if (!spaces_) return !absl::ascii_isalnum(after) && !absl::StrContains(":/#-", after);
    if (after == ' ' || after == '\n') return true;
    if (!absl::StrContains(".,;:!\")", after) && !absl::StartsWith(sentence_.substr(end), "”")) {
      return false;
    }
    const char next = end + 1 < sentence_.size() ? sentence_[end + 1] : ' ';
    return !absl::ascii_isalnum(next);
  }

  void FindDates() {
    if (language_ != Language::kEnglish && language_ != Language::kUnknown) return;
    re2::StringPiece rest(sentence_.data(), sentence_.size());
    re2::StringPiece found;
    while (RE2::FindAndConsume(&rest, DatePattern(), &found)) {
      const absl::string_view date(found.data(), found.size());
      // "May" alone is a verb more often than a month.
      if (absl::StrContains(date, ' ')) Add(BeginOf(date), EndOf(date), AnswerSpan::kDate);
    }
  }

  void FindNumbers() {
    for (size_t i = 0; i < words_.size(); ++i) {
      if (!words_[i].number || i == 0 || IsIn(words_[i - 1].folded, kLabels)) continue;
      // "the 114 th Congress", as text out of PDF files has it.
      if (i + 1 < words_.size() && IsIn(words_[i + 1].folded, kOrdinals)) continue;
      size_t begin = BeginOf(words_[i].text);
      size_t end = EndOf(words_[i].text);
      const bool year = IsYear(words_[i]);
      for (const absl::string_view sign : {"$", "€", "£", "¥"}) {
        if (absl::EndsWith(sentence_.substr(0, begin), sign)) begin -= sign.size();
      }
      end = WithUnits(i, end);
      if (!StandsAlone(begin, end)) continue;
      // One digit alone is rarely worth a question.
      if (end - begin < 2) continue;
      Add(begin, end,
          year && end == EndOf(words_[i].text) ? AnswerSpan::kDate : AnswerSpan::kNumber);
    }
  }

  static bool IsYear(const Word& word) {
    return word.text.size() == 4 &&
           (absl::StartsWith(word.text, "1") || absl::StartsWith(word.text, "20")) &&
           std::all_of(word.text.begin(), word.text.end(), absl::ascii_isdigit);
  }

  // The end of the number word `i` with a percent sign and its units.
  size_t WithUnits(size_t i, size_t end) const {
    absl::string_view rest = sentence_.substr(end);
    for (const absl::string_view sign : {"%", " %", "％"}) {
      if (absl::StartsWith(rest, sign)) return end + sign.size();
    }
    if (!spaces_) {
      // A counter: "12人", "1998年".
      if (i + 1 < words_.size() && BeginOf(words_[i + 1].text) == end && !words_[i + 1].number &&
          CountCodePoints(words_[i + 1].text) == 1) {
        return EndOf(words_[i + 1].text);
      }
      return end;
    }
    for (size_t next = i + 1; next < words_.size() && next <= i + 2; ++next) {
      const size_t begin = BeginOf(words_[next].text);
      if (sentence_.substr(end, begin - end) != " " || !IsIn(words_[next].folded, kUnits)) break;
      end = EndOf(words_[next].text);
    }
    return end;
  }

  void FindNames() {
    const std::vector<NameRun> runs = NameRuns(sentence_);
    for (size_t i = 0; i < runs.size(); ++i) {
      const NameRun& first = runs[i];
      size_t words = first.folded.size();
      size_t last = i;
      while (last + 1 < runs.size() && Joins(runs[last], runs[last + 1])) {
        words += runs[++last].folded.size() + 1;
      }
      const size_t begin = BeginOf(first.text);
      size_t end = EndOf(runs[last].text);
      i = last;
      for (const absl::string_view possessive : {"'s", "’s", "'", "’"}) {
        if (absl::EndsWith(sentence_.substr(begin, end - begin), possessive)) {
          end -= possessive.size();
          break;
        }
      }
      if (IsGoodName(first, begin, end, words)) Add(begin, end, AnswerSpan::kName);
    }
  }

  // Whether only a word like "of" or "of the" is between two runs.
  bool Joins(const NameRun& a, const NameRun& b) const {
    if (EndOf(a.text) >= BeginOf(b.text)) return false;
    const absl::string_view between =
        sentence_.substr(EndOf(a.text), BeginOf(b.text) - EndOf(a.text));
    if (!absl::StartsWith(between, " ") || !absl::EndsWith(between, " ")) return false;
    absl::string_view inside = absl::StripAsciiWhitespace(between);
    absl::ConsumeSuffix(&inside, " the");
    return IsIn(inside, kInside);
  }

  bool IsGoodName(const NameRun& first, size_t begin, size_t end, size_t words) const {
    const absl::string_view name = sentence_.substr(begin, end - begin);
    if (words > kMaxNameWords || name.size() < kMinNameBytes || !StandsAlone(begin, end)) {
      return false;
    }
    if (absl::StartsWith(sentence_.substr(end), ":")) return false;  // A speaker.
    const bool lower = std::any_of(name.begin(), name.end(), absl::ascii_islower) ||
                       language_ != Language::kEnglish;
    if (!lower || absl::StartsWith(name, "I'") || absl::StartsWith(name, "I’")) return false;
    if (Occurrences(name) > kMostOccurrences) return false;
    if (words >= 2) return true;
    if (first.starts_sentence || DatePattern().pattern().find(ToStd(name)) != std::string::npos) {
      return false;
    }
    return OccursElsewhere(name);
  }

  size_t Occurrences(absl::string_view name) const {
    size_t count = 0;
    for (size_t at = chunk_.find(name); at != absl::string_view::npos;
         at = chunk_.find(name, at + 1)) {
      ++count;
    }
    return count;
  }

  bool OccursElsewhere(absl::string_view name) const {
    int count = 0;
    for (const NameRun& run : NameRuns(chunk_)) {
      count += !run.starts_sentence && absl::StrContains(run.text, name) ? 1 : 0;
    }
    return count >= 2;
  }

  const absl::string_view sentence_;
  const absl::string_view chunk_;
  const Language language_;
  const bool spaces_;
  const std::vector<Word> words_;
  std::vector<AnswerSpan> spans_;
};

uint64_t WeightOf(const AnswerSpan& span) {
  if (span.kind != AnswerSpan::kName) return 4;
  return absl::StrContains(span.text, ' ') ? 2 : 1;
}

}  // namespace

std::vector<AnswerSpan> AnswerSpans(absl::string_view sentence, absl::string_view chunk,
                                    Language language) {
  return Finder(sentence, chunk, language).Find();
}

std::optional<AnswerSpan> PickAnswerSpan(absl::string_view sentence, absl::string_view chunk,
                                         Language language, const Fingerprint& task_id) {
  const std::vector<AnswerSpan> spans = AnswerSpans(sentence, chunk, language);
  uint64_t total = 0;
  for (const AnswerSpan& span : spans) total += WeightOf(span);
  if (total == 0) return std::nullopt;
  Rng rng(task_id, "answer-span");
  uint64_t drawn = rng.Below(total);
  for (const AnswerSpan& span : spans) {
    if (drawn < WeightOf(span)) return span;
    drawn -= WeightOf(span);
  }
  return std::nullopt;  // Not reached.
}

}  // namespace quipu::generator
