// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The register-blocked micro-kernel under GEMM and attention: 32 rows of a
// panel times a few columns,
//   out[c][r] (+)= sum over k of panel[k][r] * columns[k][c],
// with one accumulator per element, k in order, always fused. Which rows and
// columns share registers cannot change a bit.

#if defined(QUIPU_INFERENCE_KERNELS_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_KERNELS_TILE_INL_H_
#undef QUIPU_INFERENCE_KERNELS_TILE_INL_H_
#else
#define QUIPU_INFERENCE_KERNELS_TILE_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "inference/kernels/packed_columns.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// Columns that fit into the registers beside two vectors of weights.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr int kRegisterColumns = 12;
#else
constexpr int kRegisterColumns = 6;
#endif

// Operands of one call. panel[k][r] is at panel[k * kPanelRows + r],
// columns[k][c] at columns[k * kTileColumns + c].
struct TileArgs {
  const float* panel;
  const float* columns;
  int depth;
  float* out;  // out[c][r] at out[c * out_stride + r].
  int64_t out_stride;
};

// Two accumulators for each of N columns. A struct, not an array, so that the
// compiler keeps all of them in registers.
template <int N>
struct Accumulators {
  FloatVec low;
  FloatVec high;
  Accumulators<N - 1> rest;

  HWY_INLINE void Clear() {
    low = hn::Zero(FloatTag());
    high = hn::Zero(FloatTag());
    rest.Clear();
  }
  HWY_INLINE void Load(const float* out, int64_t stride) {
    low = hn::LoadU(FloatTag(), out);
    high = hn::LoadU(FloatTag(), out + kLanes);
    rest.Load(out + stride, stride);
  }
  HWY_INLINE void Store(float* out, int64_t stride) const {
    hn::StoreU(low, FloatTag(), out);
    hn::StoreU(high, FloatTag(), out + kLanes);
    rest.Store(out + stride, stride);
  }
  HWY_INLINE void Add(FloatVec a, FloatVec b, const float* column, int64_t stride) {
    const FloatVec x = hn::Set(FloatTag(), *column);
    low = Fused(a, x, low);
    high = Fused(b, x, high);
    rest.Add(a, b, column + stride, stride);
  }
};

template <>
struct Accumulators<0> {
  HWY_INLINE void Clear() {}
  HWY_INLINE void Load(const float*, int64_t) {}
  HWY_INLINE void Store(float*, int64_t) const {}
  HWY_INLINE void Add(FloatVec, FloatVec, const float*, int64_t) {}
};

template <int N>
HWY_INLINE void RegisterTile(const TileArgs& t, bool accumulate) {
  Accumulators<N> sums;
  if (accumulate) {
    sums.Load(t.out, t.out_stride);
  } else {
    sums.Clear();
  }
  const float* HWY_RESTRICT panel = t.panel;
  const float* HWY_RESTRICT column = t.columns;
  for (int k = 0; k < t.depth; ++k) {
    const FloatVec a = hn::LoadU(FloatTag(), panel);
    const FloatVec b = hn::LoadU(FloatTag(), panel + kLanes);
    sums.Add(a, b, column, /*stride=*/1);
    panel += kPanelRows;
    column += kTileColumns;
  }
  sums.Store(t.out, t.out_stride);
}

// Chooses N at run time, for at most kRegisterColumns columns.
template <int N = kRegisterColumns>
HWY_INLINE void RegisterTileOf(const TileArgs& t, int columns, bool accumulate) {
  if (columns == N) {
    RegisterTile<N>(t, accumulate);
  } else if constexpr (N > 1) {
    RegisterTileOf<N - 1>(t, columns, accumulate);
  }
}

// kPanelRows rows times `columns` columns.
inline HWY_NOINLINE void Tile(const TileArgs& t, int columns, bool accumulate) {
  for (int c = 0; c < columns; c += kRegisterColumns) {
    const int count = columns - c < kRegisterColumns ? columns - c : kRegisterColumns;
    for (int r = 0; r < kPanelRows; r += 2 * kLanes) {
      TileArgs part = t;
      part.panel += r;
      part.columns += c;
      part.out += c * t.out_stride + r;
      RegisterTileOf(part, count, accumulate);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
