// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/generate.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/filters.h"
#include "generator/prompts.h"
#include "generator/reject.h"
#include "generator/response_parser.h"
#include "generator/verdict.h"

namespace quipu::generator {
namespace {

using inference::CompletedPart;

// Least tokens of a part: an empty pair is not worth its prompt.
constexpr int kMinQuestionTokens = 4;
constexpr int kMinShortAnswerTokens = 1;

constexpr char kQuestionOpen[] = "<question>";
constexpr char kQuestionClose[] = "</question>";
constexpr char kAnswerOpen[] = "<answer>";
constexpr char kAnswerClose[] = "</answer>";

// How the question begins: drawn from the task's id, or left to the model.
std::string OpeningOf(const v1::GenerationSpec& generation, const Fingerprint& task_id) {
  if (generation.question_openings().empty()) return "";
  Rng rng(task_id, "question-opening");
  const uint64_t drawn = rng.Below(generation.question_openings().size());
  // Words bring their space in front with them: one at the end would be
  // doubled.
  return std::string(
      absl::StripTrailingAsciiWhitespace(generation.question_openings(static_cast<int>(drawn))));
}

inference::CompleteRequest MakeRequest(const v1::RunSpec& spec, const v1::Task& task,
                                       const Fingerprint& task_id, absl::string_view opening) {
  const v1::GenerationSpec& generation = spec.generation();
  const v1::SamplingSpec& sampling = generation.sampling();
  const bool brief = task.form() == v1::ANSWER_FORM_SHORT;
  const int min_answer_tokens =
      brief ? kMinShortAnswerTokens : static_cast<int>(generation.min_long_answer_tokens());
  const int max_answer_tokens = static_cast<int>(brief ? generation.max_short_answer_tokens()
                                                       : generation.max_long_answer_tokens());
  inference::CompleteRequest request;
  request.user_rest = InstructionOf(generation, task.form());
  request.reply_template = {
      inference::Slot::Literal(absl::StrCat(kQuestionOpen, opening)),
      inference::Slot::Free("question", kMinQuestionTokens,
                            static_cast<int>(generation.max_question_tokens()), kQuestionClose),
      inference::Slot::Literal(absl::StrCat(kQuestionClose, "\n", kAnswerOpen)),
      inference::Slot::Free("answer", min_answer_tokens, max_answer_tokens, kAnswerClose)};
  request.sampling.temperature = sampling.temperature();
  request.sampling.top_k = static_cast<int>(sampling.top_k());
  request.sampling.top_p = sampling.top_p();
  request.sampling.min_p = sampling.min_p();
  request.seed = task_id;
  return request;
}

// The reply as one text. An engine that holds replies to the reply template returns
// its two free parts; one that cannot returns the whole reply as one part.
std::string AssembleReply(const inference::Completion& completion, absl::string_view opening) {
  if (completion.parts.size() == 1) return completion.parts[0].text;
  if (completion.parts.size() != 2) return "";
  return absl::StrCat(kQuestionOpen, opening, completion.parts[0].text, kQuestionClose, "\n",
                      kAnswerOpen, completion.parts[1].text, kAnswerClose);
}

// A part that was cut. One that ends with the model's turn is whole: the engine
// goes on with what the reply template has next.
std::optional<v1::Reject> CheckEnds(const inference::Completion& completion) {
  for (const CompletedPart& part : completion.parts) {
    if (part.end == CompletedPart::End::kMaxTokens) {
      return MakeReject(v1::REJECT_REASON_TOO_LONG,
                        absl::StrCat(part.name, " cut at ", part.num_tokens, " tokens"));
    }
  }
  return std::nullopt;
}

// What an engine's refusal for size becomes; other errors stay errors.
absl::Status Settle(const absl::Status& status, v1::Result* result) {
  if (status.code() != absl::StatusCode::kResourceExhausted) return status;
  *result->mutable_reject() =
      MakeReject(v1::REJECT_REASON_ENGINE_LIMIT, std::string(status.message()));
  return absl::OkStatus();
}

// Log-likelihood per token of the answer after `prefix` and the question.
absl::StatusOr<inference::ContinuationScore> ScoreAnswer(inference::Engine& engine,
                                                         const inference::Prefix& prefix,
                                                         const v1::RunSpec& spec,
                                                         const v1::Result& pair) {
  inference::ScoreRequest request;
  request.user_rest = AnswerPrompt(spec.verification(), pair.question());
  request.continuations = {pair.answer()};
  ASSIGN_OR_RETURN(const inference::ScoreResult scored, engine.Score(prefix, request));
  if (scored.continuations.size() != 1 || scored.continuations[0].num_tokens < 1) {
    return absl::InternalError("engine scored no token of the answer");
  }
  return scored.continuations[0];
}

double PerToken(const inference::ContinuationScore& score) {
  return score.log_prob / static_cast<double>(score.num_tokens);
}

absl::StatusOr<double> VerdictMargin(inference::Engine& engine, const inference::Prefix& prefix,
                                     const v1::RunSpec& spec, const v1::Result& pair) {
  inference::ScoreRequest request;
  request.user_rest = VerdictPrompt(spec.verification(), pair.question(), pair.answer());
  request.continuations = {spec.verification().yes(), spec.verification().no()};
  request.relative_only = true;
  ASSIGN_OR_RETURN(const inference::ScoreResult scored, engine.Score(prefix, request));
  if (scored.continuations.size() != 2) {
    return absl::InternalError("engine scored " + std::to_string(scored.continuations.size()) +
                               " verdicts, asked for 2");
  }
  return scored.continuations[0].log_prob - scored.continuations[1].log_prob;
}

// Measures and judges. Model time is the cost, so a verdict that refuses ends
// it; both likelihoods are measured together, since the second is cheap. An
// engine that cannot measure them leaves the verdict to decide alone.
absl::Status Verify(inference::Engine& engine, const ChunkPrefixes& prefixes,
                    const v1::RunSpec& spec, v1::Result* result) {
  v1::Scores& scores = *result->mutable_scores();
  ASSIGN_OR_RETURN(const double margin, VerdictMargin(engine, *prefixes.with_chunk, spec, *result));
  scores.set_verdict_margin(margin);
  scores.set_scored(true);
  std::optional<v1::Reject> reject = RejectByVerdict(scores, spec.verification());
  if (reject.has_value()) {
    *result->mutable_reject() = *std::move(reject);
    return absl::OkStatus();
  }
  if (!engine.info().scores_text) {
    scores.set_verdict_only(true);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const inference::ContinuationScore with,
                   ScoreAnswer(engine, *prefixes.with_chunk, spec, *result));
  ASSIGN_OR_RETURN(const inference::ContinuationScore without,
                   ScoreAnswer(engine, *prefixes.without_chunk, spec, *result));
  const double log_prob = PerToken(with);
  const double gain = log_prob - PerToken(without);
  scores.set_answer_log_prob(log_prob);
  scores.set_gain(gain);
  scores.set_answer_tokens(static_cast<uint32_t>(with.num_tokens));
  reject = RejectByLikelihood(scores, result->task().form(), spec.verification());
  if (reject.has_value()) *result->mutable_reject() = *std::move(reject);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<inference::Prefix>> OpenWithoutChunk(inference::Engine& engine,
                                                                    const v1::RunSpec& spec) {
  ASSIGN_OR_RETURN(
      std::unique_ptr<inference::Prefix> prefix,
      engine.OpenPrefix({spec.generation().system(), ExcerptOf(spec.generation(), "")}));
  return std::shared_ptr<inference::Prefix>(std::move(prefix));
}

absl::StatusOr<std::unique_ptr<ChunkPrefixes>> OpenChunk(
    inference::Engine& engine, const v1::RunSpec& spec, absl::string_view chunk_text,
    std::shared_ptr<inference::Prefix> without_chunk) {
  auto prefixes = std::make_unique<ChunkPrefixes>();
  ASSIGN_OR_RETURN(
      prefixes->with_chunk,
      engine.OpenPrefix({spec.generation().system(), ExcerptOf(spec.generation(), chunk_text)}));
  prefixes->without_chunk = std::move(without_chunk);
  return prefixes;
}

v1::Result EngineLimitResult(const v1::Task& task, const absl::Status& status) {
  v1::Result result;
  *result.mutable_task() = task;
  *result.mutable_reject() =
      MakeReject(v1::REJECT_REASON_ENGINE_LIMIT, std::string(status.message()));
  return result;
}

absl::StatusOr<v1::Result> RunTask(inference::Engine& engine, const ChunkPrefixes& prefixes,
                                   const v1::RunSpec& spec, absl::string_view chunk_text,
                                   const v1::Task& task) {
  ASSIGN_OR_RETURN(const Fingerprint task_id, Fingerprint::FromBytes(task.id()));
  v1::Result result;
  *result.mutable_task() = task;
  const std::string opening = OpeningOf(spec.generation(), task_id);
  absl::StatusOr<inference::Completion> completion =
      engine.Complete(*prefixes.with_chunk, MakeRequest(spec, task, task_id, opening));
  if (!completion.ok()) {
    RETURN_IF_ERROR(Settle(completion.status(), &result));
    return result;
  }
  uint32_t sampled = 0;
  for (const CompletedPart& part : completion->parts) sampled += part.num_tokens;
  result.set_sampled_tokens(sampled);

  const std::optional<v1::Reject> cut = CheckEnds(*completion);
  absl::StatusOr<QuestionAnswer> pair = ParseResponse(AssembleReply(*completion, opening));
  if (pair.ok()) {
    result.set_question(std::move(pair->question));
    result.set_answer(std::move(pair->answer));
  }
  if (cut.has_value()) {
    *result.mutable_reject() = *cut;
    return result;
  }
  if (!pair.ok()) {
    *result.mutable_reject() =
        MakeReject(v1::REJECT_REASON_MALFORMED, std::string(pair.status().message()));
    return result;
  }
  double grounded_share = 0;
  std::optional<v1::Reject> reject =
      FilterPair({result.question(), result.answer(), chunk_text, task.form()},
                 InstructionOf(spec.generation(), task.form()), spec.filters(), &grounded_share);
  result.mutable_scores()->set_grounded_share(grounded_share);
  if (reject.has_value()) {
    *result.mutable_reject() = *std::move(reject);
    return result;
  }
  if (spec.verification().enabled()) {
    RETURN_IF_ERROR(Settle(Verify(engine, prefixes, spec, &result), &result));
  }
  return result;
}

}  // namespace quipu::generator
