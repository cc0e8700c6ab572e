// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Lines of a byte source with their exact positions. A line longer than the
// limit is skipped up to its newline, in bounded memory, and reported as too
// long.
//
//   LineReader reader(std::move(source), /*offset=*/0, /*line=*/0);
//   Line line;
//   while (true) {
//     ASSIGN_OR_RETURN(bool more, reader.Next(&line));
//     if (!more) break;
//     Use(line.text);
//   }
//
// A line ends with "\n" or "\r\n" or at the end of the file; bytes after the
// last newline are a line, too. Thread-compatible.
#ifndef QUIPU_PIPELINES_INGEST_LINE_READER_H_
#define QUIPU_PIPELINES_INGEST_LINE_READER_H_

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "pipelines/ingest/byte_source.h"

namespace quipu::pipelines {

// Readable bytes after a line's text (with unspecified values), which simdjson
// requires.
inline constexpr size_t kLinePadding = 64;

struct Line {
  // Without the line's end; valid until the next call of Next. Empty if
  // too_long.
  absl::string_view text;
  bool too_long = false;
  uint64_t length = 0;  // Bytes without the line's end, whether too long or not.
  uint64_t number = 0;  // From 1.
  uint64_t offset = 0;  // Byte of the source at which it begins.
  // Byte at which the next line begins, and the lines before it.
  uint64_t next_offset = 0;
  uint64_t next_line = 0;
};

class LineReader {
 public:
  // `source` is at byte `offset`, after `line` lines.
  LineReader(std::unique_ptr<ByteSource> source, uint64_t offset, uint64_t line,
             uint64_t max_line_bytes = kMaxRecordBytes);

  // Reads the next line; false at the end. Errors are the source's.
  absl::StatusOr<bool> Next(Line* line);

  // Frees what a long line needed. Invalidates the last line's text.
  void Release();

 private:
  // Reads more after end_; false at the end of the source.
  absl::StatusOr<bool> Fill();
  // Skips up to and including the next newline.
  absl::StatusOr<bool> SkipLine(Line* line);
  void Take(size_t length, size_t end_bytes, Line* line);
  void Resize(size_t size);

  std::unique_ptr<ByteSource> source_;
  uint64_t max_line_bytes_;
  uint64_t offset_;  // Of the byte at begin_.
  uint64_t line_;
  // From malloc: growing a large block moves pages; a vector would copy and
  // hold both for a while.
  struct Free {
    void operator()(char* block) const { std::free(block); }
  };
  std::unique_ptr<char, Free> buffer_;
  size_t size_ = 0;  // Of buffer_.
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_LINE_READER_H_
