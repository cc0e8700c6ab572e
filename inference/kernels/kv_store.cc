// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/kv_store.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "inference/simd/float16_rows.h"
#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/kv_store.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// The bits of the largest magnitude: as integers, not-a-number and infinity
// compare above all others.
HWY_INLINE int32_t LargestMagnitude(const float* x, int n) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  const auto mask = hn::Set(di, 0x7FFFFFFF);
  auto largest = hn::Zero(di);
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const auto bits = hn::BitCast(di, hn::LoadU(d, x + i));
    largest = hn::Max(largest, hn::And(bits, mask));
  }
  int32_t most = hn::GetLane(hn::MaxOfLanes(di, largest));
  for (; i < n; ++i) {
    int32_t bits;
    std::memcpy(&bits, x + i, sizeof(bits));
    most = std::max(most, bits & 0x7FFFFFFF);
  }
  return most;
}

// Returns the scale.
float RoundToInt8(const float* x, int n, int8_t* ints) {
  const int32_t most = LargestMagnitude(x, n);
  float magnitude;
  std::memcpy(&magnitude, &most, sizeof(magnitude));
  const bool nothing = magnitude < 1e-30f;
  const float inverse = nothing ? 0.0f : 127.0f / magnitude;
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  const hn::Rebind<int8_t, FloatTag> bytes;
  // Adding 1.5 * 2^23 leaves the nearest integer in the low bits. If the scale
  // is not finite, the integers do not matter.
  const FloatVec shift = hn::Set(d, 12582912.0f);
  const auto zero = hn::BitCast(di, shift);
  const auto round = [&](FloatVec v) HWY_ATTR {
    const FloatVec scaled = hn::Mul(v, hn::Set(d, inverse));
    const auto k = hn::Sub(hn::BitCast(di, hn::Add(scaled, shift)), zero);
    return hn::DemoteTo(bytes, hn::Min(hn::Max(k, hn::Set(di, -127)), hn::Set(di, 127)));
  };
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) hn::StoreU(round(hn::LoadU(d, x + i)), bytes, ints + i);
  if (i < n) {
    HWY_ALIGN float rest[kLanes] = {};
    HWY_ALIGN int8_t rounded[kLanes];
    std::memcpy(rest, x + i, (n - i) * sizeof(float));
    hn::StoreU(round(hn::Load(d, rest)), bytes, rounded);
    std::memcpy(ints + i, rounded, n - i);
  }
  return nothing ? 0.0f : magnitude / 127.0f;
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(RoundToInt8);

namespace {

// Keys are rounded this many at a time where more is not needed.
constexpr int kPart = 64;

// Elements are kPageTokens apart in a page of keys.
template <typename T>
void Scatter(const T* from, int count, T* to) {
  for (int i = 0; i < count; ++i) to[i * kPageTokens] = from[i];
}

void StoreFloats(const float* key, const float* value, int slot, int head_dim, float* keys,
                 float* values) {
  Scatter(key, head_dim, keys + slot);
  std::memcpy(values + slot * head_dim, value, head_dim * sizeof(float));
}

void StoreHalves(const float* key, const float* value, int slot, int head_dim, uint16_t* keys,
                 uint16_t* values) {
  uint16_t part[kPart];
  for (int d = 0; d < head_dim; d += kPart) {
    const int count = std::min(kPart, head_dim - d);
    FloatsToHalves(key + d, count, part);
    Scatter(part, count, keys + d * kPageTokens + slot);
  }
  FloatsToHalves(value, head_dim, values + slot * head_dim);
}

void StoreInts(const float* key, const float* value, int slot, KvCache* cache, uint8_t* keys,
               uint8_t* values) {
  const int head_dim = cache->shape().head_dim;
  // Rounding needs the whole key at once: the value's place is its scratch
  // memory.
  int8_t* row = reinterpret_cast<int8_t*>(values) + slot * head_dim;
  cache->Scales(keys)[slot] = HWY_DYNAMIC_DISPATCH(RoundToInt8)(key, head_dim, row);
  Scatter(row, head_dim, reinterpret_cast<int8_t*>(keys) + slot);
  cache->Scales(values)[slot] = HWY_DYNAMIC_DISPATCH(RoundToInt8)(value, head_dim, row);
}

}  // namespace

void StoreKeyValue(const float* key, const float* value, PageId page, int slot, int layer,
                   int kv_head, KvCache* cache) {
  const int head_dim = cache->shape().head_dim;
  uint8_t* keys = cache->Keys(page, layer, kv_head);
  uint8_t* values = cache->Values(page, layer, kv_head);
  switch (cache->shape().type) {
    case KvType::kF32:
      StoreFloats(key, value, slot, head_dim, reinterpret_cast<float*>(keys),
                  reinterpret_cast<float*>(values));
      return;
    case KvType::kF16:
      StoreHalves(key, value, slot, head_dim, reinterpret_cast<uint16_t*>(keys),
                  reinterpret_cast<uint16_t*>(values));
      return;
    case KvType::kQ8:
      StoreInts(key, value, slot, cache, keys, values);
      return;
  }
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
