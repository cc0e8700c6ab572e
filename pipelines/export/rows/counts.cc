// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/counts.h"

#include <algorithm>

#include "pipelines/export/rows/training_row.h"

namespace quipu::pipelines {

std::string LanguageOf(const v1::LongDetails& details) {
  return details.language().empty() ? "en" : details.language();
}

namespace {

int BinaryDigits(uint64_t number) {
  int digits = 0;
  for (; number > 0; number >>= 1) ++digits;
  return digits;
}

}  // namespace

void ExportCounts::Add(const v1::TrainingRow& row, generator::Split split) {
  const uint64_t row_tokens = row.input_ids_size();
  SplitCounts& in_split = splits[static_cast<int>(split)];
  in_split.tokens += row_tokens;
  in_split.conversations += row.segments_size();
  ++(row.kind() == v1::TrainingRow::KIND_LONG ? in_split.long_rows : in_split.packed_rows);
  tokens += row_tokens;
  padding_tokens += std::max<uint64_t>(row.padded_length(), row_tokens) - row_tokens;
  if (row.kind() == v1::TrainingRow::KIND_LONG) {
    ++long_rows;
  } else {
    ++packed_rows;
    packed_tokens += row_tokens;
  }
  messages_rows += row.segments_size();
  if (row.has_long_details()) {
    AddDetails(row);
  } else {
    short_rows += row.segments_size();
  }
  for (const v1::Segment& segment : row.segments()) {
    ++lengths[BinaryDigits(segment.length())];
    for (const v1::TokenRange& range : segment.trained()) {
      trained_tokens += range.end() - range.begin();
    }
  }
}

void ExportCounts::AddDetails(const v1::TrainingRow& row) {
  const v1::LongDetails& details = row.long_details();
  ++long_rows_by_language[LanguageOf(details)];
  ++long_rows_by_kind[std::string(RowKindName(row))];
  if (details.context_size() > 1) {
    ++rows_with_other_documents;
    other_documents += details.context_size() - 1;
  }
  // Of an unanswerable row they are what was cut out.
  if (details.row_kind() != v1::ROW_KIND_ANSWERED) return;
  pairs += 1 + details.more_turns_size();
  ++depths[std::clamp(static_cast<int>(details.evidence_depth() * 10), 0, 9)];
  uint64_t evidence = details.evidence_size();
  uint64_t others = details.other_places_size();
  for (const v1::Turn& turn : details.more_turns()) {
    evidence += turn.evidence_size();
    others += turn.other_places_size();
  }
  rows_with_evidence += evidence > 0 ? 1 : 0;
  evidence_sentences += evidence;
  rows_with_other_places += others > 0 ? 1 : 0;
  other_places += others;
}

double ExportCounts::PackingFill(uint64_t pack_tokens) const {
  const uint64_t capacity = packed_rows * pack_tokens;
  return capacity == 0 ? 0 : static_cast<double>(packed_tokens) / capacity;
}

uint64_t ExportCounts::LeastPacks(uint64_t pack_tokens) const {
  return (packed_tokens + pack_tokens - 1) / pack_tokens;
}

}  // namespace quipu::pipelines
