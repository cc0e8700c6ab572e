// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Rounds of independent products of bytes, in registers.
//
// No include guard: included once for each way to multiply bytes, within its
// target pragma, with
//   QUIPU_NAME         how the function's name ends
//   QUIPU_VECTOR       a vector of 32-bit lanes, four bytes in each
//   QUIPU_ZERO(), QUIPU_SET(x)  the vector of zeros; of bytes x
//   QUIPU_STEP(c, t, a, b)      adds the products of a and b to c; t is free.
//                      Either assembler, or what the compiler can neither
//                      remove nor move out of the loop: `a` may have changed.

#ifndef QUIPU_CONCATENATE
#define QUIPU_CONCATENATE_(a, b) a##b
#define QUIPU_CONCATENATE(a, b) QUIPU_CONCATENATE_(a, b)
#endif

namespace quipu::inference {
namespace HWY_NAMESPACE {

// Twelve chains: an instruction of five cycles, two of which start in each,
// needs ten. With a, b and t they fill 15 registers. Returns the number of
// operations; `sink` keeps the compiler from removing them.
HWY_NOINLINE double QUIPU_CONCATENATE(Int8Rounds, QUIPU_NAME)(int64_t rounds, int32_t* sink) {
  QUIPU_VECTOR a = QUIPU_SET(3);
  const QUIPU_VECTOR b = QUIPU_SET(5);
  QUIPU_VECTOR t = QUIPU_ZERO();
  QUIPU_VECTOR c0 = t, c1 = t, c2 = t, c3 = t, c4 = t, c5 = t;
  QUIPU_VECTOR c6 = t, c7 = t, c8 = t, c9 = t, c10 = t, c11 = t;
  for (int64_t i = 0; i < rounds; ++i) {
    QUIPU_STEP(c0, t, a, b);
    QUIPU_STEP(c1, t, a, b);
    QUIPU_STEP(c2, t, a, b);
    QUIPU_STEP(c3, t, a, b);
    QUIPU_STEP(c4, t, a, b);
    QUIPU_STEP(c5, t, a, b);
    QUIPU_STEP(c6, t, a, b);
    QUIPU_STEP(c7, t, a, b);
    QUIPU_STEP(c8, t, a, b);
    QUIPU_STEP(c9, t, a, b);
    QUIPU_STEP(c10, t, a, b);
    QUIPU_STEP(c11, t, a, b);
  }
  const QUIPU_VECTOR last[] = {c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, t};
  uint32_t sum = 0;
  for (const QUIPU_VECTOR& c : last) {
    int32_t lane;
    std::memcpy(&lane, &c, sizeof(lane));
    sum += static_cast<uint32_t>(lane);
  }
  *sink = static_cast<int32_t>(sum);
  return 2.0 * sizeof(QUIPU_VECTOR) * 12 * static_cast<double>(rounds);
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference

#undef QUIPU_NAME
#undef QUIPU_VECTOR
#undef QUIPU_ZERO
#undef QUIPU_SET
#undef QUIPU_STEP
