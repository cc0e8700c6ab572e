// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A summary of a whole document in progress: the model sums up each part in a sentence or two, then
// writes one summary from these. What a part or the document does not support is dropped. The model
// judges the summary by what it was written from; without that, it must be less likely.
//
//   ASSIGN_OR_RETURN(auto steps, SummaryRun::Create(spec, engine->info(), leased_text, task));
//   while (!steps->ended()) Answer(steps.get());  // As in task_steps.h.
//
// Pure; thread-compatible. Spec and text must outlive it.
#ifndef QUIPU_GENERATOR_PAIRS_SUMMARY_RUN_H_
#define QUIPU_GENERATOR_PAIRS_SUMMARY_RUN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "generator/languages/table.h"
#include "generator/pairs/generate.h"
#include "generator/pairs/task_steps.h"
#include "inference/engine.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// Most tokens of the summary of a part, and of the document.
inline constexpr uint32_t kMaxPartSummaryTokens = 96;
inline constexpr uint32_t kMaxSummaryTokens = 320;

class SummaryRun final : public TaskSteps {
 public:
  // INVALID_ARGUMENT if the text is not that of the task's parts, or the id is malformed.
  static absl::StatusOr<std::unique_ptr<SummaryRun>> Create(const TaskSpec& spec,
                                                            const inference::EngineInfo& engine,
                                                            absl::string_view text, v1::Task task);

  bool ended() const override { return next_ == Next::kEnd; }
  bool completes() const override { return next_ == Next::kPart || next_ == Next::kWhole; }
  absl::string_view passage() const override;
  const inference::CompleteRequest& completion() const override { return completion_; }
  const inference::ScoreRequest& score() const override { return score_; }
  void OnCompletion(const absl::StatusOr<inference::Completion>& completion) override;
  void OnScore(const absl::StatusOr<inference::ScoreResult>& scored) override;
  absl::StatusOr<v1::Result> TakeResult() override;

 private:
  enum class Next { kPart, kWhole, kRead, kEcho, kClosedBook, kEnd };

  SummaryRun(const TaskSpec& spec, const inference::EngineInfo& engine, absl::string_view text,
             const Fingerprint& task_id, std::vector<absl::string_view> parts, v1::Task task);
  void AskPart();
  void AskWhole();
  void Ask(Next next, std::string instruction, uint32_t max_tokens);
  void OnPart(absl::string_view reply);
  void OnWhole(absl::string_view reply);
  void OnReading(const inference::ScoreResult& scored);
  void OnAnswer(const inference::ContinuationScore& answer);
  void OnClosedBook(const inference::ContinuationScore& answer);
  // Keeps the reject. Returns whether there is one, which ends the task.
  bool Refuses(std::optional<v1::Reject> reject);
  void Fail(const absl::Status& status);

  const TaskSpec spec_;
  const bool scores_text_;
  const bool scores_spans_;
  const absl::string_view source_;  // All parts.
  const Fingerprint task_id_;
  const std::vector<absl::string_view> parts_;
  const Language language_;
  size_t part_ = 0;                 // The one that is summed up next.
  std::vector<std::string> notes_;  // What the parts say.
  std::string written_from_;        // The notes as one text; a single part itself.
  Next next_ = Next::kPart;
  inference::CompleteRequest completion_;
  inference::ScoreRequest score_;
  absl::Status status_;
  v1::Result result_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_SUMMARY_RUN_H_
