// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Rounds of independent dot products of bytes, in registers.
//
// No include guard: included once for each instruction of a vector target,
// within its target pragma, with
//   QUIPU_NAME                 how the function's name ends
//   QUIPU_VECTOR               a vector of 32-bit lanes, four bytes in each
//   QUIPU_REGISTER             the assembler's name for its registers
//   QUIPU_ZERO(), QUIPU_SET(x) the vector of zeros; of bytes x
//   QUIPU_DOT(c, a, b)         c plus, in each lane, four products

#ifndef QUIPU_CONCATENATE
#define QUIPU_CONCATENATE_(a, b) a##b
#define QUIPU_CONCATENATE(a, b) QUIPU_CONCATENATE_(a, b)
#endif

namespace quipu::inference {
namespace HWY_NAMESPACE {

// Ten chains, enough to hide the latency on all known processors. Returns the
// number of operations; `sink` keeps the compiler from removing them.
HWY_NOINLINE double QUIPU_CONCATENATE(Int8Rounds, QUIPU_NAME)(int64_t rounds, int32_t* sink) {
  QUIPU_VECTOR a = QUIPU_SET(3);
  const QUIPU_VECTOR b = QUIPU_SET(5);
  QUIPU_VECTOR c0 = QUIPU_ZERO(), c1 = c0, c2 = c0, c3 = c0, c4 = c0;
  QUIPU_VECTOR c5 = c0, c6 = c0, c7 = c0, c8 = c0, c9 = c0;
#define QUIPU_CHAIN(c)                          \
  __asm__ volatile("" : "+" QUIPU_REGISTER(a)); \
  c = QUIPU_DOT(c, a, b)
  for (int64_t i = 0; i < rounds; ++i) {
    QUIPU_CHAIN(c0);
    QUIPU_CHAIN(c1);
    QUIPU_CHAIN(c2);
    QUIPU_CHAIN(c3);
    QUIPU_CHAIN(c4);
    QUIPU_CHAIN(c5);
    QUIPU_CHAIN(c6);
    QUIPU_CHAIN(c7);
    QUIPU_CHAIN(c8);
    QUIPU_CHAIN(c9);
  }
#undef QUIPU_CHAIN
  const QUIPU_VECTOR last[] = {c0, c1, c2, c3, c4, c5, c6, c7, c8, c9};
  uint32_t sum = 0;
  for (const QUIPU_VECTOR& c : last) {
    int32_t lane;
    std::memcpy(&lane, &c, sizeof(lane));
    sum += static_cast<uint32_t>(lane);
  }
  *sink = static_cast<int32_t>(sum);
  return 2.0 * sizeof(QUIPU_VECTOR) * 10 * static_cast<double>(rounds);
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference

#undef QUIPU_NAME
#undef QUIPU_VECTOR
#undef QUIPU_REGISTER
#undef QUIPU_ZERO
#undef QUIPU_SET
#undef QUIPU_DOT
