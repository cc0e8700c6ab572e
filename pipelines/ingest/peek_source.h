// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A byte source whose first bytes can be looked at before they are read.
//
//   PeekSource source(std::move(compressed));
//   ASSIGN_OR_RETURN(const absl::string_view begin, source.Peek(512));
//   ASSIGN_OR_RETURN(const size_t count, source.Read(buffer, sizeof(buffer)));  // From the first.
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_PEEK_SOURCE_H_
#define QUIPU_PIPELINES_INGEST_PEEK_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/ingest/byte_source.h"

namespace quipu::pipelines {

class PeekSource : public ByteSource {
 public:
  explicit PeekSource(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  // Returns the next `size` bytes, or fewer if the source ends, and leaves them to be read. Valid
  // until the next call.
  absl::StatusOr<absl::string_view> Peek(size_t size);

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override;
  absl::Status Skip(uint64_t count) override;

 private:
  const std::unique_ptr<ByteSource> source_;
  std::string ahead_;
  size_t begin_ = 0;  // Of the unread part of ahead_.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_PEEK_SOURCE_H_
