// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Word boundaries of text in Latin letters with plain punctuation, without ICU's iterator, which
// takes most of the time of splitting a text. The boundaries are the iterator's.
//
//   std::vector<Piece> pieces;
//   if (!FindPlainWords("It doesn't.", &pieces)) AskIcu();
//   // Otherwise: "It" is [0, 2), "doesn't" is [3, 10).
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_WORDS_PLAIN_WORDS_H_
#define QUIPU_GENERATOR_WORDS_PLAIN_WORDS_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// Bytes [begin, end) of a text.
struct Piece {
  size_t begin = 0;
  size_t end = 0;
};

// Appends the pieces between word boundaries that have a letter or a digit. Returns false if the
// text has a character that it does not know; `pieces` is then as it was.
bool FindPlainWords(absl::string_view text, std::vector<Piece>* pieces);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_PLAIN_WORDS_H_
