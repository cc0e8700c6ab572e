// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the engine is asked about an answer, and what its reply says: the verdict, and how likely
// the answer is. Pure, thread-safe.
//
//   const inference::ScoreRequest request =
//       ReadingRequest(spec.generation(), spec.verification(), language, question, answer, true);
//   const absl::StatusOr<inference::ScoreResult> scored = engine->Score(*prefix, request);
//   RETURN_IF_ERROR(CheckScored(request, scored));
//   StoreAnswer(AnswerOf(request, *scored), &scores);
#ifndef QUIPU_GENERATOR_PROMPTS_READING_H_
#define QUIPU_GENERATOR_PROMPTS_READING_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/languages/table.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"

namespace quipu::generator {

// The verdict, and in the same pass the likelihood of the answer if `span`.
inference::ScoreRequest ReadingRequest(const v1::GenerationSpec& generation,
                                       const v1::VerificationSpec& verification, Language language,
                                       absl::string_view question, absl::string_view answer,
                                       bool span);
// The likelihood of the answer as a reply, for engines that score no spans.
inference::ScoreRequest EchoRequest(const v1::GenerationSpec& generation,
                                    const v1::VerificationSpec& verification, Language language,
                                    absl::string_view question, absl::string_view answer);

// The engine's error; INTERNAL if its reply does not fit the request.
absl::Status CheckScored(const inference::ScoreRequest& request,
                         const absl::StatusOr<inference::ScoreResult>& scored);

// The answer's score: of the span, or of an echo. REQUIRES: CheckScored is OK, and the request asks
// for it.
const inference::ContinuationScore& AnswerOf(const inference::ScoreRequest& request,
                                             const inference::ScoreResult& scored);

double LogProbPerToken(const inference::ContinuationScore& score);

// Sets answer_log_prob, min_log_prob, greedy_share, answer_tokens.
void StoreAnswer(const inference::ContinuationScore& answer, v1::Scores* scores);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PROMPTS_READING_H_
