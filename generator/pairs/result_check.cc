// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/result_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/escape.h"
#include "base/fingerprint.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/checks/extracted_answer.h"
#include "generator/checks/filters.h"
#include "generator/checks/question_kinds.h"
#include "generator/judge/judge.h"
#include "generator/pairs/result_figures.h"
#include "generator/prompts/prompts.h"
#include "generator/words/language.h"

namespace quipu::generator {
namespace {

bool Short(const v1::Task& task) { return task.form() == v1::ANSWER_FORM_SHORT; }

uint32_t MaxAnswerTokens(const ResultRules& rules, const v1::Task& task) {
  return Short(task) ? rules.generation.max_short_answer_tokens()
                     : rules.generation.max_long_answer_tokens();
}

// The kind is drawn from the task and its chunk.
absl::Status CheckKind(const ResultRules& rules, absl::string_view chunk,
                       const v1::Result& result) {
  ASSIGN_OR_RETURN(const Fingerprint task_id, Fingerprint::FromBytes(result.task().id()));
  const absl::string_view sentence = TargetOf(result.task(), chunk);
  const std::optional<ExtractedAnswer> answer =
      ExtractedAnswerOf(rules.generation, result.task(), chunk);
  if (result.extracted() != answer.has_value()) {
    return WrongResult(answer.has_value() ? "the answer is not the extracted one"
                                          : "an extracted answer, where the task has none");
  }
  if (answer.has_value() && result.answer() != answer->text) {
    return WrongResult(absl::StrCat("answer: \"", Snippet(result.answer(), 40),
                                    "\", extracted is \"", Snippet(answer->text, 40), "\""));
  }
  const QuestionKind kind = answer.has_value()
                                ? answer->kind
                                : KindOf(rules.generation, result.task().form(),
                                         LanguageOfTaskCode(result.task().language()),
                                         sentence.empty() ? chunk : sentence, task_id);
  if (result.question_kind() == kind.name) return absl::OkStatus();
  return WrongResult(absl::StrCat("question_kind: \"", Snippet(result.question_kind(), 40),
                                  "\", it is \"", kind.name, "\""));
}

absl::Status CheckSampledTokens(const ResultRules& rules, const v1::Result& result) {
  uint64_t most =
      uint64_t{rules.generation.max_question_tokens()} + MaxAnswerTokens(rules, result.task());
  if (rules.remote) most += kRemoteSlackTokens;
  if (result.sampled_tokens() > most) {
    return OverResultLimit("sampled_tokens", uint64_t{result.sampled_tokens()}, most);
  }
  return absl::OkStatus();
}

// Rejects from before the filters: they have no scores.
absl::Status CheckUnfiltered(const ResultRules& rules, const v1::Result& result) {
  const bool texts = !result.question().empty() || !result.answer().empty();
  switch (result.reject().reason()) {
    case v1::REJECT_REASON_MALFORMED:
      return texts ? WrongResult("a malformed reply with a question or an answer")
                   : absl::OkStatus();
    case v1::REJECT_REASON_ENGINE_LIMIT:
      if (texts) return WrongResult("a reply that the engine had no room for, with a pair");
      if (result.sampled_tokens() != 0) {
        return WrongResult("a reply that the engine had no room for, with sampled tokens");
      }
      return absl::OkStatus();
    case v1::REJECT_REASON_TOO_LONG: {
      // One of the parts has reached its limit; a server counts its own tokens.
      if (rules.remote) return absl::OkStatus();
      const uint32_t least =
          std::min(rules.generation.max_question_tokens(), MaxAnswerTokens(rules, result.task()));
      if (result.sampled_tokens() >= least) return absl::OkStatus();
      return WrongResult(absl::StrCat("cut at ", result.sampled_tokens(),
                                      " tokens, where the least limit is ", least));
    }
    default:
      return WrongResult(absl::StrCat("no scores, and the reason is ",
                                      v1::RejectReason_Name(result.reject().reason())));
  }
}

// How a pair with these scores fares after the filters.
struct Course {
  // Which reject its scores mean; none: accepted, or not all is measured.
  v1::RejectReason reason = v1::REJECT_REASON_UNSPECIFIED;
  // What is missing for the decision; empty if nothing is.
  absl::string_view missing;
  // The scores that such a pair has.
  v1::Scores scores;
};

bool Refused(const std::optional<v1::Reject>& reject, Course* course) {
  if (reject.has_value()) course->reason = reject->reason();
  return reject.has_value();
}

bool Misses(absl::string_view what, Course* course) {
  course->missing = what;
  return true;
}

void TakeAnswer(const v1::Scores& claimed, v1::Scores* scores) {
  scores->set_answer_log_prob(claimed.answer_log_prob());
  scores->set_min_log_prob(claimed.min_log_prob());
  scores->set_greedy_share(claimed.greedy_share());
  scores->set_answer_tokens(claimed.answer_tokens());
}

// From the answer's likelihood to the probability. Whether the course ends there.
bool EndsWithTheAnswer(const ResultRules& rules, v1::AnswerForm form, bool extracted,
                       const v1::Scores& claimed, Course* course) {
  const v1::VerificationSpec& spec = rules.verification;
  v1::Scores& scores = course->scores;
  if (claimed.answer_tokens() == 0) return Misses("the answer's likelihood", course);
  TakeAnswer(claimed, &scores);
  if (Refused(RejectByLikelihood(scores, form, spec), course)) return true;
  const v1::JudgeWeights weights = WeightsOf(spec, form, extracted);
  scores.set_probability(MostProbable(weights, scores));
  if (Refused(RejectByProbability(scores, weights), course)) return true;
  scores.clear_probability();
  if (!claimed.closed_book()) return Misses("the gain", course);
  scores.set_closed_book(true);
  scores.set_closed_book_log_prob(claimed.closed_book_log_prob());
  scores.set_gain(scores.answer_log_prob() - scores.closed_book_log_prob());
  // A server's pass without the chunk has no verdict.
  if (!rules.remote) scores.set_closed_book_margin(claimed.closed_book_margin());
  scores.set_probability(Probability(weights, scores));
  return Refused(RejectByGain(scores, spec), course) ||
         Refused(RejectByProbability(scores, weights), course);
}

// Goes the way of TaskRun with claimed scores. `right` has the filters' figures.
Course CourseOf(const ResultRules& rules, v1::AnswerForm form, bool extracted,
                const v1::Scores& claimed, const v1::Scores& right) {
  const v1::VerificationSpec& spec = rules.verification;
  Course course;
  course.scores = right;
  v1::Scores& scores = course.scores;
  if (!spec.enabled()) return course;
  if (!claimed.scored()) {
    course.missing = "the verdict";
    return course;
  }
  scores.set_scored(true);
  scores.set_verdict_margin(claimed.verdict_margin());
  // An embedded engine measures the answer in the same pass.
  if (!rules.remote) TakeAnswer(claimed, &scores);
  if (Refused(RejectByVerdict(scores, spec), &course)) return course;
  if (rules.remote && claimed.verdict_only()) {
    scores.set_verdict_only(true);
  } else if (EndsWithTheAnswer(rules, form, extracted, claimed, &course)) {
    return course;
  }
  if (!AsksAgain(spec, form)) return course;
  if (!claimed.second_asked()) {
    course.missing = "the second answer";
    return course;
  }
  scores.set_second_asked(true);
  scores.set_second_overlap(claimed.second_overlap());
  Refused(RejectBySecondAnswer(scores, spec), &course);
  return course;
}

std::string NameOfOutcome(v1::RejectReason reason) {
  return reason == v1::REJECT_REASON_UNSPECIFIED ? "accepted" : v1::RejectReason_Name(reason);
}

// A pair that passed the filters. `right` has the filters' figures.
absl::Status CheckVerified(const ResultRules& rules, const v1::Result& result,
                           const v1::Scores& right) {
  const v1::Scores& scores = result.scores();
  const v1::RejectReason claimed = result.reject().reason();
  const Course course = CourseOf(rules, result.task().form(), result.extracted(), scores, right);
  const bool no_room = claimed == v1::REJECT_REASON_ENGINE_LIMIT && !course.missing.empty();
  if (!course.missing.empty() && !no_room) {
    return WrongResult(
        absl::StrCat(NameOfOutcome(claimed), ", but the model was not asked for ", course.missing));
  }
  if (!no_room && course.reason != claimed) {
    return WrongResult(absl::StrCat(NameOfOutcome(claimed), ", where its scores say ",
                                    NameOfOutcome(course.reason)));
  }
  RETURN_IF_ERROR(CheckSameScores(scores, course.scores));
  if (scores.answer_tokens() > 0 || !rules.remote) RETURN_IF_ERROR(CheckAnswerFigures(result));
  RETURN_IF_ERROR(CheckLogProb("closed_book_log_prob", scores.closed_book_log_prob()));
  return CheckShare("second_overlap", scores.second_overlap());
}

absl::Status CheckFiltered(const ResultRules& rules, absl::string_view chunk,
                           const v1::Result& result) {
  v1::Scores right;
  const v1::AnswerForm form = result.task().form();
  const Language language = LanguageOfTaskCode(result.task().language());
  const PairView pair{result.question(), result.answer(), chunk, form, language};
  const std::optional<v1::Reject> reject =
      FilterPair(pair, InstructionOfResult(rules.generation, result), rules.filters, &right);
  if (reject.has_value() && (result.reject().reason() != reject->reason() ||
                             result.reject().detail() != reject->detail())) {
    return WrongResult(absl::StrCat(
        "the filters refuse the pair with ", v1::RejectReason_Name(reject->reason()), " (",
        Snippet(reject->detail(), 60), "), the result says ",
        result.has_reject() ? v1::RejectReason_Name(result.reject().reason()) : "accepted"));
  }
  return reject.has_value() ? CheckSameScores(result.scores(), right)
                            : CheckVerified(rules, result, right);
}

}  // namespace

ResultRules RulesOf(const v1::RunSpec& spec) {
  return {spec.generation(), spec.verification(), spec.filters(),
          spec.engine().kind() == v1::EngineSpec::OPENAI};
}

absl::Status CheckResult(const ResultRules& rules, const v1::Task& task, absl::string_view chunk,
                         const v1::Result& result) {
  if (result.task().SerializeAsString() != task.SerializeAsString()) {
    return WrongResult("the result's task is not the planned one");
  }
  RETURN_IF_ERROR(CheckResultTexts(result));
  RETURN_IF_ERROR(CheckSampledTokens(rules, result));
  if (result.has_reject() && result.reject().reason() == v1::REJECT_REASON_UNSPECIFIED) {
    return WrongResult("a reject without a reason");
  }
  if (!result.has_scores()) {
    if (!result.has_reject()) return WrongResult("accepted without scores");
    RETURN_IF_ERROR(CheckUnfiltered(rules, result));
    if (!result.question_kind().empty()) return WrongResult("a question_kind without scores");
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(CheckFiniteScores(result.scores()));
  RETURN_IF_ERROR(CheckKind(rules, chunk, result));
  return CheckFiltered(rules, chunk, result);
}

}  // namespace quipu::generator
