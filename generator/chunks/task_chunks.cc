// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/task_chunks.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace quipu::generator {
namespace {

constexpr absl::string_view kGap = "\n\n[...]\n\n";

// Whether a cut at `at` splits a character.
bool CutsUtf8(absl::string_view text, size_t at) {
  return at < text.size() && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80;
}

}  // namespace

std::vector<TextRange> ChunksOf(const v1::Task& task) {
  std::vector<TextRange> chunks = {{task.chunk().begin(), task.chunk().end()}};
  for (const v1::Span& more : task.more_chunks()) chunks.push_back({more.begin(), more.end()});
  return chunks;
}

absl::StatusOr<std::string> LeasedText(absl::string_view document, const v1::Task& task) {
  std::string text;
  size_t least = 0;
  for (const TextRange& chunk : ChunksOf(task)) {
    if (chunk.begin < least || chunk.begin >= chunk.end || chunk.end > document.size() ||
        CutsUtf8(document, chunk.begin) || CutsUtf8(document, chunk.end)) {
      return absl::DataLossError(absl::StrCat("planned as bytes [", chunk.begin, ", ", chunk.end,
                                              ") of a text of ", document.size()));
    }
    absl::StrAppend(&text, document.substr(chunk.begin, chunk.end - chunk.begin));
    least = chunk.end;
  }
  return text;
}

absl::StatusOr<std::vector<absl::string_view>> SplitChunks(const v1::Task& task,
                                                           absl::string_view text) {
  if (task.more_chunks().empty()) return std::vector<absl::string_view>{text};
  std::vector<absl::string_view> chunks;
  size_t at = 0;
  for (const TextRange& chunk : ChunksOf(task)) {
    const size_t size = chunk.end - std::min(chunk.begin, chunk.end);
    if (size == 0 || size > text.size() - at) break;
    chunks.push_back(text.substr(at, size));
    at += size;
  }
  const size_t wanted = static_cast<size_t>(task.more_chunks_size()) + 1;
  if (at == text.size() && chunks.size() == wanted) return chunks;
  return absl::InvalidArgumentError(absl::StrCat(
      "a text of ", text.size(), " bytes is not that of the task's ", wanted, " chunks"));
}

std::string JoinChunks(absl::Span<const absl::string_view> chunks) {
  return absl::StrJoin(chunks, kGap);
}

std::vector<TextRange> RowChunks(const v1::Task& task, size_t document_bytes) {
  if (task.kind() == v1::TASK_KIND_SUMMARY) return {{0, document_bytes}};
  return ChunksOf(task);
}

TextRange HullOf(absl::Span<const TextRange> ranges) {
  TextRange hull = ranges.front();
  for (const TextRange& range : ranges) {
    hull.begin = std::min(hull.begin, range.begin);
    hull.end = std::max(hull.end, range.end);
  }
  return hull;
}

}  // namespace quipu::generator
