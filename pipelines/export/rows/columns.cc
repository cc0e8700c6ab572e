// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/columns.h"

#include <cstddef>

#include "absl/types/span.h"
#include "generator/loss_weights.h"

namespace quipu::pipelines {
namespace {

void AppendSegment(absl::Span<const int32_t> ids, const v1::Segment& segment, Columns* columns) {
  const size_t begin = columns->input_ids.size();
  columns->input_ids.insert(columns->input_ids.end(), ids.begin(), ids.end());
  columns->labels.resize(begin + ids.size(), kIgnoredLabel);
  columns->loss_weights.resize(begin + ids.size(), 0);
  for (const v1::TokenRange& range : segment.trained()) {
    for (uint32_t i = range.begin(); i < range.end(); ++i) {
      columns->labels[begin + i] = ids[i];
      columns->loss_weights[begin + i] = generator::WeightOf(range);
    }
  }
  columns->attention_mask.resize(begin + ids.size(), 1);
  for (size_t i = 0; i < ids.size(); ++i) columns->position_ids.push_back(static_cast<int32_t>(i));
  columns->seq_lengths.push_back(static_cast<int32_t>(ids.size()));
}

void AppendPadding(size_t count, int32_t pad_id, Columns* columns) {
  if (count == 0) return;
  const size_t size = columns->input_ids.size() + count;
  columns->input_ids.resize(size, pad_id);
  columns->labels.resize(size, kIgnoredLabel);
  columns->loss_weights.resize(size, 0);
  columns->attention_mask.resize(size, 0);
  for (size_t i = 0; i < count; ++i) columns->position_ids.push_back(static_cast<int32_t>(i));
  columns->seq_lengths.push_back(static_cast<int32_t>(count));
}

}  // namespace

Columns ColumnsOf(const v1::TrainingRow& row, int32_t pad_id) {
  Columns columns = UnpaddedColumnsOf(row);
  const size_t tokens = columns.input_ids.size();
  if (row.padded_length() > tokens) {
    AppendPadding(row.padded_length() - tokens, pad_id, &columns);
  }
  return columns;
}

Columns UnpaddedColumnsOf(const v1::TrainingRow& row) {
  Columns columns;
  absl::Span<const int32_t> ids(row.input_ids().data(), row.input_ids_size());
  for (const v1::Segment& segment : row.segments()) {
    AppendSegment(ids.subspan(0, segment.length()), segment, &columns);
    ids.remove_prefix(segment.length());
  }
  return columns;
}

std::vector<Columns> SegmentColumnsOf(const v1::TrainingRow& row) {
  std::vector<Columns> rows;
  absl::Span<const int32_t> ids(row.input_ids().data(), row.input_ids_size());
  for (const v1::Segment& segment : row.segments()) {
    AppendSegment(ids.subspan(0, segment.length()), segment, &rows.emplace_back());
    ids.remove_prefix(segment.length());
  }
  return rows;
}

}  // namespace quipu::pipelines
