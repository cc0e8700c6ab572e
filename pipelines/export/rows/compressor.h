// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Compresses a stream piece by piece. The same pieces give the same bytes with one
// version of the library.
//
//   ASSIGN_OR_RETURN(auto compressor, Compressor::Create(ShardCompression::kZstd));
//   RETURN_IF_ERROR(compressor->Append(line, &bytes));
//   RETURN_IF_ERROR(compressor->Finish(&bytes));
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_COMPRESSOR_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_COMPRESSOR_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

enum class ShardCompression { kNone, kGzip, kZstd };

// "none", "gzip" or "zstd".
absl::string_view CompressionName(ShardCompression compression);
// INVALID_ARGUMENT for any other word.
absl::StatusOr<ShardCompression> ParseShardCompression(absl::string_view name);
// What is added to a file's name: "", ".gz" or ".zst".
absl::string_view CompressionSuffix(ShardCompression compression);

class Compressor {
 public:
  // Null for kNone.
  static absl::StatusOr<std::unique_ptr<Compressor>> Create(ShardCompression compression);
  virtual ~Compressor() = default;

  // Appends what is ready to `*out`; the rest comes later.
  virtual absl::Status Append(absl::string_view bytes, std::string* out) = 0;
  // Ends the stream. Call it once, as the last call.
  virtual absl::Status Finish(std::string* out) = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_COMPRESSOR_H_
