// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks lines of a tokens file: on their own, against the store's rows, and
// against their conversations, rendered and tokenised again.
//
//   TokensChecker checker(store, target, index, &findings);
//   RETURN_IF_ERROR(checker.Check({"tokens-00000.jsonl", 1}, line));
//   checker.Finish({"tokens-*.jsonl"});
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_CHECK_TOKENS_H_
#define QUIPU_PIPELINES_EXPORT_CHECK_TOKENS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/json_parser.h"
#include "generator/corpus/split.h"
#include "generator/rows/instance_builder.h"
#include "pipelines/export/check/source_index.h"
#include "pipelines/export/rows/findings.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

class TokensChecker {
 public:
  // All must outlive this.
  TokensChecker(const storage::StoreView& store, const generator::TargetModel& target,
                const SourceIndex& index, Findings* findings);

  // Checks one line (kLinePadding bytes after it have to be readable). A fault
  // in it is a finding; an error status comes from the store.
  // `packs`, `split`: which rows the file is for.
  absl::Status Check(const Place& place, absl::string_view line, bool packs = false,
                     generator::Split split = generator::Split::kTrain);
  // Call after the last line: adds findings for missing rows.
  void Finish(const Place& place);

 private:
  // A row as read from the file.
  struct Row {
    std::string id;
    std::string kind;
    std::string row_kind;
    std::vector<int32_t> input_ids;
    std::vector<int32_t> labels;
    std::vector<double> loss_weights;  // Only if the run has them.
    bool has_mask = false;             // A pack has none.
    std::vector<int32_t> attention_mask;
    std::vector<int32_t> position_ids;
    std::vector<int32_t> seq_lengths;
    std::vector<std::string> sources;
  };

  absl::StatusOr<Row> Parse(absl::string_view line, bool packs);
  // False if the row's lengths make further checks impossible.
  bool CheckLengths(const Place& place, const Row& row);
  void CheckSegment(const Place& place, const Row& row, size_t begin, size_t length);
  void CheckPadding(const Place& place, const Row& row, size_t begin);
  absl::Status CheckAgainstStore(const Place& place, const Row& row, bool packs,
                                 generator::Split split);
  absl::Status CheckSegments(const Place& place, const Row& row, const v1::TrainingRow& sequence);
  void MarkSeen(const Place& place, const Row& row);
  absl::Status CheckConversation(const Place& place, const Row& row,
                                 const v1::TrainingRow& sequence, int segment, size_t begin);
  void CheckTraining(const Place& place, const Row& row, size_t begin,
                     const inference::RenderedTokens& rendered, double prompt_weight);
  void CheckWeights(const Place& place, const Row& row, size_t begin, const v1::Segment& segment);
  absl::Status CheckEvidence(const Place& place, const Row& row, const v1::TrainingRow& sequence);
  // `details`: LongDetails or Turn; `wanted`: what its tokens have to contain.
  template <typename Details>
  void CheckPlace(const Place& place, const Row& row, const Details& details,
                  absl::string_view wanted);

  const storage::StoreView& store_;
  const generator::TargetModel& target_;
  const SourceIndex& index_;
  Findings* const findings_;
  const bool has_loss_weights_;
  JsonParser parser_;
  std::vector<uint8_t> seen_;  // By position in the index.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_CHECK_TOKENS_H_
