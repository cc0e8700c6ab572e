// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether this processor has AVX-VNNI. Reads the CPUID bit, since not all
// compilers know the name (clang 14's __builtin_cpu_supports does not).
//
//   if (HasAvxVnni()) Use("dot products of bytes");  // REQUIRES: AVX2 was found usable.
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_SIMD_AVX_VNNI_H_
#define QUIPU_INFERENCE_SIMD_AVX_VNNI_H_

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace quipu::inference {

inline bool HasAvxVnni() {
#if defined(__x86_64__)
  unsigned int eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0 || eax < 1) return false;
  if (__get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) == 0) return false;
  return (eax >> 4 & 1) != 0;
#else
  return false;
#endif
}

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_SIMD_AVX_VNNI_H_
