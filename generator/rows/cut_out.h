// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Cuts sentences out of a document, so that what is left reads as a document. Pure, thread-safe.
//
//   const std::vector<TextRange> cuts = WholeSentences(text, {{15, 44}});
//   for (const TextRange& part : WhatRemains(text, {0, text.size()}, cuts)) {
//     Append(text.substr(part.begin, part.end - part.begin), &remaining);
//   }
//
// WhatRemains knows nothing of sentences, so that a row can be rebuilt from its document and the
// stored cuts alone, by any version.
#ifndef QUIPU_GENERATOR_ROWS_CUT_OUT_H_
#define QUIPU_GENERATOR_ROWS_CUT_OUT_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/chunks/document_cut.h"

namespace quipu::generator {

// Returns the sentences of `text` that have a byte of `places`, and all other sentences with the
// same words as one of them; for a block (a list item with its mark, a paragraph) all of whose
// sentences are among them, the block. In order, apart from each other.
std::vector<TextRange> WholeSentences(absl::string_view text, absl::Span<const TextRange> places);

// Returns the parts of [window.begin, window.end) without `cuts` (in order). Cuts with nothing but
// white space between them are one. Of the runs of white space before, inside and after it the one
// with most line ends remains, of equal ones the last; none remains at an end of the window.
// REQUIRES: the window is inside `text`.
std::vector<TextRange> WhatRemains(absl::string_view text, TextRange window,
                                   absl::Span<const TextRange> cuts);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_CUT_OUT_H_
