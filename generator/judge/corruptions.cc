// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/corruptions.h"

#include <re2/re2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/words/english_content.h"
#include "generator/words/language.h"
#include "generator/words/name_runs.h"
#include "generator/words/stop_words.h"
#include "generator/words/word_sets.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

// Number words that are numbers wherever they occur; "one" may be a pronoun.
constexpr absl::string_view kNumberWords[] = {"two",   "three", "four", "five",   "six",   "seven",
                                              "eight", "nine",  "ten",  "eleven", "twelve"};

size_t BeginOf(absl::string_view word, absl::string_view text) {
  return static_cast<size_t>(word.data() - text.data());
}

std::string Replace(absl::string_view text, absl::string_view part, absl::string_view with) {
  const size_t begin = BeginOf(part, text);
  return absl::StrCat(text.substr(0, begin), with, text.substr(begin + part.size()));
}

std::optional<std::string> Changed(std::string text, absl::string_view original) {
  if (text == original) return std::nullopt;
  return text;
}

template <typename T>
const T& OneOf(const std::vector<T>& values, Rng* rng) {
  return values[rng->Below(values.size())];
}

bool IsNumberWord(absl::string_view folded) {
  return std::find(std::begin(kNumberWords), std::end(kNumberWords), folded) !=
         std::end(kNumberWords);
}

// A character of a number: a digit of any script, or another sign.
struct NumberSign {
  uint32_t zero = 0;  // Of its script; the sign itself if it is no digit.
  int digit = -1;
};

std::vector<NumberSign> SignsOf(absl::string_view number) {
  std::vector<NumberSign> signs;
  for (size_t i = 0; i < number.size();) {
    const uint32_t c = NextCodePoint(number, &i);
    const int digit = u_charDigitValue(static_cast<UChar32>(c));
    signs.push_back({digit < 0 ? c : c - static_cast<uint32_t>(digit), digit});
  }
  return signs;
}

// "1,998" and "2,041" have the same shape, "1998" and "19.98" do not.
bool SameShape(absl::string_view a, absl::string_view b) {
  const std::vector<NumberSign> of_a = SignsOf(a);
  const std::vector<NumberSign> of_b = SignsOf(b);
  return std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(),
                    [](const NumberSign& x, const NumberSign& y) {
                      return x.zero == y.zero && (x.digit < 0) == (y.digit < 0);
                    });
}

// The number with its last digit but one (if it has two) changed: 1998 -> 1928. The first digit
// never becomes 0. REQUIRES: it has a digit.
std::string OtherDigits(absl::string_view number, Rng* rng) {
  std::vector<NumberSign> signs = SignsOf(number);
  std::vector<NumberSign*> digits;
  for (NumberSign& sign : signs) {
    if (sign.digit >= 0) digits.push_back(&sign);
  }
  NumberSign& changed = *digits[digits.size() >= 2 ? digits.size() - 2 : 0];
  const int least = &changed == digits[0] ? 1 : 0;
  const int old = changed.digit;
  changed.digit = least + static_cast<int>(rng->Below(static_cast<uint64_t>(9 - least)));
  if (changed.digit >= old) ++changed.digit;
  std::string other;
  for (const NumberSign& sign : signs) {
    AppendUtf8(sign.zero + static_cast<uint32_t>(std::max(sign.digit, 0)), &other);
  }
  return other;
}

std::string OtherNumberWord(absl::string_view word, absl::string_view folded, Rng* rng) {
  std::vector<std::string> others;
  for (const absl::string_view other : kNumberWords) {
    if (other != folded) others.emplace_back(other);
  }
  std::string other = OneOf(others, rng);
  if (absl::ascii_isupper(word[0])) other[0] = absl::ascii_toupper(other[0]);
  return other;
}

// "The" and "the" stay where they are, so only the names are exchanged.
std::string Exchange(absl::string_view text, absl::string_view first, absl::string_view second) {
  const size_t first_begin = BeginOf(first, text);
  const size_t second_begin = BeginOf(second, text);
  const size_t between_begin = first_begin + first.size();
  return absl::StrCat(text.substr(0, first_begin), second,
                      text.substr(between_begin, second_begin - between_begin), first,
                      text.substr(second_begin + second.size()));
}

// Whether the words between two names relate one to the other: "sued", "must pay the". A list
// ("and", a comma) or a name's own part ("of") does not.
bool Relates(absl::string_view between) {
  if (between.find_first_of(".;:!?\n") != absl::string_view::npos) return false;
  for (const Word& word : SplitWords(between)) {
    if (!word.number && !IsStopWord(word.folded, Language::kEnglish)) return true;
  }
  return false;
}

std::optional<std::string> SwapNames(absl::string_view answer) {
  const std::vector<NameRun> runs = NameRuns(answer);
  for (size_t i = 0; i + 1 < runs.size(); ++i) {
    const size_t end = BeginOf(runs[i].text, answer) + runs[i].text.size();
    const size_t next = BeginOf(runs[i + 1].text, answer);
    if (ShareWord(runs[i], runs[i + 1]) || !Relates(answer.substr(end, next - end))) continue;
    return Changed(Exchange(answer, runs[i].text, runs[i + 1].text), answer);
  }
  return std::nullopt;
}

// "the seller must notify the buyer".
std::optional<std::string> SwapRoles(absl::string_view answer) {
  static const RE2& pattern = *new RE2(
      R"((?i)\bthe ([a-z]+) (?:must|shall|will|may|can|cannot|should|has to|is to|agrees to|pays|)"
      R"(owes|owns|sued|sold|gave|sent|told|asked)\b[^.;:!?\n]*? the ([a-z]+)\b)");
  re2::StringPiece first;
  re2::StringPiece second;
  if (!RE2::PartialMatch(ToStd(answer), pattern, &first, &second) || first == second) {
    return std::nullopt;
  }
  return Changed(Exchange(answer, {first.data(), first.size()}, {second.data(), second.size()}),
                 answer);
}

// Whether a text is plainly English, where "was" and "will" are verbs.
bool IsEnglish(absl::string_view text) {
  for (const Word& word : SplitWords(text)) {
    for (const absl::string_view common :
         {"the", "of", "to", "and", "by", "with", "it", "they", "this", "that", "not"}) {
      if (word.folded == common) return true;
    }
  }
  return false;
}

struct Rewrite {
  const char* pattern;
  const char* with;
};

}  // namespace

absl::string_view CorruptionName(Corruption kind) {
  switch (kind) {
    case Corruption::kSwapped:
      return "swapped";
    case Corruption::kUnsupported:
      return "unsupported";
    case Corruption::kNumber:
      return "number";
    case Corruption::kName:
      return "name";
    case Corruption::kNegation:
      return "negation";
    case Corruption::kParties:
      return "parties";
  }
  return "";
}

std::optional<std::string> ChangeNumber(absl::string_view answer, absl::string_view chunk,
                                        Rng* rng) {
  std::vector<Word> numbers;
  for (const Word& word : SplitWords(answer)) {
    if (word.number || IsNumberWord(word.folded)) numbers.push_back(word);
  }
  if (numbers.empty()) return std::nullopt;
  const Word& old = OneOf(numbers, rng);
  if (!old.number) {
    return Changed(Replace(answer, old.text, OtherNumberWord(old.text, old.folded, rng)), answer);
  }
  std::vector<std::string> alike;
  for (const Word& word : SplitWords(chunk)) {
    if (!word.number || !SameShape(word.text, old.text)) continue;
    // A number that the answer has already would leave it right in part.
    if (absl::StrContains(answer, word.text)) continue;
    alike.emplace_back(word.text);
  }
  const std::string other = alike.empty() ? OtherDigits(old.text, rng) : OneOf(alike, rng);
  return Changed(Replace(answer, old.text, other), answer);
}

std::optional<std::string> ChangeName(absl::string_view answer, absl::string_view chunk, Rng* rng) {
  const std::vector<NameRun> of_chunk = NameRuns(chunk);
  const std::vector<NameRun> of_answer = NameRuns(answer);
  std::vector<NameRun> names;
  for (const NameRun& run : of_answer) {
    if (IsSurelyName(run, of_chunk)) names.push_back(run);
  }
  if (names.empty()) return std::nullopt;
  const NameRun& old = OneOf(names, rng);
  std::vector<std::string> others;
  std::vector<std::string> as_long;
  for (const NameRun& run : of_chunk) {
    if (!IsSurelyName(run, of_chunk)) continue;
    const auto shared = [&run](const NameRun& own) { return ShareWord(own, run); };
    if (std::any_of(of_answer.begin(), of_answer.end(), shared)) continue;
    others.emplace_back(run.text);
    if (run.folded.size() == old.folded.size()) as_long.emplace_back(run.text);
  }
  if (others.empty()) return std::nullopt;
  return Changed(Replace(answer, old.text, OneOf(as_long.empty() ? others : as_long, rng)), answer);
}

std::optional<std::string> ChangeNegation(absl::string_view answer) {
  if (!IsEnglish(answer)) return std::nullopt;
  // The first that matches. Negations are removed before any is added.
  static constexpr Rewrite kRewrites[] = {
      {R"(\b([Cc])annot\b)", R"(\1an)"},
      {R"(\b([Cc])an['’]t\b)", R"(\1an)"},
      {R"(\b([Ww])on['’]t\b)", R"(\1ill)"},
      {R"(\b(is|are|was|were|has|have|had|do|does|did|could|should|would|must)n['’]t\b)", R"(\1)"},
      {R"(\b(no longer|never)\b)", "always"},
      {R"( not (only |just |necessarily )?)", " "},
      {R"(\b(is|are|was|were|must|will|may|could|should|would|does|do|did) ([a-z]))",
       R"(\1 not \2)"},
      {R"(\b(is|are|was|were) )", R"(\1 not )"},
      {R"(\b([Cc])an ([a-z]))", R"(\1annot \2)"},
  };
  for (const Rewrite& rewrite : kRewrites) {
    std::string text(answer);
    if (RE2::Replace(&text, rewrite.pattern, rewrite.with)) return Changed(std::move(text), answer);
  }
  return std::nullopt;
}

std::optional<std::string> SwapParties(absl::string_view answer) {
  std::optional<std::string> swapped = SwapNames(answer);
  return swapped.has_value() ? swapped : SwapRoles(answer);
}

std::optional<std::string> OtherAnswer(absl::string_view answer,
                                       absl::Span<const std::string> others, Rng* rng) {
  const std::set<std::string> own = EnglishContent(answer);
  std::vector<std::string> different;
  for (const std::string& other : others) {
    if (other.empty() || other == answer || absl::StrContains(other, answer) ||
        absl::StrContains(answer, other)) {
      continue;
    }
    if (Containment(own, EnglishContent(other)) <= 0.5) different.push_back(other);
  }
  if (different.empty()) return std::nullopt;
  return OneOf(different, rng);
}

std::vector<WrongAnswer> CorruptAnswer(const RightAnswer& right,
                                       absl::Span<const std::string> same_chunk,
                                       absl::Span<const std::string> other_chunks, Rng* rng) {
  std::vector<WrongAnswer> wrong;
  const auto add = [&wrong](Corruption kind, std::optional<std::string> text) {
    if (text.has_value()) wrong.push_back({kind, *std::move(text)});
  };
  add(Corruption::kSwapped, OtherAnswer(right.text, same_chunk, rng));
  add(Corruption::kUnsupported, OtherAnswer(right.text, other_chunks, rng));
  add(Corruption::kNumber, ChangeNumber(right.text, right.chunk, rng));
  add(Corruption::kName, ChangeName(right.text, right.chunk, rng));
  add(Corruption::kNegation, ChangeNegation(right.text));
  add(Corruption::kParties, SwapParties(right.text));
  return wrong;
}

}  // namespace quipu::generator
