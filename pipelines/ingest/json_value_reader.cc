// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/json_value_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kBufferBytes = 256 << 10;

}  // namespace

JsonValueReader::JsonValueReader(std::unique_ptr<ByteSource> source, bool array, uint64_t offset,
                                 uint64_t lines, uint64_t max_value_bytes)
    : source_(std::move(source)),
      max_value_bytes_(max_value_bytes),
      buffer_(kBufferBytes, '\0'),
      offset_(offset),
      lines_(lines),
      array_(array),
      open_(array && offset > 0) {}

absl::StatusOr<bool> JsonValueReader::Fill() {
  if (begin_ < end_) return true;
  begin_ = end_ = 0;
  ASSIGN_OR_RETURN(end_, source_->Read(&buffer_[0], buffer_.size()));
  return end_ > 0;
}

void JsonValueReader::Advance(size_t count) {
  const char* from = buffer_.data() + begin_;
  lines_ += std::count(from, from + count, '\n');
  begin_ += count;
  offset_ += count;
}

absl::StatusOr<bool> JsonValueReader::SkipToValue() {
  while (true) {
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) return false;
    const char byte = buffer_[begin_];
    // No value begins with a byte of a byte-order mark.
    const bool blank = absl::string_view(" \t\r\n,").find(byte) != absl::string_view::npos ||
                       kByteOrderMark.find(byte) != absl::string_view::npos;
    const bool opens = array_ && byte == '[' && !open_;
    const bool closes = byte == ']' && open_;
    if (!blank && !opens && !closes) return true;
    if (opens || closes) open_ = opens;
    Advance(1);
  }
}

absl::Status JsonValueReader::ReadValue(Line* value) {
  value_.clear();
  JsonExtent extent;
  while (!extent.done()) {
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) break;
    const absl::string_view text = rest();
    const size_t count = extent.Take(text);
    value->length += count;
    if (value->length <= max_value_bytes_) {
      value_.append(text.data(), count);
    } else {
      value->too_long = true;
      value_ = std::string();
    }
    Advance(count);
  }
  if (!extent.done() && (extent.in_string() || extent.depth() > 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the file ends inside the JSON value that begins on line ", value->number,
                     " (byte ", value->offset, "): is it cut off, or is a ",
                     extent.in_string() ? "quote" : "closing bracket", " missing?"));
  }
  // simdjson reads past the end.
  value_.reserve(value_.size() + kLinePadding);
  value->text = value_;
  return absl::OkStatus();
}

absl::StatusOr<bool> JsonValueReader::Next(Line* value) {
  *value = Line();
  ASSIGN_OR_RETURN(const bool more, SkipToValue());
  if (!more) {
    if (!open_) return false;
    return absl::InvalidArgumentError(
        absl::StrCat("the JSON array has no end: is the file cut off at byte ", offset_, "?"));
  }
  // Also, a reader that resumes must know that it is inside an array.
  if (array_ && !open_) {
    return absl::InvalidArgumentError(absl::StrCat(
        "something is behind the end of the JSON array, on line ", lines_ + 1, " (byte ", offset_,
        "): are these several files in one, or is a bracket too many?"));
  }
  value->number = lines_ + 1;
  value->offset = offset_;
  RETURN_IF_ERROR(ReadValue(value));
  value->next_offset = offset_;
  value->next_line = lines_;
  return true;
}

}  // namespace quipu::pipelines
