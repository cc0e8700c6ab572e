// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which vector targets the kernels are compiled for. Include it before any
// Highway header: SSE4, AVX2, AVX-512 (AVX3) on x86, NEON on ARM, and Highway's
// scalar baseline. Fewer targets compile faster; the bits are the same on all.
#ifndef QUIPU_INFERENCE_SIMD_TARGETS_H_
#define QUIPU_INFERENCE_SIMD_TARGETS_H_

#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#endif

// Every 64-bit ARM processor has NEON, so there is nothing to dispatch. Without
// this, Highway would still require cryptographic instructions in each of its
// functions, which then could not be inlined into code that the compiler
// generates, such as constructors of structs of vectors, or into functions for
// other extensions. This is Highway's switch for toolchains that cannot
// dispatch.
#if defined(__aarch64__) && !defined(TOOLCHAIN_MISS_SYS_AUXV_H)
#define TOOLCHAIN_MISS_SYS_AUXV_H
#endif

// Included here, not by users of this header, so that no sorting of includes
// can put it before the definition above.
#include "hwy/targets.h"  // IWYU pragma: export

#endif  // QUIPU_INFERENCE_SIMD_TARGETS_H_
