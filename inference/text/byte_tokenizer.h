// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A tokenizer without a vocabulary file: one token per byte, the control tokens
// of ChatML and, for tests, a few longer tokens from the caller.
//
//   std::shared_ptr<const Tokenizer> tokenizer = CreateByteTokenizer();
//
// Ids: 0 .. 255 the bytes, 256 <|endoftext|>, 257 <|im_start|>, 258 <|im_end|>,
// 259 <|pad|>, then the caller's words in order. Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_TEXT_BYTE_TOKENIZER_H_
#define QUIPU_INFERENCE_TEXT_BYTE_TOKENIZER_H_

#include <memory>
#include <string>
#include <vector>

#include "inference/text/tokenizer.h"

namespace quipu::inference {

// Cuts text greedily into the longest of `words` (each at least two bytes), or
// single bytes.
std::shared_ptr<const Tokenizer> CreateByteTokenizer(std::vector<std::string> words = {});

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_BYTE_TOKENIZER_H_
