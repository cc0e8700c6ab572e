// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/int8_gemm.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "inference/kernels/int8_args.h"
#include "inference/kernels/stream_ahead.h"
#include "inference/simd/avx_vnni.h"
#include "inference/simd/targets.h"

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/kernels/int8_gemm.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/kernels/int8_pairs-inl.h"
#include "inference/kernels/int8_starts-inl.h"
#include "inference/kernels/unpack-inl.h"
#include "inference/simd/fused-inl.h"

#ifndef QUIPU_INFERENCE_KERNELS_INT8_GEMM_ONCE_
#define QUIPU_INFERENCE_KERNELS_INT8_GEMM_ONCE_
namespace quipu::inference {

// Four bytes of any type.
using AnyWord = int32_t __attribute__((may_alias));

// Tests turn it off.
inline bool& DotInstructionsWanted() {
  static bool wanted = true;
  return wanted;
}

}  // namespace quipu::inference
#endif  // QUIPU_INFERENCE_KERNELS_INT8_GEMM_ONCE_

HWY_BEFORE_NAMESPACE();

// The processor's dot products of bytes. Highway 1.0 has no operation for them,
// and its targets do not say whether they exist.
#undef QUIPU_DOT_TILE
#if HWY_TARGET == HWY_AVX3
#pragma GCC push_options
#pragma GCC target("avx512vnni")
// The word is repeated by the instruction itself, which saves one for each
// product (11 % of the kernel's time). Compilers prefer to load it first.
#define QUIPU_DOT_LOADED(sums, w, x)     \
  __asm__("vpdpbusd %2%{1to16%}, %1, %0" \
          : "+v"((sums).raw)             \
          : "v"((w).raw), "m"(*reinterpret_cast<const AnyWord*>(x)))
#define QUIPU_DOT_NAME vnni
#define QUIPU_DOT_COLUMNS 12
#define QUIPU_DOT_VECTORS 1
#define QUIPU_DOT_SIGNED 0
#include "inference/kernels/int8_outer-inl.h"
#pragma GCC pop_options
#define QUIPU_DOT_TILE vnni::Tile
#elif HWY_TARGET == HWY_AVX2
#pragma GCC push_options
#ifdef QUIPU_AVX_VNNI_AS_AVX512
// For tests: the same instruction on machines that have it only in AVX-512.
#pragma GCC target("avx512vl,avx512vnni")
#define QUIPU_DOT(sums, w, x) \
  IntVec { _mm256_dpbusd_epi32((sums).raw, (w).raw, (x).raw) }
#else
#pragma GCC target("avxvnni")
#define QUIPU_DOT(sums, w, x) \
  IntVec { _mm256_dpbusd_avx_epi32((sums).raw, (w).raw, (x).raw) }
#endif
#define QUIPU_DOT_NAME vnni
#define QUIPU_DOT_COLUMNS 6
#define QUIPU_DOT_VECTORS 1
#define QUIPU_DOT_SIGNED 0
#include "inference/kernels/int8_outer-inl.h"
#pragma GCC pop_options
#define QUIPU_DOT_TILE vnni::Tile
#elif HWY_TARGET == HWY_NEON
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+dotprod")
#define QUIPU_DOT(sums, w, x) \
  IntVec(vdotq_s32((sums).raw, vreinterpretq_s8_u32((w).raw), vreinterpretq_s8_s32((x).raw)))
#define QUIPU_DOT_NAME dotprod
#define QUIPU_DOT_COLUMNS 6
#define QUIPU_DOT_VECTORS 2
#define QUIPU_DOT_SIGNED 1
#include "inference/kernels/int8_outer-inl.h"
#pragma GCC pop_options
#define QUIPU_DOT_TILE dotprod::Tile

// Without them: products of 16 bits, added in pairs twice. A pair is at most 2
// * 128 * 127, which fits 16 bits.
namespace quipu::inference {
namespace HWY_NAMESPACE {
HWY_INLINE IntVec WideningDot(IntVec sums, WordVec w, IntVec x) {
  const int8x16_t a = vreinterpretq_s8_u32(w.raw);
  const int8x16_t b = vreinterpretq_s8_s32(x.raw);
  const int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(b));
  const int16x8_t high = vmull_high_s8(a, b);
  return IntVec(vpadalq_s16(sums.raw, vpaddq_s16(low, high)));
}
}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
#define QUIPU_DOT(sums, w, x) WideningDot(sums, w, x)
#define QUIPU_DOT_NAME widening
#define QUIPU_DOT_COLUMNS 6
#define QUIPU_DOT_VECTORS 2
#define QUIPU_DOT_SIGNED 1
#include "inference/kernels/int8_outer-inl.h"
#endif

namespace quipu::inference {
namespace HWY_NAMESPACE {

constexpr int kStrips = kPanelRows / kStripRows;
constexpr int kMaxBlocks = kBlockDepth / kQuantBlock;

// Whether this machine has what the code above needs for this target.
bool HasDotInstruction() {
#if HWY_TARGET == HWY_AVX3
  return __builtin_cpu_supports("avx512vnni");
#elif HWY_TARGET == HWY_AVX2 && defined(QUIPU_AVX_VNNI_AS_AVX512)
  return __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
#elif HWY_TARGET == HWY_AVX2
  return HasAvxVnni();
#elif HWY_TARGET == HWY_NEON && defined(__linux__)
  return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#else
  return false;
#endif
}

bool UsesDotInstruction() {
  static const bool has = HasDotInstruction();
  return has && DotInstructionsWanted();
}

const char* InstructionName() {
#if HWY_TARGET == HWY_AVX3
  return UsesDotInstruction() ? "AVX-512 VNNI" : "AVX-512";
#elif HWY_TARGET == HWY_AVX2
  return UsesDotInstruction() ? "AVX-VNNI" : "AVX2";
#elif HWY_TARGET == HWY_SSE4
  return "SSSE3";
#elif HWY_TARGET == HWY_NEON
  return UsesDotInstruction() ? "NEON dot product" : "NEON";
#else
  return "plain";
#endif
}

HWY_INLINE void Tile(const Int8Args& t, int columns, bool dot) {
#ifdef QUIPU_DOT_TILE
  if (dot) return QUIPU_DOT_TILE(t, columns);
#else
  (void)dot;
#endif
#if HWY_TARGET == HWY_NEON
  widening::Tile(t, columns);
#elif defined(QUIPU_HAS_PAIRS)
  pairs::Tile(t, columns);
#else
  plain::Tile(t, columns);
#endif
}

// ---- Activations ----

// Rounds 32 values: writes integers to a[8][kTileColumns][4] and the sums of
// their halves to half_sums[2][kTileColumns]; returns the scale.
HWY_INLINE float RoundBlock(const float* x, int8_t* a, int32_t* half_sums) {
  const FloatTag d;
  const IntTag di;
  // Largest magnitude as an integer: not-a-number compares above all others.
  IntVec largest = hn::Zero(di);
  const IntVec magnitude_bits = hn::Set(di, 0x7FFFFFFF);
  for (int k = 0; k < kQuantBlock; k += kLanes) {
    const IntVec bits = hn::BitCast(di, hn::LoadU(d, x + k));
    largest = hn::Max(largest, hn::And(bits, magnitude_bits));
  }
  const int32_t most = hn::GetLane(hn::MaxOfLanes(di, largest));
  float magnitude;
  std::memcpy(&magnitude, &most, sizeof(magnitude));
  // Values below 1e-30 become 0.
  const bool nothing = magnitude < 1e-30f;
  const FloatVec inverse = hn::Set(d, nothing ? 0.0f : 127.0f / magnitude);
  // Adding 1.5 * 2^23 leaves the nearest integer, ties to even, in the low bits.
  const FloatVec shift = hn::Set(d, 12582912.0f);
  const IntVec zero = hn::BitCast(di, shift);
  HWY_ALIGN int8_t rounded[kQuantBlock];
  for (int half = 0; half < 2; ++half) {
    IntVec sum = hn::Zero(di);
    for (int k = half * 16; k < half * 16 + 16; k += kLanes) {
      const FloatVec scaled = hn::Mul(hn::LoadU(d, x + k), inverse);
      IntVec n = hn::Sub(hn::BitCast(di, hn::Add(scaled, shift)), zero);
      n = hn::Min(hn::Max(n, hn::Set(di, -127)), hn::Set(di, 127));
      sum = hn::Add(sum, n);
      const hn::Rebind<int8_t, IntTag> bytes;
      hn::StoreU(hn::DemoteTo(bytes, n), bytes, rounded + k);
    }
    half_sums[half * kTileColumns] = hn::GetLane(hn::SumOfLanes(di, sum));
  }
  for (int j = 0; j < kBlockWords; ++j) std::memcpy(a + j * kTileColumns * 4, rounded + 4 * j, 4);
  return nothing ? 0.0f : magnitude / 127.0f;
}

void PackIntsTile(const float* rows, int64_t stride, int t, PackedInts* x) {
  const int columns = x->tile_columns(t);
  for (int k = 0; k < x->depth(); k += kBlockDepth) {
    const PackedInts::Cells cells = x->at(k, t);
    const int blocks = x->blocks_at(k);
    if (columns < kTileColumns) {
      std::memset(cells.values, 0, blocks * PackedInts::kCellValues);
      std::memset(cells.scales, 0, blocks * kTileColumns * sizeof(float));
      std::memset(cells.scaled_sums, 0, blocks * kTileColumns * sizeof(float));
      std::memset(cells.half_sums, 0, blocks * 2 * kTileColumns * sizeof(int32_t));
    }
    for (int c = 0; c < columns; ++c) {
      const float* from = rows + c * stride + k;
      for (int b = 0; b < blocks; ++b) {
        int32_t* half_sums = cells.half_sums + 2 * b * kTileColumns + c;
        const float scale = RoundBlock(
            from + b * kQuantBlock, cells.values + b * PackedInts::kCellValues + 4 * c, half_sums);
        cells.scales[b * kTileColumns + c] = scale;
        cells.scaled_sums[b * kTileColumns + c] =
            scale * static_cast<float>(half_sums[0] + half_sums[kTileColumns]);
      }
    }
  }
}

// ---- Weights ----

template <int kBits>
HWY_INLINE void UnpackWords(const uint8_t* strip, int blocks, uint32_t* words) {
  constexpr int kBlockBytes = kStripRows * kQuantBlock / 8 * kBits;
  const WordTag d;
  for (int b = 0; b < blocks; ++b, strip += kBlockBytes) {
    for (int r = 0; r < kStripRows; r += kLanes) {
      const uint8_t* in = strip + 4 * r;
      uint32_t* out = words + b * kBlockWords * kStripRows + r;
      hn::Store(UnpackWord<kBits, 0>(in), d, out);
      hn::Store(UnpackWord<kBits, 1>(in), d, out + kStripRows);
      hn::Store(UnpackWord<kBits, 2>(in), d, out + 2 * kStripRows);
      hn::Store(UnpackWord<kBits, 3>(in), d, out + 3 * kStripRows);
      hn::Store(UnpackWord<kBits, 4>(in), d, out + 4 * kStripRows);
      hn::Store(UnpackWord<kBits, 5>(in), d, out + 5 * kStripRows);
      hn::Store(UnpackWord<kBits, 6>(in), d, out + 6 * kStripRows);
      hn::Store(UnpackWord<kBits, 7>(in), d, out + 7 * kStripRows);
    }
  }
}

#if HWY_TARGET == HWY_NEON
// Signed weights: q - 128 if q is stored.
HWY_INLINE void UnpackSigned(const uint8_t* strip, int blocks, uint32_t* words) {
  const WordTag d;
  const auto* in = reinterpret_cast<const uint32_t*>(strip);
  for (int i = 0; i < blocks * kBlockWords * kStripRows; i += kLanes) {
    hn::Store(hn::Xor(hn::LoadU(d, in + i), hn::Set(d, 0x80808080u)), d, words + i);
  }
}
#endif

// The words of a strip of 8-bit weights for Tile() with the same `dot`: as they are
// or in `words`.
HWY_INLINE const uint32_t* Unpack8(const uint8_t* strip, int blocks, bool dot, uint32_t* words) {
#if HWY_TARGET == HWY_NEON
  (void)dot;
  UnpackSigned(strip, blocks, words);
  return words;
#else
#ifdef QUIPU_HAS_PAIRS
  if (!dot) {
    pairs::UnpackWide(strip, blocks, words);
    return words;
  }
#endif
  (void)blocks, (void)dot, (void)words;
  return reinterpret_cast<const uint32_t*>(strip);
#endif
}

// Unpacks up to 256 of depth of a panel into scratch, for Tile() with the same
// `dot`.
void UnpackPanel(const WeightPanels& w, const uint8_t* from, int blocks, bool dot,
                 Int8Scratch* scratch, Int8Args* args) {
  const PanelFormat& format = w.format();
  // Room for 8 bits widened to 16.
  constexpr int kStripWords = kMaxBlocks * kBlockWords * kStripRows * 2;
  auto* words = reinterpret_cast<uint32_t*>(scratch->words.Resize(kStrips * kStripWords));
  float* scales = scratch->scales.Resize(kStrips * kMaxBlocks * 2 * kStripRows);
  float* offsets = scratch->offsets.Resize(kStrips * kMaxBlocks * 2 * kStripRows);
  args->blocks = blocks;
  args->bits = format.bits;
  args->zero = format.zero;
  args->halves = format.scales_per_block();
  args->scales = scales;
  args->offsets = format.has_offset() ? offsets : nullptr;
  for (int s = 0; s < kStrips; ++s) {
    const uint8_t* strip = from + s * format.strip_bytes(blocks);
    const int first = s * blocks * args->halves * kStripRows;
    UnpackScales(format.scales, strip + blocks * format.block_bytes(), blocks, scales + first,
                 offsets + first);
    uint32_t* to = words + s * kStripWords;
    args->words[s] = to;
    if (format.bits == 2) {
      UnpackWords<2>(strip, blocks, to);
    } else if (format.bits == 4) {
      UnpackWords<4>(strip, blocks, to);
    } else if (format.bits == 5) {
      UnpackWords<5>(strip, blocks, to);
    } else if (format.bits == 6) {
      UnpackWords<6>(strip, blocks, to);
    } else {
      args->words[s] = Unpack8(strip, blocks, dot, to);
    }
  }
}

void MultiplyPanelInt8(const WeightPanels& w, int panel, const PackedInts& x, TileRange tiles,
                       float* out, int64_t out_stride, Int8Scratch* scratch) {
  const int64_t first = int64_t{panel} * kPanelRows;
  const int count = w.panel_rows(panel);
  // A partial panel computes into scratch.
  const bool whole = count == kPanelRows;
  float* target = whole ? out + first : scratch->out.Resize(size_t{kPanelRows} * x.columns());
  const bool dot = UsesDotInstruction();
  Int8Args args = {};
  args.out_stride = whole ? out_stride : kPanelRows;
  for (int k = 0; k < w.depth(); k += kBlockDepth) {
    const uint8_t* block = w.at(panel, k);
    const int64_t block_bytes = w.bytes_at(k);
    // What comes next: the panel's next block, or the next panel.
    StreamAhead ahead(block + block_bytes, block_bytes, tiles.size());
    UnpackPanel(w, block, x.blocks_at(k), dot, scratch, &args);
    args.accumulate = k > 0;
    for (int t = tiles.begin; t < tiles.end; ++t) {
      ahead.Advance();
      args.x = x.at(k, t);
      args.out = target + int64_t{t} * kTileColumns * args.out_stride;
      Tile(args, x.tile_columns(t), dot);
    }
  }
  if (!whole) {
    const int end = std::min(tiles.end * kTileColumns, x.columns());
    for (int c = tiles.begin * kTileColumns; c < end; ++c) {
      std::memcpy(out + c * out_stride + first, target + c * kPanelRows, count * sizeof(float));
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {

HWY_EXPORT(PackIntsTile);
HWY_EXPORT(MultiplyPanelInt8);
HWY_EXPORT(InstructionName);

void PackIntsTile(const float* rows, int64_t stride, int t, PackedInts* x) {
  HWY_DYNAMIC_DISPATCH(PackIntsTile)(rows, stride, t, x);
}

void MultiplyPanelInt8(const WeightPanels& w, int panel, const PackedInts& x, TileRange tiles,
                       float* out, int64_t out_stride, Int8Scratch* scratch) {
  HWY_DYNAMIC_DISPATCH(MultiplyPanelInt8)
  (w, panel, x, tiles, out, out_stride, scratch);
}

float MultiplyRowInt8(const WeightPanels& w, int64_t row, const PackedInts& x, int column) {
  const PanelFormat& format = w.format();
  const int c = column % kTileColumns;
  WeightPanels::Block block;
  float sum = 0;
  for (int b = 0; b < w.depth() / kQuantBlock; ++b) {
    w.ReadBlock(row, b, &block);
    const int k = b * kQuantBlock / kBlockDepth * kBlockDepth;
    const int cell = b - k / kQuantBlock;
    const PackedInts::Cells x_cells = x.at(k, column / kTileColumns);
    const int8_t* a = x_cells.values + cell * PackedInts::kCellValues + 4 * c;
    const float x_scale = x_cells.scales[cell * kTileColumns + c];
    const int halves = format.scales_per_block();
    int32_t dots[2] = {0, 0};
    for (int j = 0; j < kQuantBlock; ++j) {
      dots[j * halves / kQuantBlock] +=
          (block.q[j] - format.zero) * a[j / 4 * kTileColumns * 4 + j % 4];
    }
    for (int h = 0; h < halves; ++h) {
      sum = std::fmaf(block.scales[h] * x_scale, static_cast<float>(dots[h]), sum);
      if (!format.has_offset()) continue;
      const int32_t* half_sums = x_cells.half_sums + 2 * cell * kTileColumns + c;
      const int32_t x_sum =
          halves == 2 ? half_sums[h * kTileColumns] : half_sums[0] + half_sums[kTileColumns];
      sum = std::fmaf(block.offsets[h], x_scale * static_cast<float>(x_sum), sum);
    }
  }
  return sum;
}

const char* Int8InstructionName() { return HWY_DYNAMIC_DISPATCH(InstructionName)(); }

void UseDotInstructions(bool use) { DotInstructionsWanted() = use; }

}  // namespace quipu::inference
#endif  // HWY_ONCE
