// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// GPT-2's way to write bytes as printable characters: a byte that is a printable Latin-1
// character is that character, and the other 68 are, in order, from U+0100 on.
//
//   ToByteAlphabet(" a");     // "Ġa"
//   FromByteAlphabet("Ġa");  // " a"
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_TEXT_BYTE_ALPHABET_H_
#define QUIPU_INFERENCE_TEXT_BYTE_ALPHABET_H_

#include <string>

#include "absl/strings/string_view.h"

namespace quipu::inference {

std::string ToByteAlphabet(absl::string_view bytes);
// The text itself if it is not written in this alphabet.
std::string FromByteAlphabet(absl::string_view text);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_BYTE_ALPHABET_H_
