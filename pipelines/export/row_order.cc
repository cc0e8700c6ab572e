// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/row_order.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/stop.h"

namespace quipu::pipelines {

RowOrder::RowOrder(absl::string_view stream, const v1::RunSpec& spec, SpillFile* spill,
                   WriteFn write)
    : stream_(stream),
      seed_(spec.seed()),
      shuffle_(spec.export_().shuffle()),
      spill_(spill),
      write_(std::move(write)) {}

absl::Status RowOrder::Add(const Fingerprint& id, absl::string_view record) {
  if (!shuffle_) return write_(record);
  ASSIGN_OR_RETURN(const Extent extent, spill_->Append(record));
  const Fingerprint order =
      FingerprintBuilder("export order").Add(stream_).Add(seed_).Add(id).Build();
  waiting_.push_back({order, extent});
  return absl::OkStatus();
}

absl::Status RowOrder::Finish() {
  // Only equal ids have the same order; such rows keep the order of arrival.
  std::sort(waiting_.begin(), waiting_.end(), [](const Waiting& a, const Waiting& b) {
    return std::tie(a.order, a.record.offset) < std::tie(b.order, b.record.offset);
  });
  std::string record;
  for (const Waiting& row : waiting_) {
    if (StopRequested()) return absl::CancelledError("stopped while exporting");
    RETURN_IF_ERROR(spill_->Read(row.record, &record));
    RETURN_IF_ERROR(write_(record));
  }
  waiting_.clear();
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
