// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which part of a document a long row keeps around its chunk. Pure.
//
// Depth is drawn uniformly and then held back only by the document's own ends.
// For chunks that stand uniformly in documents of any length this makes the
// depth over the kept part uniform: what the beginning of documents pushes
// towards 0 is exactly what their end pushes towards 1.
#ifndef QUIPU_GENERATOR_DOCUMENT_CUT_H_
#define QUIPU_GENERATOR_DOCUMENT_CUT_H_

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
  // [chunk_begin, chunk_end). Text and begins must outlive this.
  DocumentCutter(absl::string_view text, absl::Span<const uint32_t> begins, size_t chunk_begin,
                 size_t chunk_end);

  uint32_t all_tokens() const { return static_cast<uint32_t>(begins_.size()); }
  uint32_t chunk_tokens() const { return chunk_last_ - chunk_first_; }

  // A part of at most `budget` tokens, by the document's own tokenisation, with
  // the whole chunk in it and as long as the document allows; its ends are
  // moved inwards to a paragraph, line, sentence or word boundary where one is
  // near. REQUIRES: budget >= chunk_tokens().
  TextRange Cut(uint32_t budget, const Fingerprint& task_id) const;

 private:
  absl::string_view text_;
  absl::Span<const uint32_t> begins_;
  size_t chunk_begin_;
  size_t chunk_end_;
  uint32_t chunk_first_;  // Tokens [chunk_first_, chunk_last_) hold the chunk.
  uint32_t chunk_last_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_DOCUMENT_CUT_H_
