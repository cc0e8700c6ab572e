// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The number of a token in a model's vocabulary.
#ifndef QUIPU_INFERENCE_TEXT_TOKEN_ID_H_
#define QUIPU_INFERENCE_TEXT_TOKEN_ID_H_

#include <cstdint>

namespace quipu::inference {

using TokenId = int32_t;

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_TOKEN_ID_H_
