// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/softmax.h"

#include "inference/simd/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/softmax.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/simd/softmax-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

float SoftmaxNumerators(float* x, int n) { return SoftmaxPages(x, kSoftmaxPage, n); }

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(SoftmaxNumerators);

float SoftmaxNumerators(float* x, int n) { return HWY_DYNAMIC_DISPATCH(SoftmaxNumerators)(x, n); }

}  // namespace quipu::inference
#endif  // HWY_ONCE
