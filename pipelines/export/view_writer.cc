// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/view_writer.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/stop.h"

namespace quipu::pipelines {

ViewWriter::ViewWriter(absl::string_view dir, absl::string_view view, const v1::RunSpec& spec,
                       SpillFile* spill, RenderFn render)
    : view_(view),
      seed_(spec.seed()),
      shuffle_(spec.export_().shuffle()),
      spill_(spill),
      render_(std::move(render)),
      shards_(dir, view, spec.export_().shard_bytes()) {}

absl::Status ViewWriter::Add(const Fingerprint& id, absl::string_view record) {
  if (!shuffle_) return Write(record);
  ASSIGN_OR_RETURN(const Extent extent, spill_->Append(record));
  const Fingerprint order =
      FingerprintBuilder("export order").Add(view_).Add(seed_).Add(id).Build();
  waiting_.push_back({order, extent});
  return absl::OkStatus();
}

absl::Status ViewWriter::Write(absl::string_view record) {
  line_.clear();
  RETURN_IF_ERROR(render_(record, &line_));
  return shards_.Append(line_);
}

absl::StatusOr<std::vector<ShardInfo>> ViewWriter::Finish() {
  // Only equal ids have the same order; such rows keep the order of arrival.
  std::sort(waiting_.begin(), waiting_.end(), [](const Waiting& a, const Waiting& b) {
    return std::tie(a.order, a.record.offset) < std::tie(b.order, b.record.offset);
  });
  std::string record;
  for (const Waiting& row : waiting_) {
    if (StopRequested()) return absl::CancelledError("stopped while exporting");
    RETURN_IF_ERROR(spill_->Read(row.record, &record));
    RETURN_IF_ERROR(Write(record));
  }
  waiting_.clear();
  return shards_.Finish();
}

}  // namespace quipu::pipelines
