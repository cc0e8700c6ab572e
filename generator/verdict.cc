// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/verdict.h"

#include "absl/strings/str_format.h"
#include "generator/reject.h"

namespace quipu::generator {
namespace {

// Written so that NaN is under every threshold.
bool Under(double value, double least) { return !(value >= least); }

v1::Reject UnderThreshold(v1::RejectReason reason, double value, double least) {
  return MakeReject(reason, absl::StrFormat("%.4f, least %.4f", value, least));
}

}  // namespace

std::optional<v1::Reject> RejectByVerdict(const v1::Scores& scores,
                                          const v1::VerificationSpec& spec) {
  const double margin = scores.verdict_margin();
  if (!spec.verdict_decides() || !Under(margin, spec.min_verdict_margin())) return std::nullopt;
  return UnderThreshold(v1::REJECT_REASON_VERDICT, margin, spec.min_verdict_margin());
}

std::optional<v1::Reject> RejectByLikelihood(const v1::Scores& scores, v1::AnswerForm form,
                                             const v1::VerificationSpec& spec) {
  const double least =
      form == v1::ANSWER_FORM_SHORT ? spec.min_short_answer_log_prob() : spec.min_answer_log_prob();
  if (Under(scores.answer_log_prob(), least)) {
    return UnderThreshold(v1::REJECT_REASON_LIKELIHOOD, scores.answer_log_prob(), least);
  }
  if (Under(scores.gain(), spec.min_gain())) {
    return UnderThreshold(v1::REJECT_REASON_GAIN, scores.gain(), spec.min_gain());
  }
  return std::nullopt;
}

std::optional<v1::Reject> RejectByScores(const v1::Scores& scores, v1::AnswerForm form,
                                         const v1::VerificationSpec& spec) {
  std::optional<v1::Reject> reject = RejectByVerdict(scores, spec);
  if (reject.has_value() || scores.verdict_only()) return reject;
  return RejectByLikelihood(scores, form, spec);
}

}  // namespace quipu::generator
