// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/columns.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "absl/types/span.h"
#include "generator/rows/loss_weights.h"

namespace quipu::pipelines {
namespace {

void Reserve(size_t tokens, bool loss_weights, Columns* columns) {
  columns->input_ids.reserve(tokens);
  columns->labels.reserve(tokens);
  if (loss_weights) columns->loss_weights.reserve(tokens);
  columns->attention_mask.reserve(tokens);
  columns->position_ids.reserve(tokens);
}

// Numbers `count` more positions from 0.
void AppendPositions(size_t count, Columns* columns) {
  std::vector<int32_t>& positions = columns->position_ids;
  positions.resize(positions.size() + count);
  std::iota(positions.end() - static_cast<ptrdiff_t>(count), positions.end(), 0);
  columns->seq_lengths.push_back(static_cast<int32_t>(count));
}

void AppendSegment(absl::Span<const int32_t> ids, const v1::Segment& segment, bool loss_weights,
                   Columns* columns) {
  const size_t begin = columns->input_ids.size();
  const size_t end = begin + ids.size();
  columns->input_ids.insert(columns->input_ids.end(), ids.begin(), ids.end());
  columns->labels.resize(end, kIgnoredLabel);
  if (loss_weights) columns->loss_weights.resize(end, 0);
  for (const v1::TokenRange& range : segment.trained()) {
    std::copy(ids.begin() + range.begin(), ids.begin() + range.end(),
              columns->labels.begin() + static_cast<ptrdiff_t>(begin) + range.begin());
    if (!loss_weights) continue;
    std::fill_n(columns->loss_weights.begin() + static_cast<ptrdiff_t>(begin) + range.begin(),
                range.end() - range.begin(), generator::WeightOf(range));
  }
  columns->attention_mask.resize(end, 1);
  AppendPositions(ids.size(), columns);
}

void AppendPadding(size_t count, int32_t pad_id, bool loss_weights, Columns* columns) {
  if (count == 0) return;
  const size_t size = columns->input_ids.size() + count;
  columns->input_ids.resize(size, pad_id);
  columns->labels.resize(size, kIgnoredLabel);
  if (loss_weights) columns->loss_weights.resize(size, 0);
  columns->attention_mask.resize(size, 0);
  AppendPositions(count, columns);
}

// With `padded` tokens; at least those of the row.
Columns PaddedTo(size_t padded, const v1::TrainingRow& row, int32_t pad_id, bool loss_weights) {
  Columns columns;
  Reserve(padded, loss_weights, &columns);
  absl::Span<const int32_t> ids(row.input_ids().data(), row.input_ids_size());
  for (const v1::Segment& segment : row.segments()) {
    AppendSegment(ids.subspan(0, segment.length()), segment, loss_weights, &columns);
    ids.remove_prefix(segment.length());
  }
  AppendPadding(padded - columns.input_ids.size(), pad_id, loss_weights, &columns);
  return columns;
}

}  // namespace

Columns ColumnsOf(const v1::TrainingRow& row, int32_t pad_id, bool loss_weights) {
  const auto tokens = static_cast<size_t>(row.input_ids_size());
  return PaddedTo(std::max<size_t>(tokens, row.padded_length()), row, pad_id, loss_weights);
}

Columns UnpaddedColumnsOf(const v1::TrainingRow& row) {
  return PaddedTo(static_cast<size_t>(row.input_ids_size()), row, /*pad_id=*/0,
                  /*loss_weights=*/false);
}

std::vector<Columns> SegmentColumnsOf(const v1::TrainingRow& row) {
  std::vector<Columns> rows;
  absl::Span<const int32_t> ids(row.input_ids().data(), row.input_ids_size());
  for (const v1::Segment& segment : row.segments()) {
    Columns& columns = rows.emplace_back();
    Reserve(segment.length(), /*loss_weights=*/false, &columns);
    AppendSegment(ids.subspan(0, segment.length()), segment, /*loss_weights=*/false, &columns);
    ids.remove_prefix(segment.length());
  }
  return rows;
}

}  // namespace quipu::pipelines
