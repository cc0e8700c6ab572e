// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/training_row.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "generator/rows/row_material.h"

namespace quipu::pipelines {
namespace {

absl::Status Inconsistent(const v1::TrainingRow& row, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(KindName(row.kind()), " row ", row.index(), ": ", what));
}

absl::Status CheckTrained(const v1::TrainingRow& row, const v1::Segment& segment) {
  uint32_t least = 1;  // Nothing predicts a first token.
  for (const v1::TokenRange& range : segment.trained()) {
    if (range.begin() < least || range.begin() >= range.end() || range.end() > segment.length()) {
      return Inconsistent(row, absl::StrCat("trained tokens [", range.begin(), ", ", range.end(),
                                            ") in a segment of ", segment.length(),
                                            " tokens; the range may begin at ", least));
    }
    if (range.has_weight() && !(range.weight() > 0 && range.weight() <= 1)) {
      return Inconsistent(
          row, absl::StrCat("a loss weight of ", range.weight(), ", want more than 0, at most 1"));
    }
    least = range.end();
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view KindName(v1::TrainingRow::Kind kind) {
  return kind == v1::TrainingRow::KIND_LONG ? "long" : "packed";
}

absl::string_view RowKindName(const v1::TrainingRow& row) {
  if (!row.has_long_details()) return "";
  switch (row.long_details().row_kind()) {
    case v1::ROW_KIND_ANSWERED:
      return "answered";
    case v1::ROW_KIND_UNANSWERABLE:
      return "unanswerable";
    case v1::ROW_KIND_KEY_VALUE:
      return "key_value";
    default:
      return "unknown";
  }
}

bool HoldsSeveral(const v1::TrainingRow& row) { return row.segments_size() > 1; }

absl::Status CheckTrainingRow(const v1::TrainingRow& row) {
  if (row.kind() != v1::TrainingRow::KIND_LONG && row.kind() != v1::TrainingRow::KIND_PACKED) {
    return Inconsistent(row, absl::StrCat("kind ", row.kind()));
  }
  if (row.segments_size() == 0) return Inconsistent(row, "no segments");
  if (row.kind() == v1::TrainingRow::KIND_LONG && row.segments_size() != 1) {
    return Inconsistent(row, absl::StrCat(row.segments_size(), " segments, not 1"));
  }
  uint64_t covered = 0;
  for (const v1::Segment& segment : row.segments()) {
    if (segment.length() == 0) return Inconsistent(row, "an empty segment");
    RETURN_IF_ERROR(CheckTrained(row, segment));
    covered += segment.length();
  }
  const uint64_t tokens = row.input_ids_size();
  if (covered != tokens) {
    return Inconsistent(row,
                        absl::StrCat("segments of ", covered, " tokens, but ", tokens, " tokens"));
  }
  if (row.padded_length() != 0 && row.padded_length() < tokens) {
    return Inconsistent(
        row, absl::StrCat(tokens, " tokens, but a padded length of ", row.padded_length()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Fingerprint> MessagesRowId(const v1::TrainingRow& row, const v1::Segment& segment) {
  if (!row.has_long_details()) return Fingerprint::FromBytes(segment.source_id());
  return generator::ConversationId(row.long_details().row_kind(), segment.source_id());
}

absl::StatusOr<Fingerprint> TrainingRowId(const v1::TrainingRow& row) {
  if (row.kind() == v1::TrainingRow::KIND_LONG) return MessagesRowId(row, row.segments(0));
  FingerprintBuilder builder("pack");
  for (const v1::Segment& segment : row.segments()) builder.Add(segment.source_id());
  return builder.Build();
}

}  // namespace quipu::pipelines
