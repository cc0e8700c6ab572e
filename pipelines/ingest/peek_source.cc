// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/peek_source.h"

#include <algorithm>
#include <cstring>

#include "base/status_macros.h"

namespace quipu::pipelines {

absl::StatusOr<absl::string_view> PeekSource::Peek(size_t size) {
  ahead_.erase(0, begin_);
  begin_ = 0;
  while (ahead_.size() < size) {
    const size_t have = ahead_.size();
    ahead_.resize(size);
    const absl::StatusOr<size_t> count = source_->Read(&ahead_[have], size - have);
    ahead_.resize(have + (count.ok() ? *count : 0));
    if (!count.ok()) return count.status();
    if (*count == 0) break;
  }
  return absl::string_view(ahead_).substr(0, size);
}

absl::StatusOr<size_t> PeekSource::Read(char* buffer, size_t size) {
  if (begin_ == ahead_.size()) return source_->Read(buffer, size);
  const size_t count = std::min(size, ahead_.size() - begin_);
  std::memcpy(buffer, ahead_.data() + begin_, count);
  begin_ += count;
  if (begin_ == ahead_.size()) {
    ahead_ = std::string();  // A large peek is not kept for the whole file.
    begin_ = 0;
  }
  return count;
}

absl::Status PeekSource::Skip(uint64_t count) {
  const uint64_t ahead = ahead_.size() - begin_;
  if (count <= ahead) {
    begin_ += static_cast<size_t>(count);
    return absl::OkStatus();
  }
  begin_ = ahead_.size();
  return source_->Skip(count - ahead);
}

}  // namespace quipu::pipelines
