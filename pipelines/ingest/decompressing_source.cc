// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/decompressing_source.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kInputBytes = 64 << 10;

}  // namespace

DecompressingSource::DecompressingSource(std::unique_ptr<ByteSource> compressed,
                                         DecompressLimits limits)
    : compressed_(std::move(compressed)), limits_(limits), input_(kInputBytes) {}

absl::StatusOr<size_t> DecompressingSource::Read(char* buffer, size_t size) {
  if (!status_.ok()) return status_;
  absl::StatusOr<size_t> count = ReadUnlimited(buffer, size);
  if (count.ok()) {
    produced_ += *count;
    status_ = CheckRatio();
  } else {
    status_ = count.status();
  }
  if (!status_.ok()) return status_;
  return count;
}

absl::StatusOr<bool> DecompressingSource::Fill() {
  if (begin_ < end_) return true;
  ASSIGN_OR_RETURN(end_, compressed_->Read(input_.data(), input_.size()));
  begin_ = 0;
  read_ += end_;
  return end_ > 0;
}

absl::Status DecompressingSource::Broken(absl::string_view format, absl::string_view what) const {
  return absl::DataLossError(
      absl::StrCat("broken ", format, " stream at compressed byte ", consumed(), ": ", what));
}

absl::Status DecompressingSource::CheckRatio() const {
  if (produced_ <= limits_.grace_bytes) return absl::OkStatus();
  if (produced_ - limits_.grace_bytes <= consumed() * limits_.max_ratio) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("compressed stream expands too much: ", produced_, " bytes from ", consumed(),
                   " compressed ones, the limit is ", limits_.max_ratio, " : 1 past the first ",
                   limits_.grace_bytes));
}

}  // namespace quipu::pipelines
