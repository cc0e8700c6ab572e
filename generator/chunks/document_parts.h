// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Divides a document into parts that a model can read one by one: equal stretches that begin and end
// at paragraphs, lines, sentences or words if one is near. A document with more than `max_parts`
// parts gives stretches of the full size, spread evenly over it from its beginning to its end.
// Pure, thread-safe.
//
//   for (const TextRange& part : DivideDocument(text, tokens.begins, 1024, 16)) {
//     SumUp(text.substr(part.begin, part.end - part.begin));
//   }
#ifndef QUIPU_GENERATOR_CHUNKS_DOCUMENT_PARTS_H_
#define QUIPU_GENERATOR_CHUNKS_DOCUMENT_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/chunks/document_cut.h"

namespace quipu::generator {

// In order, without overlap, none empty or blank. `token_begins` has the byte at which each token
// of the text begins. REQUIRES: valid UTF-8, max_tokens and max_parts at least 1.
std::vector<TextRange> DivideDocument(absl::string_view text,
                                      absl::Span<const uint32_t> token_begins, uint32_t max_tokens,
                                      uint32_t max_parts);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHUNKS_DOCUMENT_PARTS_H_
