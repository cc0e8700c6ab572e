// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/result_check.h"

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
#include "generator/filters.h"
#include "generator/judge.h"
#include "generator/language.h"
#include "generator/prompts.h"
#include "generator/question_kinds.h"

namespace quipu::generator {
namespace {

// A server that does not constrain replies to the reply template adds text around
// the pair, and counts its own tokens.
constexpr uint32_t kRemoteSlackTokens = 4096;
// Log-probabilities are at most 0, up to rounding.
constexpr double kMaxLogProb = 1e-3;
// Some tokenizers put a space in front, for example.
constexpr uint64_t kTokenSlack = 8;

absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

template <typename T>
absl::Status OverLimit(absl::string_view what, T actual, T limit) {
  return Wrong(absl::StrCat(what, ": ", actual, ", limit ", limit));
}

bool Short(const v1::Task& task) { return task.form() == v1::ANSWER_FORM_SHORT; }

uint32_t MaxAnswerTokens(const ResultRules& rules, const v1::Task& task) {
  return Short(task) ? rules.generation.max_short_answer_tokens()
                     : rules.generation.max_long_answer_tokens();
}

// Nothing that a terminal or an editor acts on.
absl::Status CheckPlain(absl::string_view what, absl::string_view text) {
  if (!IsValidUtf8(text)) return Wrong(absl::StrCat(what, " is not valid UTF-8"));
  std::string found = FirstTextControl(text);
  if (found.empty() && text.find('\r') != absl::string_view::npos) found = "\\r";
  if (found.empty()) return absl::OkStatus();
  return Wrong(absl::StrCat(what, " has the control character ", found));
}

// Texts as the response parser returns them.
absl::Status CheckText(absl::string_view what, absl::string_view text) {
  if (text.size() > kMaxResponseBytes) {
    return OverLimit(absl::StrCat(what, ", bytes"), uint64_t{text.size()}, kMaxResponseBytes);
  }
  RETURN_IF_ERROR(CheckPlain(what, text));
  if (absl::StripAsciiWhitespace(text) != text) {
    return Wrong(absl::StrCat(what, " begins or ends with a space"));
  }
  return absl::OkStatus();
}

absl::Status CheckTexts(const v1::Result& result) {
  RETURN_IF_ERROR(CheckText("question", result.question()));
  RETURN_IF_ERROR(CheckText("answer", result.answer()));
  if (result.question().find_first_of("\r\n") != std::string::npos) {
    return Wrong("question has more than one line");
  }
  const std::string& detail = result.reject().detail();
  if (detail.size() > kMaxRejectDetailBytes) {
    return OverLimit("reject detail, bytes", uint64_t{detail.size()}, kMaxRejectDetailBytes);
  }
  return CheckPlain("reject detail", detail);
}

// The kind is drawn from the task and its chunk.
absl::Status CheckKind(const ResultRules& rules, absl::string_view chunk,
                       const v1::Result& result) {
  ASSIGN_OR_RETURN(const Fingerprint task_id, Fingerprint::FromBytes(result.task().id()));
  const absl::string_view sentence = TargetOf(result.task(), chunk);
  const QuestionKind kind =
      KindOf(rules.generation, result.task().form(), LanguageOfTaskCode(result.task().language()),
             sentence.empty() ? chunk : sentence, task_id);
  if (result.question_kind() == kind.name) return absl::OkStatus();
  return Wrong(absl::StrCat("question_kind: \"", Snippet(result.question_kind(), 40),
                            "\", it is \"", kind.name, "\""));
}

absl::Status CheckSampledTokens(const ResultRules& rules, const v1::Result& result) {
  uint64_t most =
      uint64_t{rules.generation.max_question_tokens()} + MaxAnswerTokens(rules, result.task());
  if (rules.remote) most += kRemoteSlackTokens;
  if (result.sampled_tokens() > most) {
    return OverLimit("sampled_tokens", uint64_t{result.sampled_tokens()}, most);
  }
  return absl::OkStatus();
}

// Rejects from before the filters: they have no scores.
absl::Status CheckUnfiltered(const ResultRules& rules, const v1::Result& result) {
  const bool texts = !result.question().empty() || !result.answer().empty();
  switch (result.reject().reason()) {
    case v1::REJECT_REASON_MALFORMED:
      return texts ? Wrong("a malformed reply with a question or an answer") : absl::OkStatus();
    case v1::REJECT_REASON_ENGINE_LIMIT:
      if (texts) return Wrong("a reply that the engine had no room for, with a pair");
      if (result.sampled_tokens() != 0) {
        return Wrong("a reply that the engine had no room for, with sampled tokens");
      }
      return absl::OkStatus();
    case v1::REJECT_REASON_TOO_LONG: {
      // One of the parts has reached its limit; a server counts its own tokens.
      if (rules.remote) return absl::OkStatus();
      const uint32_t least =
          std::min(rules.generation.max_question_tokens(), MaxAnswerTokens(rules, result.task()));
      if (result.sampled_tokens() >= least) return absl::OkStatus();
      return Wrong(absl::StrCat("cut at ", result.sampled_tokens(),
                                " tokens, where the least limit is ", least));
    }
    default:
      return Wrong(absl::StrCat("no scores, and the reason is ",
                                v1::RejectReason_Name(result.reject().reason())));
  }
}

absl::Status CheckFinite(const v1::Scores& scores) {
  const google::protobuf::Descriptor& descriptor = *v1::Scores::descriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = descriptor.field(i);
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_DOUBLE) continue;
    if (!std::isfinite(scores.GetReflection()->GetDouble(scores, field))) {
      return Wrong(absl::StrCat(field->name(), " is no finite number"));
    }
  }
  return absl::OkStatus();
}

// Scores must be these, figure by figure: what was not reached is 0, and what follows
// from other figures is what follows.
absl::Status CheckSame(const v1::Scores& claimed, const v1::Scores& right) {
  google::protobuf::util::MessageDifferencer differencer;
  std::string report;
  differencer.ReportDifferencesToString(&report);
  if (differencer.Compare(claimed, right)) return absl::OkStatus();
  return Wrong(absl::StrCat("scores differ from what the pair's course makes them: ",
                            Snippet(absl::StripAsciiWhitespace(report), 200)));
}

absl::Status CheckShare(absl::string_view what, double share) {
  if (share >= 0 && share <= 1) return absl::OkStatus();
  return Wrong(absl::StrCat(what, ": ", share, ", must be from 0 to 1"));
}

absl::Status CheckAnswerFigures(const v1::Result& result) {
  const v1::Scores& scores = result.scores();
  if (!scores.scored()) return absl::OkStatus();
  if (scores.answer_tokens() < 1) return Wrong("answer_tokens: 0, least 1");
  if (scores.answer_log_prob() > kMaxLogProb) {
    return OverLimit("answer_log_prob", scores.answer_log_prob(), kMaxLogProb);
  }
  // The least of some numbers is at most their mean.
  const double most_of_least = scores.answer_log_prob() + kMaxLogProb;
  if (scores.min_log_prob() > most_of_least) {
    return OverLimit("min_log_prob", scores.min_log_prob(), most_of_least);
  }
  RETURN_IF_ERROR(CheckShare("greedy_share", scores.greedy_share()));
  const uint64_t most = result.answer().size() + kTokenSlack;
  if (scores.answer_tokens() > most) {
    return OverLimit("answer_tokens", uint64_t{scores.answer_tokens()}, most);
  }
  return absl::OkStatus();
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
bool EndsWithTheAnswer(const v1::VerificationSpec& spec, v1::AnswerForm form,
                       const v1::Scores& claimed, Course* course) {
  v1::Scores& scores = course->scores;
  if (claimed.answer_tokens() == 0) return Misses("the answer's likelihood", course);
  TakeAnswer(claimed, &scores);
  if (Refused(RejectByLikelihood(scores, form, spec), course)) return true;
  const v1::JudgeWeights weights = WeightsOf(spec, form);
  scores.set_probability(MostProbable(weights, scores));
  if (Refused(RejectByProbability(scores, weights), course)) return true;
  scores.clear_probability();
  if (!claimed.closed_book()) return Misses("the gain", course);
  scores.set_closed_book(true);
  scores.set_closed_book_log_prob(claimed.closed_book_log_prob());
  scores.set_gain(scores.answer_log_prob() - scores.closed_book_log_prob());
  scores.set_probability(Probability(weights, scores));
  return Refused(RejectByGain(scores, spec), course) ||
         Refused(RejectByProbability(scores, weights), course);
}

// Goes the way of TaskRun with claimed scores. `right` has the filters' figures.
Course CourseOf(const ResultRules& rules, v1::AnswerForm form, const v1::Scores& claimed,
                const v1::Scores& right) {
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
  } else if (EndsWithTheAnswer(spec, form, claimed, &course)) {
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
  const Course course = CourseOf(rules, result.task().form(), scores, right);
  const bool no_room = claimed == v1::REJECT_REASON_ENGINE_LIMIT && !course.missing.empty();
  if (!course.missing.empty() && !no_room) {
    return Wrong(
        absl::StrCat(NameOfOutcome(claimed), ", but the model was not asked for ", course.missing));
  }
  if (!no_room && course.reason != claimed) {
    return Wrong(absl::StrCat(NameOfOutcome(claimed), ", where its scores say ",
                              NameOfOutcome(course.reason)));
  }
  RETURN_IF_ERROR(CheckSame(scores, course.scores));
  if (scores.answer_tokens() > 0 || !rules.remote) RETURN_IF_ERROR(CheckAnswerFigures(result));
  if (scores.closed_book_log_prob() > kMaxLogProb) {
    return OverLimit("closed_book_log_prob", scores.closed_book_log_prob(), kMaxLogProb);
  }
  return CheckShare("second_overlap", scores.second_overlap());
}

absl::Status CheckFiltered(const ResultRules& rules, absl::string_view chunk,
                           const v1::Result& result) {
  v1::Scores right;
  const v1::AnswerForm form = result.task().form();
  const Language language = LanguageOfTaskCode(result.task().language());
  const std::optional<v1::Reject> reject =
      FilterPair({result.question(), result.answer(), chunk, form, language},
                 InstructionOf(rules.generation, language, form), rules.filters, &right);
  if (reject.has_value() && (result.reject().reason() != reject->reason() ||
                             result.reject().detail() != reject->detail())) {
    return Wrong(absl::StrCat(
        "the filters refuse the pair with ", v1::RejectReason_Name(reject->reason()), " (",
        Snippet(reject->detail(), 60), "), the result says ",
        result.has_reject() ? v1::RejectReason_Name(result.reject().reason()) : "accepted"));
  }
  return reject.has_value() ? CheckSame(result.scores(), right)
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
    return Wrong("the result's task is not the planned one");
  }
  RETURN_IF_ERROR(CheckTexts(result));
  RETURN_IF_ERROR(CheckSampledTokens(rules, result));
  if (result.has_reject() && result.reject().reason() == v1::REJECT_REASON_UNSPECIFIED) {
    return Wrong("a reject without a reason");
  }
  if (!result.has_scores()) {
    if (!result.has_reject()) return Wrong("accepted without scores");
    RETURN_IF_ERROR(CheckUnfiltered(rules, result));
    if (!result.question_kind().empty()) return Wrong("a question_kind without scores");
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(CheckFinite(result.scores()));
  RETURN_IF_ERROR(CheckKind(rules, chunk, result));
  return CheckFiltered(rules, chunk, result);
}

}  // namespace quipu::generator
