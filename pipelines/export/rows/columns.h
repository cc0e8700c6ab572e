// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A training row as the columns of the tokens view.
//
//   const Columns columns = ColumnsOf(row, tokenizer.pad(), /*loss_weights=*/false);
//   columns.labels[0];        // kIgnoredLabel
//   columns.seq_lengths;      // Of the segments; the padding's is last.
//   columns.position_ids[0];  // 0
//
// Pure functions.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_COLUMNS_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_COLUMNS_H_

#include <cstdint>
#include <vector>

#include "protos/training_row.pb.h"

namespace quipu::pipelines {

// The label of a token that is not a target, in all trainers.
inline constexpr int32_t kIgnoredLabel = -100;

// A training row with its padding, as trainers read it.
struct Columns {
  std::vector<int32_t> input_ids;
  std::vector<int32_t> labels;
  std::vector<double> loss_weights;  // Empty unless asked for.
  std::vector<int32_t> attention_mask;
  std::vector<int32_t> position_ids;
  std::vector<int32_t> seq_lengths;
};

// REQUIRES: CheckTrainingRow(row) is OK.
Columns ColumnsOf(const v1::TrainingRow& row, int32_t pad_id, bool loss_weights);

// The same without padding and weights.
Columns UnpaddedColumnsOf(const v1::TrainingRow& row);

// One conversation after the other: a row's segments, each as a row of its own without
// padding.
std::vector<Columns> SegmentColumnsOf(const v1::TrainingRow& row);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_COLUMNS_H_
