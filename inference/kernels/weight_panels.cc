// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/weight_panels.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/log.h"

namespace quipu::inference {
namespace {

constexpr int kStrips = kPanelRows / kStripRows;
constexpr int kMaxBlocks = kBlockDepth / kQuantBlock;
constexpr int kSubBlocks = kBlockDepth / 16;  // Q6_K's scales in 256 values.

int BlocksAt(int depth, int k) { return std::min(kBlockDepth, depth - k) / kQuantBlock; }

uint16_t LoadHalf(const uint8_t* bytes) {
  uint16_t bits;
  std::memcpy(&bits, bytes, sizeof(bits));
  return bits;
}

// The integers and scales of up to 256 values of one row.
struct RowQuants {
  uint8_t q[kBlockDepth];
  // kHalf, kHalfOffset: of each block. The super kinds: [0] is d and dmin.
  uint16_t scale[kMaxBlocks];
  uint16_t offset[kMaxBlocks];
  // The super kinds: 6-bit scales and minima, or Q6_K's signed scales.
  uint8_t sub_scale[kSubBlocks];
  uint8_t sub_min[kMaxBlocks];
};

// 16 bytes of nibbles: value j in the low half of byte j, j + 16 in the high.
void SplitNibbles(const uint8_t* qs, uint8_t* q) {
  for (int j = 0; j < 16; ++j) {
    q[j] = qs[j] & 15;
    q[j + 16] = qs[j] >> 4;
  }
}

void AddFifthBits(uint32_t bits, uint8_t* q) {
  for (int j = 0; j < kQuantBlock; ++j) q[j] = static_cast<uint8_t>(q[j] | ((bits >> j & 1) << 4));
}

// Q4_0, Q4_1, Q5_0, Q5_1: half d [m]; uint32 fifth bits [Q5]; 16 nibble bytes.
void ReadNibbleBlocks(const uint8_t* in, int blocks, bool offset, bool fifth, RowQuants* out) {
  for (int b = 0; b < blocks; ++b) {
    out->scale[b] = LoadHalf(in);
    in += 2;
    if (offset) {
      out->offset[b] = LoadHalf(in);
      in += 2;
    }
    uint32_t bits = 0;
    if (fifth) {
      std::memcpy(&bits, in, sizeof(bits));
      in += sizeof(bits);
    }
    uint8_t* q = out->q + b * kQuantBlock;
    SplitNibbles(in, q);
    if (fifth) AddFifthBits(bits, q);
    in += 16;
  }
}

// half d; int8 q[32]: stored as q + 128.
void ReadQ8_0(const uint8_t* in, int blocks, RowQuants* out) {
  for (int b = 0; b < blocks; ++b, in += 34) {
    out->scale[b] = LoadHalf(in);
    for (int j = 0; j < kQuantBlock; ++j) out->q[b * kQuantBlock + j] = in[2 + j] ^ 0x80;
  }
}

// half d, dmin; 12 bytes with eight pairs of 6 bits, the first four whole, the
// last four split; [32 bytes of fifth bits, Q5_K]; 128 bytes of nibbles, the
// low ones of 32 bytes before the high ones.
void ReadSuperOffset(const uint8_t* in, bool fifth, RowQuants* out) {
  out->scale[0] = LoadHalf(in);
  out->offset[0] = LoadHalf(in + 2);
  const uint8_t* packed = in + 4;
  for (int j = 0; j < 4; ++j) {
    out->sub_scale[j] = packed[j] & 63;
    out->sub_min[j] = packed[j + 4] & 63;
    out->sub_scale[j + 4] = static_cast<uint8_t>((packed[j + 8] & 15) | ((packed[j] >> 6) << 4));
    out->sub_min[j + 4] = static_cast<uint8_t>((packed[j + 8] >> 4) | ((packed[j + 4] >> 6) << 4));
  }
  const uint8_t* qh = in + 16;
  const uint8_t* qs = fifth ? in + 48 : in + 16;
  for (int b = 0; b < kMaxBlocks; ++b) {
    uint8_t* q = out->q + b * kQuantBlock;
    const uint8_t* nibbles = qs + b / 2 * 32;
    for (int j = 0; j < kQuantBlock; ++j) {
      q[j] = b % 2 == 0 ? nibbles[j] & 15 : nibbles[j] >> 4;
      if (fifth) q[j] = static_cast<uint8_t>(q[j] | ((qh[j] >> b & 1) << 4));
    }
  }
}

// uint8 ql[128], qh[64]; int8 scales[16]; half d. Each half of 128 values: four
// runs of 32, low four bits from nibbles of ql, two high bits from qh.
void ReadQ6_K(const uint8_t* in, RowQuants* out) {
  for (int half = 0; half < 2; ++half) {
    const uint8_t* ql = in + 64 * half;
    const uint8_t* qh = in + 128 + 32 * half;
    uint8_t* q = out->q + 128 * half;
    for (int j = 0; j < 32; ++j) {
      const int h = qh[j];
      q[j] = static_cast<uint8_t>((ql[j] & 15) | (h & 3) << 4);
      q[j + 32] = static_cast<uint8_t>((ql[j + 32] & 15) | (h >> 2 & 3) << 4);
      q[j + 64] = static_cast<uint8_t>((ql[j] >> 4) | (h >> 4 & 3) << 4);
      q[j + 96] = static_cast<uint8_t>((ql[j + 32] >> 4) | (h >> 6) << 4);
    }
  }
  std::memcpy(out->sub_scale, in + 192, kSubBlocks);
  out->scale[0] = LoadHalf(in + 208);
}

void ReadRow(TensorType type, const uint8_t* in, int blocks, RowQuants* out) {
  switch (type) {
    case TensorType::kQ4_0:
      return ReadNibbleBlocks(in, blocks, false, false, out);
    case TensorType::kQ4_1:
      return ReadNibbleBlocks(in, blocks, true, false, out);
    case TensorType::kQ5_0:
      return ReadNibbleBlocks(in, blocks, false, true, out);
    case TensorType::kQ5_1:
      return ReadNibbleBlocks(in, blocks, true, true, out);
    case TensorType::kQ8_0:
      return ReadQ8_0(in, blocks, out);
    case TensorType::kQ4_K:
      return ReadSuperOffset(in, false, out);
    case TensorType::kQ5_K:
      return ReadSuperOffset(in, true, out);
    case TensorType::kQ6_K:
      return ReadQ6_K(in, out);
    case TensorType::kF32:
    case TensorType::kF16:
    case TensorType::kBF16:
      break;
  }
  QUIPU_CHECK(false) << "not a quantised type";
}

uint32_t LoadWord(const uint8_t* bytes) {
  uint32_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// Puts the 32 values `q` of row `row` into the block at `to`: four bytes at a
// time, of which none reaches into the next.
void PackBlock(int bits, const uint8_t* q, int row, uint8_t* to) {
  const auto store = [&](int vector, uint32_t word) {
    std::memcpy(to + vector * 4 * kStripRows + 4 * row, &word, sizeof(word));
  };
  if (bits == 8) {
    for (int t = 0; t < 8; ++t) store(t, LoadWord(q + 4 * t));
    return;
  }
  constexpr uint32_t kNibbles = 0x0F0F0F0Fu;
  for (int j = 0; j < 4; ++j) {
    store(j, (LoadWord(q + 8 * j) & kNibbles) | (LoadWord(q + 8 * j + 4) & kNibbles) << 4);
  }
  const int high = bits - 4;  // Bits above the nibble: 0, 1 or 2.
  for (int plane = 0; plane < high; ++plane) {
    uint32_t word = 0;
    const int words = 8 / high;  // Words of values that share the plane.
    for (int t = 0; t < words; ++t) {
      word |= ((LoadWord(q + 4 * (plane * words + t)) >> 4) & kNibbles) << (t * high);
    }
    store(4 + plane, word);
  }
}

// The inverse.
void UnpackBlock(int bits, const uint8_t* from, int row, uint8_t* q) {
  const auto at = [&](int vector) { return from + vector * 4 * kStripRows + 4 * row; };
  if (bits == 8) {
    for (int t = 0; t < 8; ++t) std::memcpy(q + 4 * t, at(t), 4);
    return;
  }
  for (int j = 0; j < 4; ++j) {
    for (int i = 0; i < 4; ++i) {
      q[8 * j + i] = at(j)[i] & 15;
      q[8 * j + 4 + i] = at(j)[i] >> 4;
    }
  }
  const int high = bits - 4;
  const int mask = (1 << high) - 1;
  for (int k = 0; k < kQuantBlock && high > 0; ++k) {
    const int t = k / 4 * high;
    q[k] = static_cast<uint8_t>(q[k] | ((at(4 + t / 8)[k % 4] >> (t % 8)) & mask) << 4);
  }
}

// Puts the scales of row `row` behind the values of its strip.
void PackScales(ScaleKind kind, const RowQuants& from, int blocks, int row, uint8_t* to) {
  auto* halves = reinterpret_cast<uint16_t*>(to);
  switch (kind) {
    case ScaleKind::kNone:
      return;
    case ScaleKind::kHalf:
    case ScaleKind::kHalfOffset:
      for (int b = 0; b < blocks; ++b) {
        halves[b * kStripRows + row] = from.scale[b];
        if (kind == ScaleKind::kHalfOffset)
          halves[(blocks + b) * kStripRows + row] = from.offset[b];
      }
      return;
    case ScaleKind::kSuperOffset:
      halves[row] = from.scale[0];
      halves[kStripRows + row] = from.offset[0];
      to += 4 * kStripRows;
      for (int b = 0; b < kMaxBlocks; ++b) {
        to[b * kStripRows + row] = from.sub_scale[b];
        to[(kMaxBlocks + b) * kStripRows + row] = from.sub_min[b];
      }
      return;
    case ScaleKind::kSuperHalves:
      halves[row] = from.scale[0];
      to += 2 * kStripRows;
      for (int s = 0; s < kSubBlocks; ++s) to[s * kStripRows + row] = from.sub_scale[s];
      return;
  }
}

// Scale and offset of a row's values from block `b`, sub-block `half`.
void ReadScale(ScaleKind kind, const uint8_t* scales, int blocks, int row, int b, int half,
               float* scale, float* offset) {
  const auto* halves = reinterpret_cast<const uint16_t*>(scales);
  *offset = 0;
  switch (kind) {
    case ScaleKind::kNone:
      return;
    case ScaleKind::kHalf:
    case ScaleKind::kHalfOffset:
      *scale = HalfToFloat(halves[b * kStripRows + row]);
      if (kind == ScaleKind::kHalfOffset)
        *offset = HalfToFloat(halves[(blocks + b) * kStripRows + row]);
      return;
    case ScaleKind::kSuperOffset:
      scales += 4 * kStripRows;
      *scale = HalfToFloat(halves[row]) * static_cast<float>(scales[b * kStripRows + row]);
      *offset = -(HalfToFloat(halves[kStripRows + row]) *
                  static_cast<float>(scales[(kMaxBlocks + b) * kStripRows + row]));
      return;
    case ScaleKind::kSuperHalves:
      scales += 2 * kStripRows;
      *scale = HalfToFloat(halves[row]) *
               static_cast<float>(static_cast<int8_t>(scales[(2 * b + half) * kStripRows + row]));
      return;
  }
}

// `rows` rows of values of T from row `first`, to [depth][row of 32].
template <typename T>
void TransposeRows(const WeightMatrix& matrix, int64_t first, int rows, uint8_t* to) {
  // Square by square, so that what is written stays in cache.
  for (int begin = 0; begin < matrix.depth; begin += kPanelRows) {
    const int end = std::min(matrix.depth, begin + kPanelRows);
    for (int r = 0; r < rows; ++r) {
      const uint8_t* in = matrix.row(first + r);
      for (int k = begin; k < end; ++k) {
        std::memcpy(to + (int64_t{k} * kPanelRows + r) * sizeof(T), in + k * sizeof(T), sizeof(T));
      }
    }
  }
}

}  // namespace

int PanelFormat::strip_bytes(int blocks) const {
  const int values = blocks * block_bytes();
  switch (scales) {
    case ScaleKind::kNone:
      return 0;
    case ScaleKind::kHalf:
      return values + blocks * 2 * kStripRows;
    case ScaleKind::kHalfOffset:
      return values + blocks * 4 * kStripRows;
    case ScaleKind::kSuperOffset:
      return values + 4 * kStripRows + blocks * 2 * kStripRows;
    case ScaleKind::kSuperHalves:
      return values + 2 * kStripRows + blocks * 2 * kStripRows;
  }
  return 0;
}

PanelFormat FormatOf(TensorType type) {
  switch (type) {
    case TensorType::kF32:
    case TensorType::kF16:
    case TensorType::kBF16:
      return {};
    case TensorType::kQ4_0:
      return {4, 8, ScaleKind::kHalf};
    case TensorType::kQ4_1:
      return {4, 0, ScaleKind::kHalfOffset};
    case TensorType::kQ5_0:
      return {5, 16, ScaleKind::kHalf};
    case TensorType::kQ5_1:
      return {5, 0, ScaleKind::kHalfOffset};
    case TensorType::kQ8_0:
      return {8, 128, ScaleKind::kHalf};
    case TensorType::kQ4_K:
      return {4, 0, ScaleKind::kSuperOffset};
    case TensorType::kQ5_K:
      return {5, 0, ScaleKind::kSuperOffset};
    case TensorType::kQ6_K:
      return {6, 32, ScaleKind::kSuperHalves};
  }
  return {};
}

WeightPanels::WeightPanels(const WeightMatrix& matrix)
    : type_(matrix.type), format_(FormatOf(matrix.type)), rows_(matrix.rows), depth_(matrix.depth) {
  QUIPU_CHECK(depth_ % BlockElements(type_) == 0)
      << "rows of " << depth_ << " values are not whole blocks";
  for (int k = 0; k < depth_; k += kBlockDepth) panel_bytes_ += bytes_at(k);
  mapped_bytes_ = std::max<int64_t>(bytes(), 1);
  void* memory = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  QUIPU_CHECK(memory != MAP_FAILED) << "cannot reserve " << mapped_bytes_ << " bytes for weights";
  // Fewer address translations; a kernel that cannot is as good, only slower.
  madvise(memory, mapped_bytes_, MADV_HUGEPAGE);
  data_ = static_cast<uint8_t*>(memory);
}

WeightPanels::~WeightPanels() {
  if (data_ != nullptr) munmap(data_, mapped_bytes_);
}

WeightPanels::WeightPanels(WeightPanels&& other) noexcept { *this = std::move(other); }

WeightPanels& WeightPanels::operator=(WeightPanels&& other) noexcept {
  std::swap(type_, other.type_);
  std::swap(format_, other.format_);
  std::swap(rows_, other.rows_);
  std::swap(depth_, other.depth_);
  std::swap(panel_bytes_, other.panel_bytes_);
  std::swap(data_, other.data_);
  std::swap(mapped_bytes_, other.mapped_bytes_);
  return *this;
}

const uint8_t* WeightPanels::at(int panel, int k) const {
  const uint8_t* begin = data_ + panel * panel_bytes_;
  if (!format_.quantised())
    return begin + int64_t{kPanelRows} * static_cast<int64_t>(RowBytes(type_, k));
  return begin + int64_t{k} / kBlockDepth * kStrips * format_.strip_bytes(kMaxBlocks);
}

int64_t WeightPanels::bytes_at(int k) const {
  const int depth = std::min(kBlockDepth, depth_ - k);
  if (!format_.quantised())
    return int64_t{kPanelRows} * static_cast<int64_t>(RowBytes(type_, depth));
  return int64_t{kStrips} * format_.strip_bytes(depth / kQuantBlock);
}

void WeightPanels::Fill(const WeightMatrix& matrix, int panel) {
  if (!format_.quantised()) return FillFloats(matrix, panel);
  const int rows = panel_rows(panel);
  std::memset(mutable_at(panel, 0), 0, panel_bytes_);
  RowQuants quants;
  for (int r = 0; r < rows; ++r) {
    const uint8_t* in = matrix.row(int64_t{panel} * kPanelRows + r);
    for (int k = 0; k < depth_; k += kBlockDepth) {
      const int blocks = BlocksAt(depth_, k);
      ReadRow(type_, in + RowBytes(type_, k), blocks, &quants);
      uint8_t* strip = mutable_at(panel, k) + r / kStripRows * format_.strip_bytes(blocks);
      for (int b = 0; b < blocks; ++b) {
        PackBlock(format_.bits, quants.q + b * kQuantBlock, r % kStripRows,
                  strip + b * format_.block_bytes());
      }
      PackScales(format_.scales, quants, blocks, r % kStripRows,
                 strip + blocks * format_.block_bytes());
    }
  }
}

void WeightPanels::FillFloats(const WeightMatrix& matrix, int panel) {
  uint8_t* to = mutable_at(panel, 0);
  if (panel_rows(panel) < kPanelRows) std::memset(to, 0, panel_bytes_);
  if (BlockBytes(type_) == sizeof(uint32_t)) {
    TransposeRows<uint32_t>(matrix, int64_t{panel} * kPanelRows, panel_rows(panel), to);
  } else {
    TransposeRows<uint16_t>(matrix, int64_t{panel} * kPanelRows, panel_rows(panel), to);
  }
}

void WeightPanels::ReadBlock(int64_t row, int block, Block* out) const {
  const int r = static_cast<int>(row % kPanelRows);
  const int k = block / kMaxBlocks * kBlockDepth;
  const int blocks = BlocksAt(depth_, k);
  const uint8_t* strip =
      at(static_cast<int>(row / kPanelRows), k) + r / kStripRows * format_.strip_bytes(blocks);
  const int b = block % kMaxBlocks;
  UnpackBlock(format_.bits, strip + b * format_.block_bytes(), r % kStripRows, out->q);
  for (int half = 0; half < 2; ++half) {
    ReadScale(format_.scales, strip + blocks * format_.block_bytes(), blocks, r % kStripRows, b,
              half, &out->scales[half], &out->offset);
  }
}

void WeightPanels::Row(int64_t row, float* out) const {
  if (!format_.quantised()) {
    const uint8_t* from = at(static_cast<int>(row / kPanelRows), 0);
    const int size = BlockBytes(type_);
    const int r = static_cast<int>(row % kPanelRows);
    for (int k = 0; k < depth_; ++k)
      DequantizeRow(type_, from + (k * kPanelRows + r) * size, 1, out + k);
    return;
  }
  Block block;
  for (int b = 0; b < depth_ / kQuantBlock; ++b) {
    ReadBlock(row, b, &block);
    for (int j = 0; j < kQuantBlock; ++j) {
      const float value = static_cast<float>(block.q[j] - format_.zero) * block.scales[j / 16];
      out[b * kQuantBlock + j] = format_.has_offset() ? value + block.offset : value;
    }
  }
}

}  // namespace quipu::inference
