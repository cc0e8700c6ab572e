// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The two products of attention for up to kTileColumns queries at a time, with
// sums that stay in registers: query times keys (one page at a time), and
// softmax weights times values (several pages at a time). Pages are read as
// floats or, if the processor converts them while loading, as halves.

#if defined(QUIPU_INFERENCE_KERNELS_ATTENTION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_KERNELS_ATTENTION_INL_H_
#undef QUIPU_INFERENCE_KERNELS_ATTENTION_INL_H_
#else
#define QUIPU_INFERENCE_KERNELS_ATTENTION_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "hwy/highway.h"
#include "inference/kernels/kv_cache.h"
#include "inference/kernels/kv_page-inl.h"
#include "inference/kernels/tile-inl.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

static_assert(kPageTokens == kPanelRows, "a page of keys is one panel of the micro-kernel");

// Floats for the scores of one tile of columns and one page,
// [kTileColumns][kPageTokens]: the addresses of columns differ by constants.
constexpr int kScoreBlock = kTileColumns * kPageTokens;

// Keys times packed queries.
template <typename T>
struct KeyArgs {
  const T* keys;  // [head_dim][kPageTokens].
  int head_dim;
  const float* queries;  // [head_dim][kTileColumns].
  float* scores;         // Of kScoreBlock.
};

// Adds weights times values.
template <typename T>
struct ValueArgs {
  const T* const* pages;  // [kPageTokens][stride] each.
  int stride;             // A multiple of kPanelRows.
  int begin;              // Positions, counted from the first of pages[0].
  int end;
  const float* weights;  // In the kScoreBlock of pages[0]; others follow.
  float* out;            // Whether `out` already contains sums.
  bool accumulate;       // Whether there is something in `out`.
};

template <int N, typename T>
HWY_INLINE void RegisterScores(const KeyArgs<T>& t) {
  for (int r = 0; r < kPageTokens; r += 2 * kLanes) {
    Accumulators<N> sums;
    sums.Clear();
    const T* HWY_RESTRICT keys = t.keys + r;
    const float* HWY_RESTRICT queries = t.queries;
    for (int k = 0; k < t.head_dim; ++k) {
      sums.Add(LoadFloats(keys), LoadFloats(keys + kLanes), queries, 1);
      keys += kPageTokens;
      queries += kTileColumns;
    }
    sums.Store(t.scores + r, kPageTokens);
  }
}

template <int N, typename T>
HWY_INLINE void RegisterValues(const ValueArgs<T>& t) {
  for (int d = 0; d < t.stride; d += 2 * kLanes) {
    Accumulators<N> sums;
    if (t.accumulate) {
      sums.Load(t.out + d, t.stride);
    } else {
      sums.Clear();
    }
    for (int k = t.begin; k < t.end;) {
      const int page = k / kPageTokens;
      const int end = std::min(t.end, (page + 1) * kPageTokens);
      const T* HWY_RESTRICT values = t.pages[page] + int64_t{k % kPageTokens} * t.stride + d;
      const float* HWY_RESTRICT weights = t.weights + int64_t{page} * kScoreBlock + k % kPageTokens;
      for (; k < end; ++k) {
        sums.Add(LoadFloats(values), LoadFloats(values + kLanes), weights, kPageTokens);
        values += t.stride;
        ++weights;
      }
    }
    sums.Store(t.out + d, t.stride);
  }
}

template <int N = kRegisterColumns, typename T>
HWY_INLINE void RegisterScoresOf(const KeyArgs<T>& t, int columns) {
  if (columns == N) {
    RegisterScores<N>(t);
  } else if constexpr (N > 1) {
    RegisterScoresOf<N - 1>(t, columns);
  }
}

template <int N = kRegisterColumns, typename T>
HWY_INLINE void RegisterValuesOf(const ValueArgs<T>& t, int columns) {
  if (columns == N) {
    RegisterValues<N>(t);
  } else if constexpr (N > 1) {
    RegisterValuesOf<N - 1>(t, columns);
  }
}

// At most kTileColumns columns.
template <typename T>
HWY_NOINLINE void MultiplyKeys(KeyArgs<T> t, int columns) {
  for (; columns > 0; columns -= kRegisterColumns) {
    RegisterScoresOf(t, std::min(columns, kRegisterColumns));
    t.queries += kRegisterColumns;
    t.scores += kRegisterColumns * kPageTokens;
  }
}

template <typename T>
HWY_NOINLINE void AddValues(ValueArgs<T> t, int columns) {
  for (; columns > 0; columns -= kRegisterColumns) {
    RegisterValuesOf(t, std::min(columns, kRegisterColumns));
    t.weights += kRegisterColumns * kPageTokens;
    t.out += int64_t{kRegisterColumns} * t.stride;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
