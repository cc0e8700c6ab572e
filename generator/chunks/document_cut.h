// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Chooses the context that a long row retains around its chunk. Pure.
//
//   const DocumentCutter cutter(text, begins, chunk.begin(), chunk.end());
//   const TextRange context = cutter.Cut(budget, task_id);
//
// Depth is drawn uniformly and limited only by the ends of the document. If
// chunks are uniform in documents of any length, the depth within the context is
// then uniform: beginnings of documents push it towards 0 exactly as much as
// their ends push it towards 1. A sentence of the chunk is as uniform but for its place in the
// chunk: it is off by at most half of the chunk's share of the context.
#ifndef QUIPU_GENERATOR_CHUNKS_DOCUMENT_CUT_H_
#define QUIPU_GENERATOR_CHUNKS_DOCUMENT_CUT_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"

namespace quipu::generator {

// Bytes [begin, end).
struct TextRange {
  size_t begin = 0;
  size_t end = 0;
};

class DocumentCutter {
 public:
  // `begins`: the byte at which each token of `text` begins. The chunk is bytes
  // [chunk_begin, chunk_end), which begins and ends between characters. Text and begins must
  // outlive this.
  DocumentCutter(absl::string_view text, absl::Span<const uint32_t> begins, size_t chunk_begin,
                 size_t chunk_end);

  uint32_t all_tokens() const { return static_cast<uint32_t>(begins_.size()); }
  uint32_t chunk_tokens() const { return chunk_last_ - chunk_first_; }

  // Returns a range of at most `budget` tokens of the document's tokenisation,
  // as long as the document allows, that contains the chunk. Its ends are moved
  // inwards to a paragraph, line, sentence or word boundary if one is near; they are never inside a
  // character, even where the document's tokens are.
  // REQUIRES: budget >= chunk_tokens().
  TextRange Cut(uint32_t budget, const Fingerprint& task_id) const;

 private:
  absl::string_view text_;
  absl::Span<const uint32_t> begins_;
  size_t chunk_begin_;
  size_t chunk_end_;
  uint32_t chunk_first_;  // Tokens [chunk_first_, chunk_last_) contain the chunk.
  uint32_t chunk_last_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHUNKS_DOCUMENT_CUT_H_
