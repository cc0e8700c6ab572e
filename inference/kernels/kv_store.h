// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes one token's key and value of one head to its page.
// Thread-safe for different (page, position, layer, head).
#ifndef QUIPU_INFERENCE_KERNELS_KV_STORE_H_
#define QUIPU_INFERENCE_KERNELS_KV_STORE_H_

#include "inference/kernels/kv_cache.h"

namespace quipu::inference {

// Writes `key` and `value` (head_dim long) as position `slot` of `page`,
// rounded to the cache's type. REQUIRES: 0 <= slot < kPageTokens.
//
// Rounding to 8 bits, over the whole head: scale = largest magnitude / 127,
// integer = value * (127 / largest magnitude) to the nearest, ties to even.
// Both are 0 if the largest magnitude is below 1e-30. Not-a-number and infinity
// turn the scale into one of them. Reading gives integer * scale.
void StoreKeyValue(const float* key, const float* value, PageId page, int slot, int layer,
                   int kv_head, KvCache* cache);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_KV_STORE_H_
