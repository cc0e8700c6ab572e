// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The exponentials and the sum of a softmax over values stored in pages.

#if defined(QUIPU_INFERENCE_SIMD_SOFTMAX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_SIMD_SOFTMAX_INL_H_
#undef QUIPU_INFERENCE_SIMD_SOFTMAX_INL_H_
#else
#define QUIPU_INFERENCE_SIMD_SOFTMAX_INL_H_
#endif

#include <cstdint>
#include <limits>

#include "hwy/highway.h"
#include "inference/simd/exp-inl.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// Adjacent values.
constexpr int kSoftmaxPage = 32;

// Calls `visit` with the place of lanes [j, j + kLanes) of each 16 values.
template <typename Visit>
HWY_INLINE void ForEachSixteen(float* x, int64_t page_stride, int n, int j, const Visit& visit) {
  float* page = x + j;
  int i = 0;
  for (; i + 16 < n; i += kSoftmaxPage, page += page_stride) {
    visit(page);
    visit(page + 16);
  }
  if (i < n) visit(page);
}

// Replaces the first n values by exp(value - max) and returns their sum: 16
// virtual lanes by index, one fixed tree. Value i is at x[i / 32 * page_stride
// + i % 32]. The values after them, up to a multiple of 16, are overwritten.
// `most`: a maximum so far, which becomes the one that was subtracted.
HWY_INLINE float SoftmaxPages(float* x, int64_t page_stride, int n, float* most) {
  const FloatTag d;
  // Missing values have weight 0.
  for (int i = n; i % 16 != 0; ++i) {
    x[i / kSoftmaxPage * page_stride + i % kSoftmaxPage] = -std::numeric_limits<float>::infinity();
  }

  FloatVec max = hn::Set(d, x[0]);
  for (int j = 0; j < 16; j += kLanes) {
    ForEachSixteen(x, page_stride, n, j,
                   [&](float* p) HWY_ATTR { max = hn::Max(max, hn::LoadU(d, p)); });
  }
  const float largest = hn::GetLane(hn::MaxOfLanes(d, max));
  // In this form, so that not-a-number remains.
  *most = largest < *most ? *most : largest;
  const FloatVec offset = hn::Set(d, *most);

  HWY_ALIGN float lanes[16];
  for (int j = 0; j < 16; j += kLanes) {
    FloatVec sum = hn::Zero(d);
    ForEachSixteen(x, page_stride, n, j, [&](float* p) HWY_ATTR {
      const FloatVec e = ExpOfNegative(hn::Sub(hn::LoadU(d, p), offset));
      hn::StoreU(e, d, p);
      sum = hn::Add(sum, e);
    });
    hn::Store(sum, d, lanes + j);
  }
  return SumOf16(lanes);
}

// The same for values that have no others before them.
HWY_INLINE float SoftmaxPages(float* x, int64_t page_stride, int n) {
  float most = -std::numeric_limits<float>::infinity();
  return SoftmaxPages(x, page_stride, n, &most);
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
