// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The integer micro-kernels for x86 without dot products of bytes (unsigned
// bytes times signed bytes, added in pairs to 16 bits), and the plain one.
//
// Pairs are summed in 16 bits as long as they cannot overflow: a pair is at
// most 2 * q * 127, so 8 of them for 4 bits (30,480), 4 for 5 bits (31,496) and
// for the 2 bits of half a block (3,048), 2 for 6 bits (32,004). For 8 bits not
// even one fits, so both sides are widened to 16 bits first, once for many
// products, and pairs summed in 32 bits.
//
// Two vectors of rows and two columns at a time: each load serves two products,
// and their float sums stay in registers over all blocks. (With more columns they
// are stored after each block. Some of these stores have the last 12 bits of an
// address in common with the loads of weights that follow, which then wait.)

#if defined(QUIPU_INFERENCE_KERNELS_INT8_PAIRS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_KERNELS_INT8_PAIRS_INL_H_
#undef QUIPU_INFERENCE_KERNELS_INT8_PAIRS_INL_H_
#else
#define QUIPU_INFERENCE_KERNELS_INT8_PAIRS_INL_H_
#endif

#include <cstdint>
#include <cstring>

#include "hwy/highway.h"
#include "inference/kernels/int8_args.h"
#include "inference/kernels/int8_starts-inl.h"
#include "inference/kernels/unpack-inl.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// Adds block `b` of row `r`, scaled, to the sum of column `c`; `block_sums` by FillSums.
template <typename Sums>
HWY_INLINE float AddBlock(const Int8Args& t, const float* block_sums, int strip, int r, int b,
                          int c, const Sums& dots, float sum) {
  for (int h = 0; h < t.halves; ++h) {
    const int at = b * t.halves + h;  // In the strip, and of the column.
    const int64_t row = (int64_t{strip} * t.blocks * t.halves + at) * kStripRows + r;
    const float scale = t.scales[row] * t.x.scales[b * kTileColumns + c];
    sum = std::fmaf(scale, static_cast<float>(dots[h]), sum);
    if (t.offsets == nullptr) continue;
    sum = std::fmaf(t.offsets[row], block_sums[at * kTileColumns + c], sum);
  }
  return sum;
}

// The reference for all others, and the fallback for machines without them.
namespace plain {

HWY_NOINLINE void Tile(const Int8Args& t, int columns) {
  HWY_ALIGN float half_sums[kMostStarts];
  const float* sums = t.offsets == nullptr ? nullptr : FillSums(t, half_sums);
  for (int row = 0; row < kPanelRows; ++row) {
    const int strip = row / kStripRows;
    const int r = row % kStripRows;
    const auto* words = reinterpret_cast<const uint8_t*>(t.words[strip]);
    for (int c = 0; c < columns; ++c) {
      float* out = t.out + c * t.out_stride + row;
      float sum = t.accumulate ? *out : 0.0f;
      for (int b = 0; b < t.blocks; ++b) {
        int32_t dots[2] = {0, 0};
        for (int k = 0; k < kQuantBlock; ++k) {
          const int word = b * kBlockWords + k / 4;
          const int q = words[(word * kStripRows + r) * 4 + k % 4] - t.zero;
          dots[k * t.halves / kQuantBlock] += q * t.x.values[(word * kTileColumns + c) * 4 + k % 4];
        }
        sum = AddBlock(t, sums, strip, r, b, c, dots, sum);
      }
      *out = sum;
    }
  }
}

}  // namespace plain

#undef QUIPU_HAS_PAIRS
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_SSE4
#define QUIPU_HAS_PAIRS 1

namespace pairs {

// Pin() computes its operand here. Left to itself, GCC makes all products of a
// block first and spills them.
#if HWY_TARGET == HWY_AVX3
using Raw = __m512i;
HWY_INLINE Raw MulPairs(Raw w, Raw x) { return _mm512_maddubs_epi16(w, x); }
HWY_INLINE Raw MulWide(Raw w, Raw x) { return _mm512_madd_epi16(w, x); }
HWY_INLINE Raw Add16(Raw a, Raw b) { return _mm512_add_epi16(a, b); }
HWY_INLINE Raw Add32(Raw a, Raw b) { return _mm512_add_epi32(a, b); }
HWY_INLINE Raw Ones() { return _mm512_set1_epi16(1); }
HWY_INLINE void Pin(Raw* x) { __asm__ volatile("" : "+v"(*x)); }
#elif HWY_TARGET == HWY_AVX2
using Raw = __m256i;
HWY_INLINE Raw MulPairs(Raw w, Raw x) { return _mm256_maddubs_epi16(w, x); }
HWY_INLINE Raw MulWide(Raw w, Raw x) { return _mm256_madd_epi16(w, x); }
HWY_INLINE Raw Add16(Raw a, Raw b) { return _mm256_add_epi16(a, b); }
HWY_INLINE Raw Add32(Raw a, Raw b) { return _mm256_add_epi32(a, b); }
HWY_INLINE Raw Ones() { return _mm256_set1_epi16(1); }
HWY_INLINE void Pin(Raw* x) { __asm__ volatile("" : "+x"(*x)); }
#else
using Raw = __m128i;
HWY_INLINE Raw MulPairs(Raw w, Raw x) { return _mm_maddubs_epi16(w, x); }
HWY_INLINE Raw MulWide(Raw w, Raw x) { return _mm_madd_epi16(w, x); }
HWY_INLINE Raw Add16(Raw a, Raw b) { return _mm_add_epi16(a, b); }
HWY_INLINE Raw Add32(Raw a, Raw b) { return _mm_add_epi32(a, b); }
HWY_INLINE Raw Ones() { return _mm_set1_epi16(1); }
HWY_INLINE void Pin(Raw* x) { __asm__ volatile("" : "+x"(*x)); }
#endif

// As many as the registers hold sums for. The vectors are rows of one strip.
constexpr int kVectors = kLanes == kStripRows ? 1 : 2;
constexpr int kColumns = kLanes == kStripRows ? 12 : 2;
// 32-bit words of a block of 8-bit weights, and of their activations, once widened.
constexpr int kWideWords = 2 * kBlockWords;

// One block of kVectors vectors of rows and N columns.
struct Operands {
  const uint32_t* words;  // [word][kStripRows], at the first row.
  const float* scales;    // [half][kStripRows].
  const float* offsets;   // [half][kStripRows].
  const uint32_t* x;      // [word][kTileColumns], at the first column.
  const float* x_scales;  // [kTileColumns].
  const float* x_sums;    // [half][kTileColumns].
  const int32_t* starts;  // [half][kTileColumns].
};

// Products of the first kCount words, summed in 16 bits, or in 32 if they are
// wide.
template <bool kWide, int kCount, int N>
HWY_INLINE void Products(const uint32_t* words, const uint32_t* x, Raw (&sums)[kVectors][N]) {
#pragma GCC unroll 16
  for (int j = 0; j < kCount; ++j) {
    Raw w[kVectors];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      w[v] = hn::LoadU(WordTag(), words + j * kStripRows + v * kLanes).raw;
    }
#pragma GCC unroll 12
    for (int c = 0; c < N; ++c) {
      const Raw activation = hn::Set(WordTag(), x[j * kTileColumns + c]).raw;
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
        const Raw product = kWide ? MulWide(w[v], activation) : MulPairs(w[v], activation);
        if (j == 0) {
          sums[v][c] = product;
        } else {
          sums[v][c] = kWide ? Add32(sums[v][c], product) : Add16(sums[v][c], product);
        }
        Pin(&sums[v][c]);
      }
    }
  }
}

// Adds the dot products of half `h`, scaled, to the sums. kStart: a zero subtracts
// something from them.
template <bool kOffset, bool kStart, int N>
HWY_INLINE void AddDots(const Operands& of, int h, const Raw (&dots)[kVectors][N],
                        FloatVec (&sums)[kVectors][N]) {
  const FloatTag df;
#pragma GCC unroll 2
  for (int v = 0; v < kVectors; ++v) {
    const FloatVec scale = hn::LoadU(df, of.scales + h * kStripRows + v * kLanes);
#pragma GCC unroll 12
    for (int c = 0; c < N; ++c) {
      IntVec dot = {dots[v][c]};
      if (kStart) dot = hn::Add(dot, hn::Set(IntTag(), of.starts[h * kTileColumns + c]));
      sums[v][c] =
          Fused(hn::Mul(scale, hn::Set(df, of.x_scales[c])), hn::ConvertTo(df, dot), sums[v][c]);
    }
    if (kOffset) {
      const FloatVec offset = hn::LoadU(df, of.offsets + h * kStripRows + v * kLanes);
#pragma GCC unroll 12
      for (int c = 0; c < N; ++c) {
        sums[v][c] = Fused(offset, hn::Set(df, of.x_sums[h * kTileColumns + c]), sums[v][c]);
      }
    }
  }
}

// Adds part `kPart` of a block, kTogether words, to the dot products, and each
// half that is complete to the sums; then the parts after it.
template <int kTogether, int kHalves, bool kOffset, int kPart, int N>
HWY_INLINE void AddParts(const Operands& of, Raw (&dots)[kVectors][N],
                         FloatVec (&sums)[kVectors][N]) {
  constexpr int kPerHalf = kBlockWords / kTogether / kHalves;
  Raw pairs[kVectors][N];
  Products<false, kTogether>(of.words + kPart * kTogether * kStripRows,
                             of.x + kPart * kTogether * kTileColumns, pairs);
#pragma GCC unroll 12
  for (int c = 0; c < N; ++c) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      const Raw wide = MulWide(pairs[v][c], Ones());
      dots[v][c] = kPart % kPerHalf == 0 ? wide : Add32(dots[v][c], wide);
    }
  }
  if constexpr ((kPart + 1) % kPerHalf == 0) {
    AddDots<kOffset, /*kStart=*/!kOffset>(of, kPart / kPerHalf, dots, sums);
  }
  if constexpr (kPart + 1 < kPerHalf * kHalves) {
    AddParts<kTogether, kHalves, kOffset, kPart + 1>(of, dots, sums);
  }
}

template <int kBits, int kHalves, bool kOffset, int N>
HWY_INLINE void AddBlockOf(const Operands& of, FloatVec (&sums)[kVectors][N]) {
  Raw dots[kVectors][N];
  if constexpr (kBits == 8) {
    Products<true, kWideWords>(of.words, of.x, dots);
    AddDots<kOffset, /*kStart=*/false>(of, 0, dots, sums);
  } else {
    constexpr int kTogether = kBits == 4 ? 8 : kBits == 6 ? 2 : 4;
    AddParts<kTogether, kHalves, kOffset, 0>(of, dots, sums);
  }
}

// `blocks` blocks, from those of `of` on; out[c][r] at out[c * stride + r].
template <int kBits, int kHalves, bool kOffset, int N>
HWY_NOINLINE void Blocks(Operands of, int blocks, bool accumulate, float* HWY_RESTRICT out,
                         int64_t stride) {
  constexpr int kWords = kBits == 8 ? kWideWords : kBlockWords;
  const FloatTag df;
  FloatVec sums[kVectors][N];
#pragma GCC unroll 12
  for (int c = 0; c < N; ++c) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      sums[v][c] = accumulate ? hn::LoadU(df, out + c * stride + v * kLanes) : hn::Zero(df);
    }
  }
  for (int b = 0; b < blocks; ++b) {
    AddBlockOf<kBits, kHalves, kOffset>(of, sums);
    of.words += kWords * kStripRows;
    of.scales += kHalves * kStripRows;
    if (kOffset) of.offsets += kHalves * kStripRows;
    of.x += kWords * kTileColumns;
    of.x_scales += kTileColumns;
    of.x_sums += kHalves * kTileColumns;
    of.starts += kHalves * kTileColumns;
  }
#pragma GCC unroll 12
  for (int c = 0; c < N; ++c) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) hn::StoreU(sums[v][c], df, out + c * stride + v * kLanes);
  }
}

template <int kBits, int kHalves, bool kOffset, int N = kColumns>
HWY_INLINE void BlocksOf(const Operands& of, const Int8Args& t, int row, int column, int count) {
  if (count >= N) {
    Blocks<kBits, kHalves, kOffset, N>(of, t.blocks, t.accumulate,
                                       t.out + column * t.out_stride + row, t.out_stride);
  } else if constexpr (N > 1) {
    BlocksOf<kBits, kHalves, kOffset, N - 1>(of, t, row, column, count);
  }
}

// All rows of the panel times all columns of the tile, whose activations are `x`.
template <int kBits, int kHalves, bool kOffset>
HWY_INLINE void PanelTile(const Int8Args& t, const uint32_t* x, const int32_t* starts,
                          const float* sums, int columns) {
  for (int row = 0; row < kPanelRows; row += kVectors * kLanes) {
    const int strip = row / kStripRows;
    const int lane = row % kStripRows;
    const int64_t block = int64_t{strip} * t.blocks;
    for (int c = 0; c < columns; c += kColumns) {
      const Operands of = {t.words[strip] + lane,
                           t.scales + block * kHalves * kStripRows + lane,
                           kOffset ? t.offsets + block * kHalves * kStripRows + lane : nullptr,
                           x + c,
                           t.x.scales + c,
                           kOffset ? sums + c : nullptr,
                           starts + c};
      BlocksOf<kBits, kHalves, kOffset>(of, t, row, c, columns - c);
    }
  }
}

// Four signed bytes of each word to two words of 16-bit integers: the even bytes
// and the odd ones. Their order does not matter if both sides have the same.
template <class D>
HWY_INLINE void Widen(D d, hn::Vec<D> bytes, uint32_t* even, uint32_t* odd) {
  const auto both = hn::BitCast(hn::Repartition<int16_t, D>(), bytes);
  hn::StoreU(hn::BitCast(d, hn::ShiftRight<8>(hn::ShiftLeft<8>(both))), d, even);
  hn::StoreU(hn::BitCast(d, hn::ShiftRight<8>(both)), d, odd);
}

// 8-bit weights, stored as q + 128, to [block][kWideWords][kStripRows].
HWY_INLINE void UnpackWide(const uint8_t* strip, int blocks, uint32_t* words) {
  const WordTag d;
  const auto* in = reinterpret_cast<const uint32_t*>(strip);
  for (int j = 0; j < blocks * kBlockWords; ++j) {
    for (int r = 0; r < kStripRows; r += kLanes) {
      // The top bit makes them signed.
      const WordVec w = hn::Xor(hn::LoadU(d, in + j * kStripRows + r), hn::Set(d, 0x80808080u));
      uint32_t* to = words + 2 * j * kStripRows + r;
      Widen(d, w, to, to + kStripRows);
    }
  }
}

// The activations of a tile to [block][kWideWords][kTileColumns].
HWY_INLINE void WidenTile(const Int8Args& t, uint32_t* words) {
  const hn::CappedTag<uint32_t, 4> d;
  const auto* in = reinterpret_cast<const uint32_t*>(t.x.values);
  for (int j = 0; j < t.blocks * kBlockWords; ++j) {
    for (int c = 0; c < kTileColumns; c += 4) {
      uint32_t* to = words + 2 * j * kTileColumns + c;
      Widen(d, hn::LoadU(d, in + j * kTileColumns + c), to, to + kTileColumns);
    }
  }
}

HWY_NOINLINE void Tile(const Int8Args& t, int columns) {
  HWY_ALIGN int32_t starts[kMostStarts];
  const auto* x = reinterpret_cast<const uint32_t*>(t.x.values);
  if (t.bits == 8) {
    HWY_ALIGN uint32_t wide[kBlockDepth / kQuantBlock * kWideWords * kTileColumns];
    WidenTile(t, wide);
    return PanelTile<8, 1, false>(t, wide, starts, nullptr, columns);
  }
  const bool offset = t.offsets != nullptr;
  HWY_ALIGN float half_sums[kMostStarts];
  const float* sums = offset ? FillSums(t, half_sums) : nullptr;
  if (!offset) FillStarts(t, t.zero, starts);
  if (t.bits == 2) {
    PanelTile<2, 2, true>(t, x, starts, sums, columns);
  } else if (t.bits == 4) {
    offset ? PanelTile<4, 1, true>(t, x, starts, sums, columns)
           : PanelTile<4, 1, false>(t, x, starts, sums, columns);
  } else if (t.bits == 5) {
    offset ? PanelTile<5, 1, true>(t, x, starts, sums, columns)
           : PanelTile<5, 1, false>(t, x, starts, sums, columns);
  } else {
    PanelTile<6, 2, false>(t, x, starts, sums, columns);
  }
}

}  // namespace pairs
#endif

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
