// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/question_kinds.h"

#include <re2/re2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "base/rng.h"
#include "generator/languages/tables.h"
#include "generator/words/language_patterns.h"
#include "generator/words/pattern_screen.h"

namespace quipu::generator {
namespace {

bool Has(absl::string_view text, const RE2& pattern) {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

const RE2& PlacePattern() {
  static const RE2& pattern = *new RE2(R"(\b(?:[Ii]n|[Aa]t|[Nn]ear) ([A-Z][a-z]{2,}))");
  return pattern;
}

// "in Ghent", but not "in March", "in Section", nor "in the Agreement": contracts
// have capitals in their terms.
bool NamesAPlace(absl::string_view text) {
  static const RE2& no_place = *new RE2(
      "January|February|March|April|May|June|July|August|September|October|November|December|"
      "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Section|Article|Exhibit|Schedule|"
      "Figure|Table|Chapter|Appendix|Part|Item|Note|Equation|Algorithm|This|These|That|The|Its|"
      "Our|Such|Each|English|French|German|Spanish|Chinese");
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece word;
  while (RE2::FindAndConsume(&rest, PlacePattern(), &word)) {
    if (!RE2::FullMatch(word, no_place)) return true;
  }
  return false;
}

// A kind, which forms it suits, what it needs of a text, and how its questions begin in each
// language.
struct KindRule {
  absl::string_view name;
  double (v1::QuestionKinds::*weight)() const;
  bool brief;
  bool full;
  bool Topics::*needs;                    // Null: nothing.
  absl::string_view KindWords::*opening;  // Null: as the model likes.
};

constexpr KindRule kRules[] = {
    {"what", &v1::QuestionKinds::what, true, true, nullptr, &KindWords::what},
    {"who", &v1::QuestionKinds::who, true, false, &Topics::people, &KindWords::who},
    {"when", &v1::QuestionKinds::when, true, false, &Topics::dates, &KindWords::when},
    {"where", &v1::QuestionKinds::where, true, false, &Topics::places, &KindWords::where},
    {"which", &v1::QuestionKinds::which, true, true, nullptr, &KindWords::which},
    {"why", &v1::QuestionKinds::why, false, true, &Topics::reasons, &KindWords::why},
    {"how", &v1::QuestionKinds::how, false, true, nullptr, &KindWords::how},
    {"how_many", &v1::QuestionKinds::how_many, true, false, &Topics::counts, &KindWords::how_many},
    {"compare", &v1::QuestionKinds::compare, false, true, &Topics::contrasts, &KindWords::compare},
    {"list", &v1::QuestionKinds::list, true, true, &Topics::lists, &KindWords::list},
    {"yes_no", &v1::QuestionKinds::yes_no, true, false, nullptr, &KindWords::yes_no},
    {"other", &v1::QuestionKinds::other, true, true, nullptr, nullptr},
};

double WeightOf(const KindRule& rule, const v1::QuestionKinds& weights, v1::AnswerForm form,
                const Topics& topics, const KindWords& words) {
  const bool suits = form == v1::ANSWER_FORM_SHORT ? rule.brief : rule.full;
  if (!suits || (rule.needs != nullptr && !(topics.*rule.needs))) return 0;
  if (rule.opening != nullptr && (words.*rule.opening).empty()) return 0;
  return (weights.*rule.weight)();
}

Topics EnglishTopics(absl::string_view text) {
  static const RE2& people = *new RE2(
      R"([a-z,;] (?:[A-Z][a-z]+|[A-Z]\.) (?:[A-Z]\. |de |van |von )?[A-Z][a-z]+|\b(?:Mr|Mrs|Ms|Dr|Sir|Lady|)"
      R"(Lord|Professor|Prof|President|King|Queen|Captain|Judge|Senator)\.? [A-Z][a-z]+)");
  static const RE2& dates = *new RE2(
      R"(\b(?:1[0-9]|20)[0-9]{2}\b|\b(?:January|February|March|April|June|July|August|September|)"
      R"(October|November|December)\b)");
  static const RE2& counts = *new RE2(
      R"((?i)\b(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}|[0-9]+\.[0-9]+)(?:\s*%|\s+[a-z]{3,})|)"
      R"([$€£]\s?[0-9]|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundred)\s+[a-z]{3,})");
  static const RE2& reasons = *new RE2(
      R"((?i)\b(?:because|since|so that|in order to|due to|therefore|as a result|thus|hence|)"
      R"(to avoid|to prevent|to ensure|the reason|allows?|enables?)\b)");
  static const RE2& contrasts =
      *new RE2(R"((?i)\b(?:than|whereas|unlike|in contrast|on the other hand|differs?|difference|)"
               R"(compared|as opposed to|rather than)\b)");
  static const RE2& lists =
      *new RE2(R"((?:\w+, ){2}(?:and|or) \w+|\w+, [\w ]{3,30},? (?:and|or) \w+)");
  enum : uint32_t {
    kPeople = 1,
    kDates = 2,
    kCounts = 4,
    kReasons = 8,
    kContrasts = 16,
    kLists = 32,
    kPlaces = 64
  };
  static const PatternScreen& screen =
      *new PatternScreen({&people, &dates, &counts, &reasons, &contrasts, &lists, &PlacePattern()});
  const uint32_t matching = screen.MatchesIn(text);
  Topics topics;
  topics.people = (matching & kPeople) != 0;
  topics.dates = (matching & kDates) != 0;
  topics.places = (matching & kPlaces) != 0 && NamesAPlace(text);
  topics.counts = (matching & kCounts) != 0;
  topics.reasons = (matching & kReasons) != 0;
  topics.contrasts = (matching & kContrasts) != 0;
  topics.lists = (matching & kLists) != 0;
  return topics;
}

bool Has(absl::string_view text, const std::unique_ptr<const RE2>& pattern) {
  return pattern != nullptr && Has(text, *pattern);
}

}  // namespace

Topics TopicsOf(absl::string_view text, Language language) {
  if (language == Language::kEnglish) return EnglishTopics(text);
  const LanguagePatterns& patterns = PatternsOf(language);
  Topics topics;
  topics.people = Has(text, patterns.people);
  topics.dates = Has(text, patterns.dates);
  topics.places = Has(text, patterns.places);
  topics.counts = Has(text, patterns.counts);
  topics.reasons = Has(text, patterns.reasons);
  return topics;
}

QuestionKind KindOf(const v1::GenerationSpec& generation, v1::AnswerForm form, Language language,
                    absl::string_view text, const Fingerprint& task_id) {
  const KindWords& words = TableOf(language).kinds;
  if (!generation.question_openings().empty() || words.what.empty()) return {};
  const v1::QuestionKinds& weights = generation.question_kinds();
  const Topics topics = TopicsOf(text, language);
  double all = 0;
  for (const KindRule& rule : kRules) all += WeightOf(rule, weights, form, topics, words);
  if (!(all > 0)) return {};
  Rng rng(task_id, "question-kind");
  double rest = rng.Uniform() * all;
  const KindRule* drawn = nullptr;
  for (const KindRule& rule : kRules) {
    const double weight = WeightOf(rule, weights, form, topics, words);
    if (weight <= 0) continue;
    drawn = &rule;  // The last one, if rounding leaves a rest.
    if (rest < weight) break;
    rest -= weight;
  }
  if (drawn->opening == nullptr) return {drawn->name, ""};
  const std::vector<absl::string_view> openings = absl::StrSplit(words.*drawn->opening, '|');
  return {drawn->name, openings[rng.Below(openings.size())]};
}

QuestionKind KindOfDate(Language language, bool year) {
  const absl::string_view all = TableOf(language).kinds.when;
  if (all.empty()) return {};
  const std::vector<absl::string_view> openings = absl::StrSplit(all, '|');
  return {"when", year ? openings.back() : openings.front()};
}

}  // namespace quipu::generator
