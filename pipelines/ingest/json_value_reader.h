// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The elements of a JSON array, or objects over many lines, one after the other and
// with their exact positions. The file is never held in memory: a value that is
// longer than the limit is skipped, and reported as too long.
//
//   JsonValueReader reader(std::move(source), /*array=*/true, /*offset=*/0, /*lines=*/0);
//   Line value;
//   ASSIGN_OR_RETURN(const bool more, reader.Next(&value));
//
// Values are found by their brackets; whether they are valid JSON is seen by who
// parses them. Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_JSON_VALUE_READER_H_
#define QUIPU_PIPELINES_INGEST_JSON_VALUE_READER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/json_layout.h"
#include "pipelines/ingest/line_reader.h"

namespace quipu::pipelines {

class JsonValueReader {
 public:
  // `source` is at byte `offset`, after `lines` newlines: 0, or a value's next_offset and
  // next_line. `array`: the file begins with an array.
  JsonValueReader(std::unique_ptr<ByteSource> source, bool array, uint64_t offset, uint64_t lines,
                  uint64_t max_value_bytes = kMaxRecordBytes);

  // Reads the next value; false at the end. Line::number is the line on which the value begins.
  // INVALID_ARGUMENT if the file ends inside a value or an array, or if something but another
  // array is behind an array.
  absl::StatusOr<bool> Next(Line* value);

  // Frees what a long value needed. Invalidates the last value's text.
  void Release() { value_ = std::string(); }

 private:
  // Reads more if there is nothing left; false at the end of the source.
  absl::StatusOr<bool> Fill();
  // Skips what is between values; false at the end of the source.
  absl::StatusOr<bool> SkipToValue();
  // Reads the value that begins here.
  absl::Status ReadValue(Line* value);
  // The unread part of the buffer.
  absl::string_view rest() const {
    return absl::string_view(buffer_.data() + begin_, end_ - begin_);
  }
  void Advance(size_t count);

  std::unique_ptr<ByteSource> source_;
  uint64_t max_value_bytes_;
  std::string buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::string value_;
  uint64_t offset_;
  uint64_t lines_;  // Newlines before offset_.
  bool array_;
  bool open_;  // Inside an array.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_JSON_VALUE_READER_H_
