// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/prompts/reading.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "generator/prompts/prompts.h"

namespace quipu::generator {
namespace {

bool HasSpan(const inference::ScoreRequest& request) {
  return request.span_end > request.span_begin;
}

// Two continuations are a verdict; the answer's likelihood is that of one, or of the span.
bool AsksForTheAnswer(const inference::ScoreRequest& request) {
  return HasSpan(request) || request.continuations.size() == 1;
}

}  // namespace

inference::ScoreRequest ReadingRequest(const v1::GenerationSpec& generation,
                                       const v1::VerificationSpec& verification, Language language,
                                       absl::string_view question, absl::string_view answer,
                                       bool span) {
  VerdictWords verdict = VerdictOf(generation, verification, language, question, answer);
  inference::ScoreRequest request;
  request.user_rest = std::move(verdict.prompt.text);
  request.phase = inference::Phase::kVerify;
  request.continuations = {std::move(verdict.yes), std::move(verdict.no)};
  request.relative_only = true;
  if (span) {
    request.span_begin = verdict.prompt.begin;
    request.span_end = verdict.prompt.end;
  }
  return request;
}

inference::ScoreRequest EchoRequest(const v1::GenerationSpec& generation,
                                    const v1::VerificationSpec& verification, Language language,
                                    absl::string_view question, absl::string_view answer) {
  inference::ScoreRequest request;
  request.user_rest = AnswerPrompt(generation, verification, language, question);
  request.phase = inference::Phase::kVerify;
  request.continuations = {std::string(answer)};
  return request;
}

absl::Status CheckScored(const inference::ScoreRequest& request,
                         const absl::StatusOr<inference::ScoreResult>& scored) {
  if (!scored.ok()) return scored.status();
  const size_t texts = scored->continuations.size();
  if (texts != request.continuations.size()) {
    return absl::InternalError(
        absl::StrCat("engine scored ", texts, " texts, asked for ", request.continuations.size()));
  }
  if (AsksForTheAnswer(request) && AnswerOf(request, *scored).num_tokens < 1) {
    return absl::InternalError("engine scored no token of the answer");
  }
  return absl::OkStatus();
}

const inference::ContinuationScore& AnswerOf(const inference::ScoreRequest& request,
                                             const inference::ScoreResult& scored) {
  return HasSpan(request) ? scored.span : scored.continuations[0];
}

double LogProbPerToken(const inference::ContinuationScore& score) {
  return score.log_prob / static_cast<double>(score.num_tokens);
}

void StoreAnswer(const inference::ContinuationScore& answer, v1::Scores* scores) {
  scores->set_answer_log_prob(LogProbPerToken(answer));
  scores->set_min_log_prob(answer.min_log_prob);
  scores->set_greedy_share(static_cast<double>(answer.greedy_tokens) /
                           static_cast<double>(answer.num_tokens));
  scores->set_answer_tokens(static_cast<uint32_t>(answer.num_tokens));
}

}  // namespace quipu::generator
