// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The integer micro-kernels for x86 without dot products of bytes (unsigned
// bytes times signed bytes, added in pairs to 16 bits), and the plain one.
//
// Pairs are summed in 16 bits as long as they cannot overflow: a pair is at
// most 2 * q * 127, so 8 of them for 4 bits (30,480), 4 for 5 bits (31,496), 2
// for 6 bits (32,004). 8-bit weights are split into magnitude and sign, and the
// sign moves to the activation: one pair is at most 2 * 128 * 127 = 32,512.

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

// Adds block `b` of row `r`, scaled, to the sum of column `c`.
template <typename Sums>
HWY_INLINE float AddBlock(const Int8Args& t, int strip, int r, int b, int c, const Sums& dots,
                          float sum) {
  const int64_t first = int64_t{strip} * t.blocks + b;
  for (int h = 0; h < t.halves; ++h) {
    const float scale =
        t.scales[(first * t.halves + h) * kStripRows + r] * t.x.scales[b * kTileColumns + c];
    sum = std::fmaf(scale, static_cast<float>(dots[h]), sum);
  }
  if (t.offsets != nullptr) {
    sum = std::fmaf(t.offsets[first * kStripRows + r], t.x.scaled_sums[b * kTileColumns + c], sum);
  }
  return sum;
}

// The reference for all others, and the fallback for machines without them.
namespace plain {

HWY_NOINLINE void Tile(const Int8Args& t, int columns) {
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
        sum = AddBlock(t, strip, r, b, c, dots, sum);
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

#if HWY_TARGET == HWY_AVX3
using Raw = __m512i;
HWY_INLINE Raw MulPairs(Raw w, Raw x) { return _mm512_maddubs_epi16(w, x); }
HWY_INLINE Raw Add16(Raw a, Raw b) { return _mm512_add_epi16(a, b); }
HWY_INLINE Raw Add32(Raw a, Raw b) { return _mm512_add_epi32(a, b); }
HWY_INLINE Raw AddPairs(Raw a) { return _mm512_madd_epi16(a, _mm512_set1_epi16(1)); }
HWY_INLINE Raw Magnitude(Raw w) { return _mm512_abs_epi8(w); }
HWY_INLINE Raw GiveSign(Raw x, Raw w) {
  return _mm512_mask_sub_epi8(x, _mm512_movepi8_mask(w), _mm512_setzero_si512(), x);
}
#elif HWY_TARGET == HWY_AVX2
using Raw = __m256i;
HWY_INLINE Raw MulPairs(Raw w, Raw x) { return _mm256_maddubs_epi16(w, x); }
HWY_INLINE Raw Add16(Raw a, Raw b) { return _mm256_add_epi16(a, b); }
HWY_INLINE Raw Add32(Raw a, Raw b) { return _mm256_add_epi32(a, b); }
HWY_INLINE Raw AddPairs(Raw a) { return _mm256_madd_epi16(a, _mm256_set1_epi16(1)); }
HWY_INLINE Raw Magnitude(Raw w) { return _mm256_abs_epi8(w); }
HWY_INLINE Raw GiveSign(Raw x, Raw w) { return _mm256_sign_epi8(x, w); }
#else
using Raw = __m128i;
HWY_INLINE Raw MulPairs(Raw w, Raw x) { return _mm_maddubs_epi16(w, x); }
HWY_INLINE Raw Add16(Raw a, Raw b) { return _mm_add_epi16(a, b); }
HWY_INLINE Raw Add32(Raw a, Raw b) { return _mm_add_epi32(a, b); }
HWY_INLINE Raw AddPairs(Raw a) { return _mm_madd_epi16(a, _mm_set1_epi16(1)); }
HWY_INLINE Raw Magnitude(Raw w) { return _mm_abs_epi8(w); }
HWY_INLINE Raw GiveSign(Raw x, Raw w) { return _mm_sign_epi8(x, w); }
#endif

// Words of weights of one block, kept in registers.
struct BlockWeights {
  Raw w0, w1, w2, w3, w4, w5, w6, w7;
};

HWY_INLINE Raw Word(const int8_t* x, int word) {
  int32_t value;
  std::memcpy(&value, x + word * kTileColumns * 4, sizeof(value));
  return hn::Set(IntTag(), value).raw;
}

HWY_INLINE Raw Pair(Raw w, const int8_t* x, int word) { return MulPairs(w, Word(x, word)); }

HWY_INLINE Raw SignedPair(Raw w, const int8_t* x, int word) {
  return AddPairs(MulPairs(Magnitude(w), GiveSign(Word(x, word), w)));
}

// The sums of a block; if kHalves is 2, of its halves in *first and *second.
template <int kBits, int kHalves>
HWY_INLINE void Dots(const BlockWeights& w, const int8_t* x, Raw* first, Raw* second) {
  if constexpr (kBits == 8) {
    const Raw a = Add32(Add32(SignedPair(w.w0, x, 0), SignedPair(w.w1, x, 1)),
                        Add32(SignedPair(w.w2, x, 2), SignedPair(w.w3, x, 3)));
    const Raw b = Add32(Add32(SignedPair(w.w4, x, 4), SignedPair(w.w5, x, 5)),
                        Add32(SignedPair(w.w6, x, 6), SignedPair(w.w7, x, 7)));
    *first = Add32(a, b);
  } else {
    const Raw a01 = Add16(Pair(w.w0, x, 0), Pair(w.w1, x, 1));
    const Raw a23 = Add16(Pair(w.w2, x, 2), Pair(w.w3, x, 3));
    const Raw a45 = Add16(Pair(w.w4, x, 4), Pair(w.w5, x, 5));
    const Raw a67 = Add16(Pair(w.w6, x, 6), Pair(w.w7, x, 7));
    if constexpr (kBits == 4) {
      *first = AddPairs(Add16(Add16(a01, a23), Add16(a45, a67)));
    } else if constexpr (kBits == 5) {
      *first = Add32(AddPairs(Add16(a01, a23)), AddPairs(Add16(a45, a67)));
    } else {
      static_assert(kHalves == 2, "6-bit types have two scales a block");
      *first = Add32(AddPairs(a01), AddPairs(a23));
      *second = Add32(AddPairs(a45), AddPairs(a67));
    }
  }
}

// kLanes rows from row `row`, times all columns of the tile. `starts`: see
// FillStarts; signed weights and types with an offset have none.
template <int kBits, int kHalves, bool kOffset>
HWY_NOINLINE void RowsTile(const Int8Args& t, const int32_t* starts, int row, int columns) {
  constexpr bool kStarts = kBits != 8 && !kOffset;
  const FloatTag df;
  const IntTag di;
  const int strip = row / kStripRows;
  const int lane = row % kStripRows;
  HWY_ALIGN float sums[kTileColumns * kLanes];
  for (int c = 0; c < columns; ++c) {
    hn::Store(t.accumulate ? hn::LoadU(df, t.out + c * t.out_stride + row) : hn::Zero(df), df,
              sums + c * kLanes);
  }
  for (int b = 0; b < t.blocks; ++b) {
    const uint32_t* words = t.words[strip] + b * kBlockWords * kStripRows + lane;
    const auto load = [&](int j) HWY_ATTR {
      const WordVec w = hn::LoadU(WordTag(), words + j * kStripRows);
      // Stored as q + 128: the top bit makes it signed.
      return (kBits == 8 ? hn::Xor(w, hn::Set(WordTag(), 0x80808080u)) : w).raw;
    };
    const BlockWeights w = {load(0), load(1), load(2), load(3), load(4), load(5), load(6), load(7)};
    const int64_t first = int64_t{strip} * t.blocks + b;
    const float* scales = t.scales + first * kHalves * kStripRows + lane;
    const FloatVec scale = hn::LoadU(df, scales);
    const FloatVec scale2 = hn::LoadU(df, scales + (kHalves - 1) * kStripRows);
    const FloatVec offset =
        kOffset ? hn::LoadU(df, t.offsets + first * kStripRows + lane) : hn::Zero(df);
    const int8_t* x = t.x.values + b * PackedInts::kCellValues;
    const int32_t* block_starts = starts + b * kHalves * kTileColumns;
    const float* x_scales = t.x.scales + b * kTileColumns;
    for (int c = 0; c < columns; ++c) {
      Raw dots, dots2;
      Dots<kBits, kHalves>(w, x + 4 * c, &dots, &dots2);
      FloatVec sum = hn::Load(df, sums + c * kLanes);
      const FloatVec x_scale = hn::Set(df, x_scales[c]);
      const auto dot_of = [&](Raw raw, int half) HWY_ATTR {
        if (!kStarts) return IntVec{raw};
        return hn::Add(IntVec{raw}, hn::Set(di, block_starts[half * kTileColumns + c]));
      };
      sum = Fused(hn::Mul(scale, x_scale), hn::ConvertTo(df, dot_of(dots, 0)), sum);
      if (kHalves == 2) {
        sum = Fused(hn::Mul(scale2, x_scale), hn::ConvertTo(df, dot_of(dots2, 1)), sum);
      }
      if (kOffset) {
        sum = Fused(offset, hn::Set(df, t.x.scaled_sums[b * kTileColumns + c]), sum);
      }
      hn::Store(sum, df, sums + c * kLanes);
    }
  }
  for (int c = 0; c < columns; ++c) {
    hn::StoreU(hn::Load(df, sums + c * kLanes), df, t.out + c * t.out_stride + row);
  }
}

HWY_NOINLINE void Tile(const Int8Args& t, int columns) {
  HWY_ALIGN int32_t starts[kMostStarts];
  const bool offset = t.offsets != nullptr;
  if (!offset && t.bits != 8) FillStarts(t, t.zero, starts);
  for (int row = 0; row < kPanelRows; row += kLanes) {
    if (t.bits == 4) {
      offset ? RowsTile<4, 1, true>(t, starts, row, columns)
             : RowsTile<4, 1, false>(t, starts, row, columns);
    } else if (t.bits == 5) {
      offset ? RowsTile<5, 1, true>(t, starts, row, columns)
             : RowsTile<5, 1, false>(t, starts, row, columns);
    } else if (t.bits == 6) {
      RowsTile<6, 2, false>(t, starts, row, columns);
    } else {
      RowsTile<8, 1, false>(t, starts, row, columns);
    }
  }
}

}  // namespace pairs
#endif

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
