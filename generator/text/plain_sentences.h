// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Sentence boundaries of text in Latin letters with plain punctuation, without
// ICU's iterator, which takes most of the time of splitting a text. The
// boundaries are the iterator's.
//
//   std::vector<size_t> ends;
//   if (!FindPlainSentences("It works. Does it?", &ends)) AskIcu();
//   // Otherwise: 10 and 18.
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_TEXT_PLAIN_SENTENCES_H_
#define QUIPU_GENERATOR_TEXT_PLAIN_SENTENCES_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// Appends the ends of the pieces between sentence boundaries; the last one is
// the text's. Returns false if the text has a character that it does not know;
// `ends` is then as it was.
bool FindPlainSentences(absl::string_view text, std::vector<size_t>* ends);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_PLAIN_SENTENCES_H_
