// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Cuts an answer after its first sentences (sentences.h says what ends one). A list whose items
// are numbered stays whole, and so does a text of fewer sentences. Pure, thread-safe.
//
//   FirstSentences("It is old. It was sold. It burnt.", 2);  // "It is old. It was sold."
//   FinishedSentences("It is old. It was so");               // "It is old."
#ifndef QUIPU_GENERATOR_TEXT_FIRST_SENTENCES_H_
#define QUIPU_GENERATOR_TEXT_FIRST_SENTENCES_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// The text up to the end of its `count`th sentence, or all of it.
absl::string_view FirstSentences(absl::string_view text, size_t count);

// The text without an unfinished sentence at its end; empty if nothing is finished.
absl::string_view FinishedSentences(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_FIRST_SENTENCES_H_
