// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/view_writer.h"

#include "base/status_macros.h"
#include "base/stop.h"

namespace quipu::pipelines {

absl::StatusOr<std::unique_ptr<ViewWriter>> ViewWriter::Create(absl::string_view dir,
                                                               absl::string_view view,
                                                               const v1::RunSpec& spec) {
  std::unique_ptr<Spill> spill;
  if (spec.export_().shuffle()) {
    ASSIGN_OR_RETURN(spill, Spill::Create(dir));
  }
  return std::unique_ptr<ViewWriter>(new ViewWriter(dir, view, spec, std::move(spill)));
}

ViewWriter::ViewWriter(absl::string_view dir, absl::string_view view, const v1::RunSpec& spec,
                       std::unique_ptr<Spill> spill)
    : view_(view),
      seed_(spec.seed()),
      spill_(std::move(spill)),
      shards_(dir, view, spec.export_().shard_bytes()) {}

absl::Status ViewWriter::Append(const Fingerprint& id, absl::string_view line) {
  if (spill_ == nullptr) return shards_.Append(line);
  return spill_->Append(FingerprintBuilder("export order").Add(view_).Add(seed_).Add(id).Build(),
                        line);
}

absl::StatusOr<std::vector<ShardInfo>> ViewWriter::Finish() {
  if (spill_ != nullptr) {
    RETURN_IF_ERROR(spill_->ForEachInOrder([this](absl::string_view line) {
      return StopRequested() ? absl::CancelledError("stopped while exporting")
                             : shards_.Append(line);
    }));
    spill_.reset();
  }
  return shards_.Finish();
}

}  // namespace quipu::pipelines
