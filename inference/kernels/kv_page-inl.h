// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Keys and values of a cache page as floats.

#if defined(QUIPU_INFERENCE_KERNELS_KV_PAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_KERNELS_KV_PAGE_INL_H_
#undef QUIPU_INFERENCE_KERNELS_KV_PAGE_INL_H_
#else
#define QUIPU_INFERENCE_KERNELS_KV_PAGE_INL_H_
#endif

#include <cstdint>
#include <cstring>

#include "hwy/highway.h"
#include "inference/kernels/kv_cache.h"
#include "inference/simd/float16_rows.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// Targets that load halves as floats as fast as they load floats.
#undef QUIPU_LOADS_HALVES
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
#define QUIPU_LOADS_HALVES 1
#else
#define QUIPU_LOADS_HALVES 0
#endif

HWY_INLINE FloatVec LoadFloats(const float* p) { return hn::LoadU(FloatTag(), p); }

#if QUIPU_LOADS_HALVES
HWY_INLINE FloatVec LoadFloats(const uint16_t* p) {
  const FloatTag d;
  const hn::Rebind<hwy::float16_t, FloatTag> dh;
  const hn::Rebind<uint16_t, FloatTag> du;
  return hn::PromoteTo(d, hn::BitCast(dh, hn::LoadU(du, p)));
}
#endif

HWY_INLINE FloatVec IntsToFloats(const int8_t* ints) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  const hn::Rebind<int8_t, FloatTag> bytes;
  return hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(bytes, ints)));
}

// out[d][t] = ints[d][t] * scales[t].
HWY_INLINE void UnpackIntKeys(const int8_t* ints, const float* scales, int head_dim, float* out) {
  const FloatTag df;
  for (int t = 0; t < kPageTokens; t += kLanes) {
    const FloatVec scale = hn::LoadU(df, scales + t);
    for (int d = 0; d < head_dim; ++d) {
      const int64_t at = int64_t{d} * kPageTokens + t;
      hn::StoreU(hn::Mul(IntsToFloats(ints + at), scale), df, out + at);
    }
  }
}

// One position's values.
HWY_INLINE void UnpackIntValues(const int8_t* ints, float scale, int head_dim, float* out) {
  const FloatTag df;
  int d = 0;
  for (; d + kLanes <= head_dim; d += kLanes) {
    hn::StoreU(hn::Mul(IntsToFloats(ints + d), hn::Set(df, scale)), df, out + d);
  }
  for (; d < head_dim; ++d) out[d] = static_cast<float>(ints[d]) * scale;
}

// Keys of a page, [head_dim][kPageTokens]: in place if they are floats, else
// unpacked to `buffer`.
HWY_INLINE const float* FloatKeys(const KvCache& cache, const uint8_t* keys, float* buffer) {
  const int head_dim = cache.shape().head_dim;
  switch (cache.shape().type) {
    case KvType::kF32:
      return reinterpret_cast<const float*>(keys);
    case KvType::kF16:
      inference::HalvesToFloats(reinterpret_cast<const uint16_t*>(keys), head_dim * kPageTokens,
                                buffer);
      break;
    case KvType::kQ8:
      UnpackIntKeys(reinterpret_cast<const int8_t*>(keys), cache.Scales(keys), head_dim, buffer);
      break;
  }
  return buffer;
}

// Values of a page's first `positions`, [positions][padded_dim] with zeros
// beyond head_dim: in place if they have this form, else in `buffer`.
HWY_INLINE const float* FloatValues(const KvCache& cache, const uint8_t* values, int positions,
                                    int padded_dim, float* buffer) {
  const int head_dim = cache.shape().head_dim;
  const KvType type = cache.shape().type;
  if (type == KvType::kF32 && padded_dim == head_dim) return reinterpret_cast<const float*>(values);
  if (type == KvType::kF16 && padded_dim == head_dim) {
    inference::HalvesToFloats(reinterpret_cast<const uint16_t*>(values), positions * head_dim,
                              buffer);
    return buffer;
  }
  for (int t = 0; t < positions; ++t) {
    float* to = buffer + int64_t{t} * padded_dim;
    const int64_t at = int64_t{t} * head_dim;
    if (type == KvType::kF32) {
      std::memcpy(to, reinterpret_cast<const float*>(values) + at, head_dim * sizeof(float));
    } else if (type == KvType::kF16) {
      inference::HalvesToFloats(reinterpret_cast<const uint16_t*>(values) + at, head_dim, to);
    } else {
      UnpackIntValues(reinterpret_cast<const int8_t*>(values) + at, cache.Scales(values)[t],
                      head_dim, to);
    }
    for (int d = head_dim; d < padded_dim; ++d) to[d] = 0;
  }
  return buffer;
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
