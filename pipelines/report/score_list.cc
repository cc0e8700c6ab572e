// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/score_list.h"

#include "generator/judge/judge.h"

namespace quipu::pipelines {
namespace {

using Value = std::optional<double>;

Value If(bool measured, double value) { return measured ? Value(value) : std::nullopt; }

// Whether the engine scored the answer's tokens.
bool HasAnswerFigures(const v1::Result& result) {
  return result.scores().scored() && !result.scores().verdict_only() &&
         result.scores().answer_tokens() > 0;
}

// The filter that measures the shares of words refuses by them, or lets the pair pass to the model.
bool HasShares(const v1::Result& result) {
  return result.scores().scored() || !result.has_reject() ||
         result.reject().reason() == v1::REJECT_REASON_NOT_GROUNDED ||
         result.reject().reason() == v1::REJECT_REASON_COPIED;
}

constexpr ReportedScore kScores[] = {
    {"probability", "Probability that the pair is right",
     "What the judge makes of all scores together. It decides.",
     [](const v1::Result& r) {
       return If(r.scores().scored() && r.scores().probability() > 0, r.scores().probability());
     }},
    {"verdict_margin", "Verdict margin",
     "The model is asked whether the answer is stated in the chunk: how much likelier yes is than "
     "no (natural logarithm).",
     [](const v1::Result& r) { return If(r.scores().scored(), r.scores().verdict_margin()); }},
    {"answer_log_prob", "Log-likelihood of the answer",
     "Of each of its tokens on average, given chunk and question. Nearer to 0 is likelier.",
     [](const v1::Result& r) { return If(HasAnswerFigures(r), r.scores().answer_log_prob()); }},
    {"min_log_prob", "Log-likelihood of the least likely token",
     "One token that the model would not have written is often a wrong name or number.",
     [](const v1::Result& r) { return If(HasAnswerFigures(r), r.scores().min_log_prob()); }},
    {"greedy_share", "Share of likeliest tokens",
     "Share of the answer's tokens that the model would have chosen itself.",
     [](const v1::Result& r) { return If(HasAnswerFigures(r), r.scores().greedy_share()); }},
    {"gain", "Gain by the chunk",
     "How much likelier the chunk makes the answer. Near 0: it can be answered without reading.",
     [](const v1::Result& r) { return If(r.scores().closed_book(), r.scores().gain()); }},
    {"grounded_share", "Grounded share",
     "Share of the answer's content words that are in the chunk.",
     [](const v1::Result& r) { return If(HasShares(r), r.scores().grounded_share()); }},
    {"copied_share", "Copied share",
     "Share of the answer's words that are in runs copied from the chunk.",
     [](const v1::Result& r) { return If(HasShares(r), r.scores().copied_share()); }},
    {"second_overlap", "Overlap with the second answer",
     "How much of the shorter of the answer and a second answer is in the other.",
     [](const v1::Result& r) {
       return If(r.scores().second_asked(), r.scores().second_overlap());
     }},
};

// One limit if both forms have the same.
std::vector<ScoreLimit> FloorsOf(double long_form, double short_form) {
  if (long_form == short_form) return {{"floor", long_form}};
  return {{"floor, long form", long_form, v1::ANSWER_FORM_LONG},
          {"floor, short form", short_form, v1::ANSWER_FORM_SHORT}};
}

}  // namespace

absl::Span<const ReportedScore> ReportedScores() { return kScores; }

std::vector<ScoreLimit> LimitsOf(const ReportedScore& score, const v1::RunSpec& spec) {
  const v1::FilterSpec& filters = spec.filters();
  if (score.key == "grounded_share") {
    return FloorsOf(filters.min_grounded_share_long(), filters.min_grounded_share_short());
  }
  if (score.key == "copied_share") {
    return {{"ceiling, long form", filters.max_copied_share(), v1::ANSWER_FORM_LONG, true}};
  }
  const v1::VerificationSpec& verification = spec.verification();
  if (!verification.enabled()) return {};
  if (score.key == "probability") {
    return FloorsOf(generator::WeightsOf(verification, v1::ANSWER_FORM_LONG).min_probability(),
                    generator::WeightsOf(verification, v1::ANSWER_FORM_SHORT).min_probability());
  }
  if (score.key == "verdict_margin") return {{"floor", verification.min_verdict_margin()}};
  if (score.key == "answer_log_prob") {
    return FloorsOf(verification.min_answer_log_prob(), verification.min_short_answer_log_prob());
  }
  if (score.key == "gain") return {{"floor", verification.min_gain()}};
  if (score.key == "second_overlap") return {{"floor", verification.min_second_overlap()}};
  return {};
}

bool IsRefused(double value, v1::AnswerForm form, absl::Span<const ScoreLimit> limits) {
  for (const ScoreLimit& limit : limits) {
    if (limit.form != v1::ANSWER_FORM_UNSPECIFIED && limit.form != form) continue;
    if (limit.ceiling ? value > limit.value : value < limit.value) return true;
  }
  return false;
}

}  // namespace quipu::pipelines
