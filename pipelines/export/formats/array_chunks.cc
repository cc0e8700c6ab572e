// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/array_chunks.h"

#include <cstring>

#include "absl/strings/str_cat.h"

namespace quipu::pipelines {

void AppendUint32(uint32_t value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void AppendInts(const std::vector<int32_t>& values, std::string* out) {
  out->append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(int32_t));
}

void ChunkBuffer::Add(absl::string_view row) {
  data_.append(row.data(), row.size());
  ends_.push_back(static_cast<uint32_t>(data_.size()));
}

bool ChunkBuffer::IsFull(size_t row_bytes, size_t header_bytes) const {
  const uint64_t offsets = (ends_.size() + 3) * sizeof(uint32_t);
  return !ends_.empty() && data_.size() + row_bytes + header_bytes + offsets > kChunkBytes;
}

std::string ChunkBuffer::Take(absl::string_view header) {
  std::string file;
  const size_t begin = (ends_.size() + 2) * sizeof(uint32_t) + header.size();
  file.reserve(begin + data_.size());
  AppendUint32(static_cast<uint32_t>(ends_.size()), &file);
  AppendUint32(static_cast<uint32_t>(begin), &file);
  for (const uint32_t end : ends_) AppendUint32(static_cast<uint32_t>(begin + end), &file);
  absl::StrAppend(&file, header, data_);
  data_.clear();
  ends_.clear();
  return file;
}

absl::StatusOr<ChunkView> ChunkView::Parse(absl::string_view bytes) {
  ChunkView view;
  view.bytes_ = bytes;
  uint32_t rows = 0;
  if (bytes.size() < 2 * sizeof(uint32_t)) return absl::InvalidArgumentError("no row count");
  std::memcpy(&rows, bytes.data(), sizeof(rows));
  if (rows >= bytes.size() / sizeof(uint32_t) - 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(rows, " rows in a file of ", bytes.size(), " bytes"));
  }
  view.offsets_.resize(size_t{rows} + 1);
  std::memcpy(view.offsets_.data(), bytes.data() + sizeof(rows),
              view.offsets_.size() * sizeof(uint32_t));
  uint64_t least = (view.offsets_.size() + 1) * sizeof(uint32_t);
  for (const uint32_t offset : view.offsets_) {
    if (offset < least || offset > bytes.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("an offset of ", offset, ", want ", least, " to ", bytes.size()));
    }
    least = offset;
  }
  if (least != bytes.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the last row ends at byte ", least, " of ", bytes.size()));
  }
  return view;
}

absl::string_view ChunkView::header() const {
  const size_t begin = (offsets_.size() + 1) * sizeof(uint32_t);
  return bytes_.substr(begin, offsets_[0] - begin);
}

}  // namespace quipu::pipelines
