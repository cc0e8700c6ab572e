// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The integer micro-kernel for processors that multiply four bytes and add them
// to a 32-bit lane in one instruction: an outer product of weights and columns,
// with all sums in registers.
//
// No include guard: included once for each such instruction of a vector target,
// within its target pragma, with
//   QUIPU_DOT(sums, weights, columns)  the instruction
//   QUIPU_DOT_LOADED(sums, weights, address)  in place of it: repeats the word at
//                                      the address while loading it
//   QUIPU_DOT_NAME                     a namespace for the result
//   QUIPU_DOT_COLUMNS, QUIPU_DOT_VECTORS  what the registers hold
//   QUIPU_DOT_SIGNED                   whether it wants signed weights

namespace quipu::inference {
namespace HWY_NAMESPACE {
namespace QUIPU_DOT_NAME {

// kVectors vectors of rows from row `row`, times N columns from `column`. The
// arrays below stay in registers: all loops over them are unrolled.
template <int N, int kVectors, int kHalves, bool kOffset>
HWY_NOINLINE void OuterTile(const Int8Args& t, const int32_t* starts, const float* block_sums,
                            int row, int column) {
  constexpr int kHalfWords = kBlockWords / kHalves;
  const FloatTag df;
  const IntTag di;
  const WordTag dw;
  const int strip = row / kStripRows;
  const int lane = row % kStripRows;
  const uint32_t* HWY_RESTRICT words = t.words[strip] + lane;
  const float* HWY_RESTRICT scales = t.scales + strip * t.blocks * kHalves * kStripRows + lane;
  const float* HWY_RESTRICT offsets =
      kOffset ? t.offsets + strip * t.blocks * kHalves * kStripRows + lane : nullptr;
  const int8_t* HWY_RESTRICT values = t.x.values + 4 * column;
  float* HWY_RESTRICT out = t.out + column * t.out_stride + row;

  FloatVec sums[kVectors][N];
#pragma GCC unroll 2
  for (int v = 0; v < kVectors; ++v) {
#pragma GCC unroll 12
    for (int c = 0; c < N; ++c) {
      sums[v][c] = t.accumulate ? hn::LoadU(df, out + c * t.out_stride + v * kLanes) : hn::Zero(df);
    }
  }
  for (int b = 0; b < t.blocks; ++b) {
    const float* HWY_RESTRICT x_scales = t.x.scales + b * kTileColumns + column;
#pragma GCC unroll 2
    for (int h = 0; h < kHalves; ++h) {
      IntVec dots[kVectors][N];
#pragma GCC unroll 12
      for (int c = 0; c < N; ++c) {
        const IntVec start =
            kOffset ? hn::Zero(di)
                    : hn::Set(di, starts[(b * kHalves + h) * kTileColumns + column + c]);
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) dots[v][c] = start;
      }
#pragma GCC unroll 8
      for (int j = h * kHalfWords; j < (h + 1) * kHalfWords; ++j) {
        WordVec w[kVectors];
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) {
          w[v] = hn::LoadU(dw, words + (b * kBlockWords + j) * kStripRows + v * kLanes);
        }
#pragma GCC unroll 12
        for (int c = 0; c < N; ++c) {
          const int8_t* x = values + ((b * kBlockWords + j) * kTileColumns + c) * 4;
#ifdef QUIPU_DOT_LOADED
#pragma GCC unroll 2
          for (int v = 0; v < kVectors; ++v) QUIPU_DOT_LOADED(dots[v][c], w[v], x);
#else
          int32_t word;
          std::memcpy(&word, x, sizeof(word));
          const IntVec column_word = hn::Set(di, word);
#pragma GCC unroll 2
          for (int v = 0; v < kVectors; ++v) dots[v][c] = QUIPU_DOT(dots[v][c], w[v], column_word);
#endif
        }
      }
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        const FloatVec scale = hn::LoadU(df, scales + (b * kHalves + h) * kStripRows + v * kLanes);
#pragma GCC unroll 12
        for (int c = 0; c < N; ++c) {
          sums[v][c] = Fused(hn::Mul(scale, hn::Set(df, x_scales[c])),
                             hn::ConvertTo(df, dots[v][c]), sums[v][c]);
        }
      }
      if (!kOffset) continue;
      const float* HWY_RESTRICT x_sums = block_sums + (b * kHalves + h) * kTileColumns + column;
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        const FloatVec offset =
            hn::LoadU(df, offsets + (b * kHalves + h) * kStripRows + v * kLanes);
#pragma GCC unroll 12
        for (int c = 0; c < N; ++c) sums[v][c] = Fused(offset, hn::Set(df, x_sums[c]), sums[v][c]);
      }
    }
  }
#pragma GCC unroll 2
  for (int v = 0; v < kVectors; ++v) {
#pragma GCC unroll 12
    for (int c = 0; c < N; ++c) hn::StoreU(sums[v][c], df, out + c * t.out_stride + v * kLanes);
  }
}

template <int kHalves, bool kOffset, int N = QUIPU_DOT_COLUMNS>
HWY_INLINE void OuterTileOf(const Int8Args& t, const int32_t* starts, const float* sums, int row,
                            int column, int count) {
  if (count == N) {
    OuterTile<N, QUIPU_DOT_VECTORS, kHalves, kOffset>(t, starts, sums, row, column);
  } else if constexpr (N > 1) {
    OuterTileOf<kHalves, kOffset, N - 1>(t, starts, sums, row, column, count);
  }
}

HWY_NOINLINE void Tile(const Int8Args& t, int columns) {
  HWY_ALIGN int32_t starts[kMostStarts];
  HWY_ALIGN float half_sums[kMostStarts];
  const bool offset = t.offsets != nullptr;
  const float* sums = offset ? FillSums(t, half_sums) : nullptr;
  // Types with an offset have no zero, and their kernel reads no starts.
  if (!offset) FillStarts(t, QUIPU_DOT_SIGNED && t.bits == 8 ? 0 : t.zero, starts);
  for (int row = 0; row < kPanelRows; row += QUIPU_DOT_VECTORS * kLanes) {
    for (int c = 0; c < columns; c += QUIPU_DOT_COLUMNS) {
      const int count = columns - c < QUIPU_DOT_COLUMNS ? columns - c : QUIPU_DOT_COLUMNS;
      if (t.halves == 2) {
        offset ? OuterTileOf<2, true>(t, starts, sums, row, c, count)
               : OuterTileOf<2, false>(t, starts, sums, row, c, count);
      } else {
        offset ? OuterTileOf<1, true>(t, starts, sums, row, c, count)
               : OuterTileOf<1, false>(t, starts, sums, row, c, count);
      }
    }
  }
}

}  // namespace QUIPU_DOT_NAME
}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference

#undef QUIPU_DOT
#undef QUIPU_DOT_LOADED
#undef QUIPU_DOT_NAME
#undef QUIPU_DOT_COLUMNS
#undef QUIPU_DOT_VECTORS
#undef QUIPU_DOT_SIGNED
