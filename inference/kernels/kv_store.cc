// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/kv_store.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "inference/kernels/half.h"

namespace quipu::inference {
namespace {

// Halves are converted this many at a time.
constexpr int kPart = 64;

}  // namespace

void StoreKeyValue(const float* key, const float* value, PageId page, int slot,
                   int layer, int kv_head, KvCache* cache) {
  const int head_dim = cache->shape().head_dim;
  uint8_t* keys = cache->Keys(page, layer, kv_head);
  uint8_t* values = cache->Values(page, layer, kv_head);
  if (cache->shape().type == KvType::kF32) {
    float* to = reinterpret_cast<float*>(keys) + slot;
    for (int d = 0; d < head_dim; ++d) to[d * kPageTokens] = key[d];
    std::memcpy(reinterpret_cast<float*>(values) + slot * head_dim, value,
                head_dim * sizeof(float));
    return;
  }
  uint16_t* to = reinterpret_cast<uint16_t*>(keys) + slot;
  uint16_t part[kPart];
  for (int d = 0; d < head_dim; d += kPart) {
    const int count = std::min(kPart, head_dim - d);
    FloatsToHalves(key + d, count, part);
    for (int i = 0; i < count; ++i) to[(d + i) * kPageTokens] = part[i];
  }
  FloatsToHalves(value, head_dim,
                 reinterpret_cast<uint16_t*>(values) + slot * head_dim);
}

}  // namespace quipu::inference
