// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/generate.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "generator/filters.h"
#include "generator/language.h"
#include "generator/prompts.h"
#include "generator/reject.h"
#include "generator/response_parser.h"
#include "generator/verdict.h"

namespace quipu::generator {
namespace {

using inference::CompletedPart;

// Least tokens of a part: a prompt should not end in an empty pair.
constexpr int kMinQuestionTokens = 4;
constexpr int kMinShortAnswerTokens = 1;

constexpr char kQuestionOpen[] = "<question>";
constexpr char kQuestionClose[] = "</question>";
constexpr char kAnswerOpen[] = "<answer>";
constexpr char kAnswerClose[] = "</answer>";

// The beginning of the question: drawn from the task's id, or left to the model.
std::string OpeningOf(const v1::GenerationSpec& generation, const Fingerprint& task_id) {
  if (generation.question_openings().empty()) return "";
  Rng rng(task_id, "question-opening");
  const uint64_t drawn = rng.Below(generation.question_openings().size());
  // Tokens begin with their space; a space at the end here would be doubled.
  return std::string(
      absl::StripTrailingAsciiWhitespace(generation.question_openings(static_cast<int>(drawn))));
}

inference::CompleteRequest MakeRequest(const TaskSpec& spec, const v1::Task& task,
                                       const Fingerprint& task_id, absl::string_view opening) {
  const v1::GenerationSpec& generation = spec.generation;
  const v1::SamplingSpec& sampling = generation.sampling();
  const bool brief = task.form() == v1::ANSWER_FORM_SHORT;
  const int min_answer_tokens =
      brief ? kMinShortAnswerTokens : static_cast<int>(generation.min_long_answer_tokens());
  const int max_answer_tokens = static_cast<int>(brief ? generation.max_short_answer_tokens()
                                                       : generation.max_long_answer_tokens());
  inference::CompleteRequest request;
  request.user_rest = InstructionOf(generation, LanguageOfTaskCode(task.language()), task.form());
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

// The reply as one text. An engine that constrains replies to the reply template
// returns its two free parts; another engine returns the whole reply as one part.
std::string AssembleReply(const inference::Completion& completion, absl::string_view opening) {
  if (completion.parts.size() == 1) return completion.parts[0].text;
  if (completion.parts.size() != 2) return "";
  return absl::StrCat(kQuestionOpen, opening, completion.parts[0].text, kQuestionClose, "\n",
                      kAnswerOpen, completion.parts[1].text, kAnswerClose);
}

// A reject if a part was cut. A part that ends with the model's turn is complete:
// the engine then continues with the next part of the reply template.
std::optional<v1::Reject> CheckEnds(const inference::Completion& completion) {
  for (const CompletedPart& part : completion.parts) {
    if (part.end == CompletedPart::End::kMaxTokens) {
      return MakeReject(v1::REJECT_REASON_TOO_LONG,
                        absl::StrCat(part.name, " cut at ", part.num_tokens, " tokens"));
    }
  }
  return std::nullopt;
}

double PerToken(const inference::ContinuationScore& score) {
  return score.log_prob / static_cast<double>(score.num_tokens);
}

}  // namespace

TaskRun::TaskRun(const TaskSpec& spec, const inference::EngineInfo& engine,
                 absl::string_view chunk_text, v1::Task task)
    : spec_(spec), engine_scores_text_(engine.scores_text), chunk_text_(chunk_text) {
  *result_.mutable_task() = std::move(task);
  language_ = LanguageOfTaskCode(result_.task().language());
  const absl::StatusOr<Fingerprint> task_id = Fingerprint::FromBytes(result_.task().id());
  if (!task_id.ok()) {
    Fail(task_id.status());
    return;
  }
  opening_ = OpeningOf(spec_.generation, *task_id);
  completion_ = MakeRequest(spec_, result_.task(), *task_id, opening_);
}

void TaskRun::OnCompletion(const absl::StatusOr<inference::Completion>& completion) {
  QUIPU_CHECK(next_ == Next::kComplete) << "a task takes a reply that it did not ask for";
  if (!completion.ok()) return Fail(completion.status());
  std::optional<v1::Reject> reject = TakePair(*completion);
  if (reject.has_value()) {
    *result_.mutable_reject() = *std::move(reject);
  } else if (spec_.verification.enabled()) {
    return AskVerdict();
  }
  next_ = Next::kEnd;
}

std::optional<v1::Reject> TaskRun::TakePair(const inference::Completion& completion) {
  uint32_t sampled = 0;
  for (const CompletedPart& part : completion.parts) sampled += part.num_tokens;
  result_.set_sampled_tokens(sampled);

  std::optional<v1::Reject> cut = CheckEnds(completion);
  absl::StatusOr<QuestionAnswer> pair = ParseResponse(AssembleReply(completion, opening_));
  if (pair.ok()) {
    result_.set_question(std::move(pair->question));
    result_.set_answer(std::move(pair->answer));
  }
  if (cut.has_value()) return cut;
  if (!pair.ok()) {
    return MakeReject(v1::REJECT_REASON_MALFORMED, std::string(pair.status().message()));
  }
  double grounded_share = 0;
  std::optional<v1::Reject> reject = FilterPair(
      {result_.question(), result_.answer(), chunk_text_, result_.task().form(), language_},
      InstructionOf(spec_.generation, language_, result_.task().form()), spec_.filters,
      &grounded_share);
  result_.mutable_scores()->set_grounded_share(grounded_share);
  return reject;
}

void TaskRun::AskVerdict() {
  VerdictWords verdict = VerdictOf(spec_.generation, spec_.verification, language_,
                                   result_.question(), result_.answer());
  score_.user_rest = std::move(verdict.prompt);
  score_.continuations = {std::move(verdict.yes), std::move(verdict.no)};
  score_.relative_only = true;
  next_ = Next::kScoreVerdict;
}

void TaskRun::AskAnswer(Next next) {
  score_ = inference::ScoreRequest();
  score_.user_rest =
      AnswerPrompt(spec_.generation, spec_.verification, language_, result_.question());
  score_.continuations = {result_.answer()};
  next_ = next;
}

void TaskRun::OnScore(const absl::StatusOr<inference::ScoreResult>& scored) {
  if (!scored.ok()) return Fail(scored.status());
  const std::vector<inference::ContinuationScore>& scores = scored->continuations;
  if (scores.size() != score_.continuations.size()) {
    return Fail(absl::InternalError(absl::StrCat(
        "engine scored ", scores.size(), " texts, asked for ", score_.continuations.size())));
  }
  if (next_ == Next::kScoreVerdict) return OnVerdict(scores[0].log_prob - scores[1].log_prob);
  if (scores[0].num_tokens < 1) {
    return Fail(absl::InternalError("engine scored no token of the answer"));
  }
  if (next_ == Next::kScoreAnswer) {
    answer_ = scores[0];
    return AskAnswer(Next::kScoreWithoutChunk);
  }
  QUIPU_CHECK(next_ == Next::kScoreWithoutChunk) << "a task takes a score that it did not ask for";
  OnAnswerScores(scores[0]);
}

// Model time is expensive, so a refusing verdict ends the task. Both likelihoods
// are measured, because the second is cheap. If the engine cannot measure them,
// the verdict decides alone.
void TaskRun::OnVerdict(double margin) {
  v1::Scores& scores = *result_.mutable_scores();
  scores.set_verdict_margin(margin);
  scores.set_scored(true);
  std::optional<v1::Reject> reject = RejectByVerdict(scores, spec_.verification);
  if (reject.has_value()) {
    *result_.mutable_reject() = *std::move(reject);
    next_ = Next::kEnd;
  } else if (!engine_scores_text_) {
    scores.set_verdict_only(true);
    next_ = Next::kEnd;
  } else {
    AskAnswer(Next::kScoreAnswer);
  }
}

void TaskRun::OnAnswerScores(const inference::ContinuationScore& without_chunk) {
  next_ = Next::kEnd;
  v1::Scores& scores = *result_.mutable_scores();
  const double log_prob = PerToken(answer_);
  const double gain = log_prob - PerToken(without_chunk);
  scores.set_answer_log_prob(log_prob);
  scores.set_gain(gain);
  scores.set_answer_tokens(static_cast<uint32_t>(answer_.num_tokens));
  std::optional<v1::Reject> reject =
      RejectByLikelihood(scores, result_.task().form(), spec_.verification);
  if (reject.has_value()) *result_.mutable_reject() = *std::move(reject);
}

void TaskRun::Fail(const absl::Status& status) {
  next_ = Next::kEnd;
  if (absl::IsResourceExhausted(status)) {
    *result_.mutable_reject() =
        MakeReject(v1::REJECT_REASON_ENGINE_LIMIT, std::string(status.message()));
  } else {
    status_ = status;
  }
}

absl::StatusOr<v1::Result> TaskRun::TakeResult() {
  QUIPU_CHECK(next_ == Next::kEnd) << "the result of a task that has not ended";
  if (!status_.ok()) return status_;
  return std::move(result_);
}

inference::PrefixRequest ChunkPrefixRequest(const TaskSpec& spec, Language language,
                                            absl::string_view chunk_text) {
  return {spec.generation.system(), ExcerptOf(spec.generation, language, chunk_text)};
}

absl::StatusOr<std::shared_ptr<inference::Prefix>> OpenWithoutChunk(inference::Engine& engine,
                                                                    const TaskSpec& spec,
                                                                    Language language) {
  ASSIGN_OR_RETURN(std::unique_ptr<inference::Prefix> prefix,
                   engine.OpenPrefix(ChunkPrefixRequest(spec, language, "")));
  return std::shared_ptr<inference::Prefix>(std::move(prefix));
}

absl::StatusOr<std::unique_ptr<ChunkPrefixes>> OpenChunk(
    inference::Engine& engine, const TaskSpec& spec, absl::string_view chunk_text,
    std::shared_ptr<inference::Prefix> without_chunk, Language language) {
  auto prefixes = std::make_unique<ChunkPrefixes>();
  ASSIGN_OR_RETURN(prefixes->with_chunk,
                   engine.OpenPrefix(ChunkPrefixRequest(spec, language, chunk_text)));
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
                                   const TaskSpec& spec, absl::string_view chunk_text,
                                   const v1::Task& task) {
  TaskRun run(spec, engine.info(), chunk_text, task);
  while (run.next() != TaskRun::Next::kEnd) {
    const inference::Prefix& prefix = prefixes.For(run.next());
    if (run.next() == TaskRun::Next::kComplete) {
      run.OnCompletion(engine.Complete(prefix, run.completion()));
    } else {
      run.OnScore(engine.Score(prefix, run.score()));
    }
  }
  return run.TakeResult();
}

}  // namespace quipu::generator
