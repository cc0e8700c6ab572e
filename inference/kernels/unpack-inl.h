// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Unpacks strips of quantised weight panels (weight_panels.h) to bytes and
// scales, per vector target. Exact: nothing is rounded.

#if defined(QUIPU_INFERENCE_KERNELS_UNPACK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef QUIPU_INFERENCE_KERNELS_UNPACK_INL_H_
#undef QUIPU_INFERENCE_KERNELS_UNPACK_INL_H_
#else
#define QUIPU_INFERENCE_KERNELS_UNPACK_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "inference/kernels/weight_panels.h"
#include "inference/simd/float16_rows.h"
#include "inference/simd/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

// One lane per row; each lane holds 4 bytes, consecutive in depth.
using WordTag = hn::Rebind<uint32_t, FloatTag>;
using WordVec = hn::Vec<WordTag>;
using IntTag = hn::Rebind<int32_t, FloatTag>;
using IntVec = hn::Vec<IntTag>;

// Words of a block: 32 values of depth.
constexpr int kBlockWords = kQuantBlock / 4;
// Bytes of a word for each row of a strip.
constexpr int kWordBytes = 4 * kStripRows;

// Word `kT` (depths 4kT to 4kT + 3) of kLanes rows: the unsigned q as bytes.
// `block` points to the first of these rows.
template <int kBits, int kT>
HWY_INLINE WordVec UnpackWord(const uint8_t* block) {
  const WordTag d;
  const auto load = [&](int vector) HWY_ATTR {
    return hn::LoadU(d, reinterpret_cast<const uint32_t*>(block + vector * kWordBytes));
  };
  if constexpr (kBits == 8) {
    return load(kT);
  } else if constexpr (kBits == 2) {
    return hn::And(hn::ShiftRight<kT % 4 * 2>(load(kT / 4)), hn::Set(d, 0x03030303u));
  } else {
    const WordVec nibbles = load(kT / 2);
    const WordVec low =
        hn::And(kT % 2 == 0 ? nibbles : hn::ShiftRight<4>(nibbles), hn::Set(d, 0x0F0F0F0Fu));
    constexpr int kHigh = kBits - 4;
    if constexpr (kHigh == 0) {
      return low;
    } else {
      constexpr int kShift = kT * kHigh % 8;
      const WordVec plane = load(4 + kT * kHigh / 8);
      const WordVec mask = hn::Set(d, kHigh == 1 ? 0x10101010u : 0x30303030u);
      if constexpr (kShift <= 4) {
        return hn::Or(low, hn::And(hn::ShiftLeft<4 - kShift>(plane), mask));
      } else {
        return hn::Or(low, hn::And(hn::ShiftRight<kShift - 4>(plane), mask));
      }
    }
  }
}

// Both of kSuperOffsetHalves.
HWY_INLINE void UnpackNibbleScales(const uint8_t* from, int blocks, float* scales, float* offsets) {
  const hn::Rebind<uint8_t, FloatTag> bytes;
  HWY_ALIGN float super[2 * kStripRows];
  inference::HalvesToFloats(reinterpret_cast<const uint16_t*>(from), 2 * kStripRows, super);
  const uint8_t* factors = from + 4 * kStripRows;
  for (int r = 0; r < kStripRows; r += kLanes) {
    const FloatVec d = hn::LoadU(FloatTag(), super + r);
    const FloatVec minus_dmin = hn::Neg(hn::LoadU(FloatTag(), super + kStripRows + r));
    for (int s = 0; s < 2 * blocks; ++s) {
      const int at = s * kStripRows + r;
      const IntVec both = hn::PromoteTo(IntTag(), hn::LoadU(bytes, factors + at));
      const FloatVec scale = hn::ConvertTo(FloatTag(), hn::And(both, hn::Set(IntTag(), 15)));
      hn::StoreU(hn::Mul(d, scale), FloatTag(), scales + at);
      const FloatVec min = hn::ConvertTo(FloatTag(), hn::ShiftRight<4>(both));
      hn::StoreU(hn::Mul(minus_dmin, min), FloatTag(), offsets + at);
    }
  }
}

// Scales [block][scales_per_block][kStripRows] and, if the format has them,
// offsets, as many, of a strip of `blocks` blocks. They follow its
// values.
HWY_INLINE void UnpackScales(ScaleKind kind, const uint8_t* from, int blocks, float* scales,
                             float* offsets) {
  const auto* halves = reinterpret_cast<const uint16_t*>(from);
  if (kind == ScaleKind::kHalf || kind == ScaleKind::kHalfOffset) {
    const int count = blocks * kStripRows;
    inference::HalvesToFloats(halves, count, scales);
    if (kind == ScaleKind::kHalfOffset) inference::HalvesToFloats(halves + count, count, offsets);
    return;
  }
  if (kind == ScaleKind::kSuperOffsetHalves)
    return UnpackNibbleScales(from, blocks, scales, offsets);
  const hn::Rebind<uint8_t, FloatTag> bytes;
  HWY_ALIGN float super[2 * kStripRows];
  const bool offset = kind == ScaleKind::kSuperOffset;
  inference::HalvesToFloats(halves, (offset ? 2 : 1) * kStripRows, super);
  const uint8_t* factors = from + (offset ? 4 : 2) * kStripRows;
  const int rows_of_scales = kind == ScaleKind::kSuperHalves ? 2 * blocks : blocks;
  for (int r = 0; r < kStripRows; r += kLanes) {
    const FloatVec d = hn::LoadU(FloatTag(), super + r);
    for (int s = 0; s < rows_of_scales; ++s) {
      const auto raw = hn::LoadU(bytes, factors + s * kStripRows + r);
      const IntVec factor =
          offset ? hn::PromoteTo(IntTag(), raw)
                 : hn::PromoteTo(IntTag(), hn::BitCast(hn::Rebind<int8_t, FloatTag>(), raw));
      hn::StoreU(hn::Mul(d, hn::ConvertTo(FloatTag(), factor)), FloatTag(),
                 scales + s * kStripRows + r);
    }
    if (!offset) continue;
    const FloatVec minus_dmin = hn::Neg(hn::LoadU(FloatTag(), super + kStripRows + r));
    for (int b = 0; b < blocks; ++b) {
      const auto raw = hn::LoadU(bytes, factors + (blocks + b) * kStripRows + r);
      const FloatVec factor = hn::ConvertTo(FloatTag(), hn::PromoteTo(IntTag(), raw));
      hn::StoreU(hn::Mul(minus_dmin, factor), FloatTag(), offsets + b * kStripRows + r);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
