// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A pair from two chunks: made and judged as one from one chunk, with both chunks as its text; then
// the answer's likelihood is measured with each chunk alone. If one of them is enough, the pair is
// refused. Neither is measured for a pair that something else refuses.
//
//   ASSIGN_OR_RETURN(auto steps, TwoChunkRun::Create(spec, engine->info(), leased_text, task));
//   while (!steps->ended()) Answer(steps.get());  // As in task_steps.h.
//   RETURN_IF_ERROR(CheckTwoChunkResult(rules, task, leased_text, result));
//
// Pure; thread-compatible. Spec and text must outlive a TwoChunkRun.
#ifndef QUIPU_GENERATOR_PAIRS_TWO_CHUNKS_H_
#define QUIPU_GENERATOR_PAIRS_TWO_CHUNKS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/pairs/generate.h"
#include "generator/pairs/result_check.h"
#include "generator/pairs/task_steps.h"
#include "inference/engine.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

class TwoChunkRun final : public TaskSteps {
 public:
  // INVALID_ARGUMENT if the text is not that of the task's two chunks.
  static absl::StatusOr<std::unique_ptr<TwoChunkRun>> Create(const TaskSpec& spec,
                                                             const inference::EngineInfo& engine,
                                                             absl::string_view text, v1::Task task);

  bool ended() const override { return stage_ == Stage::kEnd; }
  bool completes() const override { return stage_ == Stage::kPair && pair_->completes(); }
  absl::string_view passage() const override;
  const inference::CompleteRequest& completion() const override { return pair_->completion(); }
  // The same for each chunk alone as without a chunk: only the passage differs.
  const inference::ScoreRequest& score() const override { return pair_->score(); }
  void OnCompletion(const absl::StatusOr<inference::Completion>& completion) override;
  void OnScore(const absl::StatusOr<inference::ScoreResult>& scored) override;
  absl::StatusOr<v1::Result> TakeResult() override;

 private:
  enum class Stage { kPair, kFirstAlone, kSecondAlone, kEnd };

  TwoChunkRun(const TaskSpec& spec, std::vector<absl::string_view> chunks);
  // Asks for the chunks alone once the pair has passed everything else.
  void ProceedFromPair();
  void OnAlone(double log_prob);

  const TaskSpec spec_;
  const std::vector<absl::string_view> chunks_;
  const std::string both_;
  std::optional<TaskRun> pair_;  // Its text is `both_`.
  Stage stage_ = Stage::kPair;
  absl::Status status_;
  v1::Result result_;
};

// Whether a result with these scores has been, or is to be, measured with each chunk alone.
bool MeasuresChunksAlone(const v1::Scores& scores);

// ONE_CHUNK_SUFFICES if one of the chunks measured alone makes the answer nearly as likely as both.
std::optional<v1::Reject> RejectByOneChunk(const v1::Scores& scores,
                                           const v1::GenerationSpec& spec);

// As CheckResult, for a task of two chunks; `text` is their leased text.
absl::Status CheckTwoChunkResult(const ResultRules& rules, const v1::Task& task,
                                 absl::string_view text, const v1::Result& result);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_TWO_CHUNKS_H_
