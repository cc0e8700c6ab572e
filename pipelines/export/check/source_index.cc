// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/check/source_index.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/corpus/split.h"
#include "pipelines/export/rows/training_row.h"

namespace quipu::pipelines {

absl::StatusOr<SourceIndex> SourceIndex::Build(const storage::StoreView& store) {
  SourceIndex index;
  const auto add = [&](const v1::TrainingRow& row) {
    return index.Add(store.header().spec(), row);
  };
  RETURN_IF_ERROR(store.ForEachTrainingRow(v1::TrainingRow::KIND_LONG, add));
  RETURN_IF_ERROR(store.ForEachTrainingRow(v1::TrainingRow::KIND_PACKED, add));
  std::sort(index.rows_.begin(), index.rows_.end(),
            [](const SourceRow& a, const SourceRow& b) { return a.source < b.source; });
  return index;
}

absl::Status SourceIndex::Add(const v1::RunSpec& spec, const v1::TrainingRow& row) {
  if (StopRequested()) return absl::CancelledError("stopped while checking");
  RETURN_IF_ERROR(CheckTrainingRow(row));
  counts_.Add(row, generator::SplitOfRow(spec, row));
  for (const v1::Segment& segment : row.segments()) {
    ASSIGN_OR_RETURN(const Fingerprint source, MessagesRowId(row, segment));
    rows_.push_back({source, row.kind(), row.index(), segment.length(), row.has_long_details()});
  }
  return absl::OkStatus();
}

const SourceRow* SourceIndex::Find(const Fingerprint& source) const {
  const auto found = std::lower_bound(
      rows_.begin(), rows_.end(), source,
      [](const SourceRow& row, const Fingerprint& wanted) { return row.source < wanted; });
  if (found == rows_.end() || found->source != source) return nullptr;
  return &*found;
}

const SourceRow* SourceIndex::FindHex(absl::string_view hex) const {
  const absl::StatusOr<Fingerprint> source = Fingerprint::FromHex(hex);
  return source.ok() ? Find(*source) : nullptr;
}

}  // namespace quipu::pipelines
