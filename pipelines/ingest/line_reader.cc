// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/line_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kFirstBufferBytes = 256 << 10;

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteSource> source, uint64_t offset, uint64_t line,
                       uint64_t max_line_bytes)
    : source_(std::move(source)), max_line_bytes_(max_line_bytes), offset_(offset), line_(line) {
  Resize(kFirstBufferBytes);
}

void LineReader::Resize(size_t size) {
  char* block = static_cast<char*>(std::realloc(buffer_.get(), size));
  QUIPU_CHECK(block != nullptr) << "out of memory";
  buffer_.release();  // realloc freed it or returned it.
  buffer_.reset(block);
  size_ = size;
}

absl::StatusOr<bool> LineReader::Fill() {
  if (begin_ > 0 && end_ + kLinePadding == size_) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ + kLinePadding == size_) {
    // Room for a line at the limit and its line end; more is never needed.
    const uint64_t most = max_line_bytes_ + 2 + kLinePadding;
    Resize(std::max<uint64_t>(std::min<uint64_t>(2 * size_, most), size_ + 1));
  }
  ASSIGN_OR_RETURN(const size_t count,
                   source_->Read(buffer_.get() + end_, size_ - kLinePadding - end_));
  end_ += count;
  return count > 0;
}

void LineReader::Take(size_t length, size_t end_bytes, Line* line) {
  const char* text = buffer_.get() + begin_;
  line->length = length;
  if (end_bytes > 0 && length > 0 && text[length - 1] == '\r') --line->length;
  line->too_long = line->length > max_line_bytes_;
  line->text = line->too_long ? absl::string_view() : absl::string_view(text, line->length);
  line->number = ++line_;
  line->offset = offset_;
  begin_ += length + end_bytes;
  offset_ += length + end_bytes;
  line->next_offset = offset_;
  line->next_line = line_;
}

absl::StatusOr<bool> LineReader::Next(Line* line) {
  *line = Line();
  size_t searched = 0;  // Bytes from begin_ on without a newline.
  while (true) {
    const char* begin = buffer_.get() + begin_;
    const void* newline = std::memchr(begin + searched, '\n', end_ - begin_ - searched);
    if (newline != nullptr) {
      Take(static_cast<const char*>(newline) - begin, 1, line);
      return true;
    }
    searched = end_ - begin_;
    // One byte more than the limit may be the "\r" of the line end.
    if (searched > max_line_bytes_ + 1) return SkipLine(line);
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) {
      if (searched == 0) return false;
      Take(searched, 0, line);
      return true;
    }
  }
}

void LineReader::Release() {
  const size_t left = end_ - begin_;
  if (left + kLinePadding > kFirstBufferBytes || size_ == kFirstBufferBytes) return;
  std::memmove(buffer_.get(), buffer_.get() + begin_, left);
  begin_ = 0;
  end_ = left;
  Resize(kFirstBufferBytes);
}

absl::StatusOr<bool> LineReader::SkipLine(Line* line) {
  line->too_long = true;
  line->number = ++line_;
  line->offset = offset_;
  uint64_t length = 0;
  bool ends_with_cr = false;
  bool found = false;
  while (true) {
    const char* begin = buffer_.get() + begin_;
    const void* newline = std::memchr(begin, '\n', end_ - begin_);
    found = newline != nullptr;
    const size_t count = found ? static_cast<const char*>(newline) - begin : end_ - begin_;
    if (count > 0) ends_with_cr = begin[count - 1] == '\r';
    length += count;
    begin_ += count;
    if (found) break;
    begin_ = end_ = 0;
    if (size_ > kFirstBufferBytes) Resize(kFirstBufferBytes);
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) break;
  }
  offset_ += length;
  if (found) {
    ++begin_;
    ++offset_;
    if (ends_with_cr) --length;
  }
  line->length = length;
  line->next_offset = offset_;
  line->next_line = line_;
  return true;
}

}  // namespace quipu::pipelines
