// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/summary_check.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/checks/pair_view.h"
#include "generator/judge/judge.h"
#include "generator/pairs/result_figures.h"
#include "generator/pairs/summary_run.h"
#include "generator/pairs/summary_text.h"
#include "generator/prompts/prompts.h"
#include "generator/words/language.h"

namespace quipu::generator {
namespace {

absl::Status CheckSampledTokens(const ResultRules& rules, const v1::Task& task,
                                const v1::Result& result) {
  const uint64_t parts = uint64_t{1} + static_cast<uint64_t>(task.more_chunks_size());
  const uint64_t calls = parts == 1 ? 1 : parts + 1;
  uint64_t most = kMaxSummaryTokens + (calls - 1) * kMaxPartSummaryTokens;
  if (rules.remote) most += calls * kRemoteSlackTokens;
  if (result.sampled_tokens() <= most) return absl::OkStatus();
  return OverResultLimit("sampled_tokens", uint64_t{result.sampled_tokens()}, most);
}

// Rejects from before the summary of the document: they have no scores.
absl::Status CheckUnwritten(const v1::Result& result) {
  const v1::RejectReason reason = result.reject().reason();
  if (!result.has_reject()) return WrongResult("accepted without scores");
  if (reason != v1::REJECT_REASON_MALFORMED && reason != v1::REJECT_REASON_ENGINE_LIMIT) {
    return WrongResult(
        absl::StrCat("no scores, and the reason is ", v1::RejectReason_Name(reason)));
  }
  if (result.question().empty() && result.answer().empty()) return absl::OkStatus();
  return WrongResult("no scores, with a question or an answer");
}

// Goes the way of SummaryRun with the claimed figures. `scores` has the filters' figures, and gets
// those of such a summary. Returns the reject; `missing`: what a decision needs and is not there.
std::optional<v1::Reject> Judge(const ResultRules& rules, const v1::Scores& claimed,
                                v1::Scores* scores, absl::string_view* missing) {
  const v1::VerificationSpec& spec = rules.verification;
  if (!spec.enabled()) return std::nullopt;
  *missing = "the verdict";
  if (!claimed.scored()) return std::nullopt;
  scores->set_scored(true);
  scores->set_verdict_margin(claimed.verdict_margin());
  *missing = "";
  if (claimed.answer_tokens() > 0) {
    scores->set_answer_log_prob(claimed.answer_log_prob());
    scores->set_min_log_prob(claimed.min_log_prob());
    scores->set_greedy_share(claimed.greedy_share());
    scores->set_answer_tokens(claimed.answer_tokens());
  }
  std::optional<v1::Reject> reject = RejectByVerdict(*scores, spec);
  if (reject.has_value()) return reject;
  if (rules.remote && claimed.verdict_only()) {
    scores->set_verdict_only(true);
    return std::nullopt;
  }
  *missing = "the answer's likelihood";
  if (claimed.answer_tokens() == 0) return std::nullopt;
  *missing = "";
  reject = RejectByLikelihood(*scores, v1::ANSWER_FORM_LONG, spec);
  if (reject.has_value()) return reject;
  *missing = "the gain";
  if (!claimed.closed_book()) return std::nullopt;
  *missing = "";
  scores->set_closed_book(true);
  scores->set_closed_book_log_prob(claimed.closed_book_log_prob());
  scores->set_gain(scores->answer_log_prob() - scores->closed_book_log_prob());
  return RejectByGain(*scores, spec);
}

std::string NameOf(const std::optional<v1::Reject>& reject) {
  return reject.has_value() ? v1::RejectReason_Name(reject->reason()) : "accepted";
}

absl::Status CheckJudged(const ResultRules& rules, const v1::Result& result, v1::Scores right) {
  absl::string_view missing;
  const std::optional<v1::Reject> reject = Judge(rules, result.scores(), &right, &missing);
  const v1::RejectReason claimed = result.reject().reason();
  const bool no_room = claimed == v1::REJECT_REASON_ENGINE_LIMIT && !missing.empty();
  if (!missing.empty() && !no_room) {
    return WrongResult(absl::StrCat("the model was not asked for ", missing));
  }
  const v1::RejectReason wanted =
      reject.has_value() ? reject->reason() : v1::REJECT_REASON_UNSPECIFIED;
  if (!no_room && wanted != claimed) {
    return WrongResult(
        absl::StrCat(result.has_reject() ? v1::RejectReason_Name(claimed) : "accepted",
                     ", where its scores say ", NameOf(reject)));
  }
  RETURN_IF_ERROR(CheckSameScores(result.scores(), right));
  RETURN_IF_ERROR(CheckLogProb("closed_book_log_prob", right.closed_book_log_prob()));
  return right.answer_tokens() > 0 || !rules.remote ? CheckAnswerFigures(result) : absl::OkStatus();
}

}  // namespace

absl::Status CheckSummaryResult(const ResultRules& rules, const v1::Task& task,
                                absl::string_view text, const v1::Result& result) {
  if (result.task().SerializeAsString() != task.SerializeAsString()) {
    return WrongResult("the result's task is not the planned one");
  }
  RETURN_IF_ERROR(CheckResultTexts(result));
  RETURN_IF_ERROR(CheckSampledTokens(rules, task, result));
  if (result.has_reject() && result.reject().reason() == v1::REJECT_REASON_UNSPECIFIED) {
    return WrongResult("a reject without a reason");
  }
  if (!result.question_kind().empty()) return WrongResult("a summary with a question_kind");
  if (!result.has_scores()) return CheckUnwritten(result);
  RETURN_IF_ERROR(CheckFiniteScores(result.scores()));
  ASSIGN_OR_RETURN(const Fingerprint task_id, Fingerprint::FromBytes(task.id()));
  const Language language = LanguageOfTaskCode(task.language());
  const std::string request = SummaryRequest(language, task_id);
  if (result.question() != request) {
    return WrongResult(absl::StrCat("question: \"", Snippet(result.question(), 40), "\", it is \"",
                                    Snippet(request, 40), "\""));
  }
  v1::Scores right;
  const std::optional<v1::Reject> reject = FilterSummary(
      {request, result.answer(), text, v1::ANSWER_FORM_LONG, language},
      InstructionOf(rules.generation, language, v1::ANSWER_FORM_LONG, v1::TASK_KIND_SUMMARY),
      rules.filters, &right);
  if (!reject.has_value()) return CheckJudged(rules, result, right);
  if (result.reject().SerializeAsString() != reject->SerializeAsString()) {
    return WrongResult(absl::StrCat(
        "the filters refuse the summary with ", NameOf(reject), " (", Snippet(reject->detail(), 60),
        "), the result says ",
        result.has_reject() ? v1::RejectReason_Name(result.reject().reason()) : "accepted"));
  }
  return CheckSameScores(result.scores(), right);
}

}  // namespace quipu::generator
