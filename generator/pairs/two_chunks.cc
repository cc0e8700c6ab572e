// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/two_chunks.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "generator/checks/reject.h"
#include "generator/chunks/task_chunks.h"
#include "generator/pairs/result_figures.h"
#include "generator/prompts/reading.h"

namespace quipu::generator {
namespace {

absl::StatusOr<std::vector<absl::string_view>> SplitTwo(const v1::Task& task,
                                                        absl::string_view text) {
  ASSIGN_OR_RETURN(std::vector<absl::string_view> chunks, SplitChunks(task, text));
  if (chunks.size() == 2) return chunks;
  return absl::InvalidArgumentError(
      absl::StrCat("a task of two chunks has ", chunks.size(), " of them"));
}

void ClearAlone(v1::Scores* scores) {
  scores->clear_chunks_alone();
  scores->clear_first_chunk_log_prob();
  scores->clear_second_chunk_log_prob();
}

}  // namespace

bool MeasuresChunksAlone(const v1::Scores& scores) {
  return scores.scored() && !scores.verdict_only();
}

std::optional<v1::Reject> RejectByOneChunk(const v1::Scores& scores,
                                           const v1::GenerationSpec& spec) {
  const double both = scores.answer_log_prob();
  const double least = spec.min_two_chunk_gain();
  const std::pair<absl::string_view, double> alone[] = {{"first", scores.first_chunk_log_prob()},
                                                        {"second", scores.second_chunk_log_prob()}};
  for (uint32_t i = 0; i < scores.chunks_alone() && i < 2; ++i) {
    // Written so that NaN is refused.
    if (both - alone[i].second >= least) continue;
    return MakeReject(
        v1::REJECT_REASON_ONE_CHUNK_SUFFICES,
        absl::StrFormat("%.4f with the %s chunk alone, %.4f with both: gain %.4f, "
                        "least %.4f",
                        alone[i].second, alone[i].first, both, both - alone[i].second, least));
  }
  return std::nullopt;
}

TwoChunkRun::TwoChunkRun(const TaskSpec& spec, std::vector<absl::string_view> chunks)
    : spec_(spec), chunks_(std::move(chunks)), both_(JoinChunks(chunks_)) {}

absl::StatusOr<std::unique_ptr<TwoChunkRun>> TwoChunkRun::Create(
    const TaskSpec& spec, const inference::EngineInfo& engine, absl::string_view text,
    v1::Task task) {
  ASSIGN_OR_RETURN(std::vector<absl::string_view> chunks, SplitTwo(task, text));
  std::unique_ptr<TwoChunkRun> run(new TwoChunkRun(spec, std::move(chunks)));
  run->pair_.emplace(spec, engine, run->both_, std::move(task));
  if (run->pair_->ended()) run->ProceedFromPair();
  return run;
}

absl::string_view TwoChunkRun::passage() const {
  if (stage_ == Stage::kPair) return pair_->passage();
  return stage_ == Stage::kFirstAlone ? chunks_[0] : chunks_[1];
}

void TwoChunkRun::OnCompletion(const absl::StatusOr<inference::Completion>& completion) {
  QUIPU_CHECK(completes()) << "a task takes a completion that it did not ask for";
  pair_->OnCompletion(completion);
  if (pair_->ended()) ProceedFromPair();
}

void TwoChunkRun::OnScore(const absl::StatusOr<inference::ScoreResult>& scored) {
  QUIPU_CHECK(!ended() && !completes()) << "a task takes a score that it did not ask for";
  if (stage_ == Stage::kPair) {
    pair_->OnScore(scored);
    if (pair_->ended()) ProceedFromPair();
    return;
  }
  status_ = CheckScored(score(), scored);
  if (status_.ok()) {
    OnAlone(LogProbPerToken(AnswerOf(score(), *scored)));
  } else {
    stage_ = Stage::kEnd;
  }
}

void TwoChunkRun::ProceedFromPair() {
  stage_ = Stage::kEnd;
  absl::StatusOr<v1::Result> result = pair_->TakeResult();
  status_ = result.status();
  if (!result.ok()) return;
  result_ = *std::move(result);
  if (!result_.has_reject() && MeasuresChunksAlone(result_.scores())) stage_ = Stage::kFirstAlone;
}

void TwoChunkRun::OnAlone(double log_prob) {
  v1::Scores& scores = *result_.mutable_scores();
  const bool first = stage_ == Stage::kFirstAlone;
  if (first) {
    scores.set_first_chunk_log_prob(log_prob);
  } else {
    scores.set_second_chunk_log_prob(log_prob);
  }
  scores.set_chunks_alone(scores.chunks_alone() + 1);
  std::optional<v1::Reject> reject = RejectByOneChunk(scores, spec_.generation);
  stage_ = first && !reject.has_value() ? Stage::kSecondAlone : Stage::kEnd;
  if (reject.has_value()) *result_.mutable_reject() = *std::move(reject);
}

absl::StatusOr<v1::Result> TwoChunkRun::TakeResult() {
  QUIPU_CHECK(ended()) << "the result of a task that has not ended";
  if (!status_.ok()) return status_;
  return std::move(result_);
}

absl::Status CheckTwoChunkResult(const ResultRules& rules, const v1::Task& task,
                                 absl::string_view text, const v1::Result& result) {
  ASSIGN_OR_RETURN(const std::vector<absl::string_view> chunks, SplitTwo(task, text));
  const v1::Scores& scores = result.scores();
  const bool suffices = result.reject().reason() == v1::REJECT_REASON_ONE_CHUNK_SUFFICES;
  // What it was before the chunks were measured alone: a pair like any other.
  v1::Result pair = result;
  if (pair.has_scores()) ClearAlone(pair.mutable_scores());
  if (suffices) pair.clear_reject();
  RETURN_IF_ERROR(CheckResult(rules, task, JoinChunks(chunks), pair));
  v1::Scores right = pair.scores();
  if (!pair.has_reject() && MeasuresChunksAlone(pair.scores())) {
    right.set_first_chunk_log_prob(scores.first_chunk_log_prob());
    right.set_chunks_alone(1);
    if (!RejectByOneChunk(right, rules.generation).has_value()) {
      right.set_second_chunk_log_prob(scores.second_chunk_log_prob());
      right.set_chunks_alone(2);
    }
  }
  RETURN_IF_ERROR(CheckSameScores(scores, right));
  RETURN_IF_ERROR(CheckLogProb("first_chunk_log_prob", scores.first_chunk_log_prob()));
  RETURN_IF_ERROR(CheckLogProb("second_chunk_log_prob", scores.second_chunk_log_prob()));
  if (suffices == RejectByOneChunk(right, rules.generation).has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(suffices ? "ONE_CHUNK_SUFFICES, where its scores say accepted"
                                             : "accepted, where its scores say ONE_CHUNK_SUFFICES");
}

}  // namespace quipu::generator
