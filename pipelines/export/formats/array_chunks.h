// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A binary file of rows as MDS and LitData have it: the number of rows, the offset of each
// row and of the end, a header, then the rows. All numbers are little-endian uint32.
//
//   ChunkBuffer chunk;
//   chunk.Add(row_bytes);
//   const std::string file = chunk.Take(/*header=*/"");
//   ASSIGN_OR_RETURN(const ChunkView view, ChunkView::Parse(file));
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_ARRAY_CHUNKS_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_ARRAY_CHUNKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// A chunk is closed before it would have more bytes than this, as the libraries' writers
// do; offsets have 32 bits.
inline constexpr uint64_t kChunkBytes = uint64_t{1} << 26;

// Appends the bytes of numbers as this machine has them; ours are little-endian.
void AppendUint32(uint32_t value, std::string* out);
void AppendInts(const std::vector<int32_t>& values, std::string* out);

class ChunkBuffer {
 public:
  void Add(absl::string_view row);
  // Whether the chunk has rows and would be too large with another one of this size.
  bool IsFull(size_t row_bytes, size_t header_bytes) const;
  size_t rows() const { return ends_.size(); }
  // Returns the file and empties the buffer.
  std::string Take(absl::string_view header);

 private:
  std::string data_;
  std::vector<uint32_t> ends_;
};

class ChunkView {
 public:
  // `bytes` must outlive it. INVALID_ARGUMENT if an offset is outside or they are not in
  // order.
  static absl::StatusOr<ChunkView> Parse(absl::string_view bytes);

  size_t rows() const { return offsets_.size() - 1; }
  absl::string_view row(size_t i) const {
    return bytes_.substr(offsets_[i], offsets_[i + 1] - offsets_[i]);
  }
  // Between the offsets and the first row.
  absl::string_view header() const;

 private:
  absl::string_view bytes_;
  std::vector<uint32_t> offsets_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_ARRAY_CHUNKS_H_
