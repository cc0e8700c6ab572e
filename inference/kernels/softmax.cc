// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/softmax.h"

#include <limits>

#include "inference/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/softmax.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/kernels/exp-inl.h"
#include "inference/kernels/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

float SoftmaxNumerators(float* x, int n) {
  const FloatTag d;
  const int padded = (n + 15) / 16 * 16;
  // What is not there has weight 0.
  for (int i = n; i < padded; ++i)
    x[i] = -std::numeric_limits<float>::infinity();

  FloatVec max = hn::Set(d, x[0]);
  for (int i = 0; i < padded; i += kLanes)
    max = hn::Max(max, hn::LoadU(d, x + i));
  HWY_ALIGN float lanes[16];
  hn::Store(max, d, lanes);
  float greatest = lanes[0];
  for (int i = 1; i < kLanes; ++i)
    greatest = lanes[i] > greatest ? lanes[i] : greatest;

  const FloatVec offset = hn::Set(d, greatest);
  for (int i = 0; i < 16; ++i) lanes[i] = 0;
  for (int j = 0; j < 16; j += kLanes) {
    FloatVec sum = hn::Zero(d);
    for (int i = j; i < padded; i += 16) {
      const FloatVec e = Exp(hn::Sub(hn::LoadU(d, x + i), offset));
      hn::StoreU(e, d, x + i);
      sum = hn::Add(sum, e);
    }
    hn::Store(sum, d, lanes + j);
  }
  return SumOf16(lanes);
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(SoftmaxNumerators);

float SoftmaxNumerators(float* x, int n) {
  return HWY_DYNAMIC_DISPATCH(SoftmaxNumerators)(x, n);
}

}  // namespace quipu::inference
#endif  // HWY_ONCE
