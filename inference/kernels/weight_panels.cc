// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/kernels/weight_panels.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "inference/gguf/quants.h"

namespace quipu::inference {
namespace {

constexpr int kStrips = kPanelRows / kStripRows;
static_assert(kBlockDepth == kQuantRun, "a strip holds a run of each row");
constexpr int kMaxBlocks = kQuantRun / kQuantBlock;
constexpr int kSixteens = kQuantRun / 16;

int BlocksAt(int depth, int k) { return std::min(kBlockDepth, depth - k) / kQuantBlock; }

uint32_t LoadWord(const uint8_t* bytes) {
  uint32_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// Vectors of nibbles in a block of fewer than 8 bits, which are also the bits of a nibble;
// 2-bit types have only planes of higher bits.
int NibbleVectors(int bits) { return bits < 4 ? 0 : 4; }

// Puts the 32 values `q` of row `row` into the block at `to`, four bytes at a
// time. No write reaches into the next block.
void PackBlock(int bits, const uint8_t* q, int row, uint8_t* to) {
  const auto store = [&](int vector, uint32_t word) {
    std::memcpy(to + vector * 4 * kStripRows + 4 * row, &word, sizeof(word));
  };
  if (bits == 8) {
    for (int t = 0; t < 8; ++t) store(t, LoadWord(q + 4 * t));
    return;
  }
  constexpr uint32_t kNibbles = 0x0F0F0F0Fu;
  const int nibbles = NibbleVectors(bits);
  for (int j = 0; j < nibbles; ++j) {
    store(j, (LoadWord(q + 8 * j) & kNibbles) | (LoadWord(q + 8 * j + 4) & kNibbles) << 4);
  }
  const int high = bits - nibbles;  // Bits of a plane: 0, 1 or 2.
  for (int plane = 0; plane < high; ++plane) {
    uint32_t word = 0;
    const int words = 8 / high;  // Words of values that share the plane.
    for (int t = 0; t < words; ++t) {
      word |= ((LoadWord(q + 4 * (plane * words + t)) >> nibbles) & kNibbles) << (t * high);
    }
    store(nibbles + plane, word);
  }
}

// The inverse.
void UnpackBlock(int bits, const uint8_t* from, int row, uint8_t* q) {
  const auto at = [&](int vector) { return from + vector * 4 * kStripRows + 4 * row; };
  if (bits == 8) {
    for (int t = 0; t < 8; ++t) std::memcpy(q + 4 * t, at(t), 4);
    return;
  }
  const int nibbles = NibbleVectors(bits);
  std::memset(q, 0, kQuantBlock);
  for (int j = 0; j < nibbles; ++j) {
    for (int i = 0; i < 4; ++i) {
      q[8 * j + i] = at(j)[i] & 15;
      q[8 * j + 4 + i] = at(j)[i] >> 4;
    }
  }
  const int high = bits - nibbles;
  const int mask = (1 << high) - 1;
  for (int k = 0; k < kQuantBlock && high > 0; ++k) {
    const int t = k / 4 * high;
    const int plane = at(nibbles + t / 8)[k % 4] >> (t % 8) & mask;
    q[k] = static_cast<uint8_t>(q[k] | plane << nibbles);
  }
}

// Puts the scales of row `row` after the values of its strip.
void PackScales(ScaleKind kind, const QuantRun& from, int blocks, int row, uint8_t* to) {
  auto* halves = reinterpret_cast<uint16_t*>(to);
  switch (kind) {
    case ScaleKind::kNone:
      return;
    case ScaleKind::kHalf:
    case ScaleKind::kHalfOffset:
      for (int b = 0; b < blocks; ++b) {
        halves[b * kStripRows + row] = from.d[b];
        if (kind == ScaleKind::kHalfOffset)
          halves[(blocks + b) * kStripRows + row] = from.offset[b];
      }
      return;
    case ScaleKind::kSuperOffset:
      halves[row] = from.d[0];
      halves[kStripRows + row] = from.offset[0];
      to += 4 * kStripRows;
      for (int b = 0; b < kMaxBlocks; ++b) {
        to[b * kStripRows + row] = from.sub_scale[b];
        to[(kMaxBlocks + b) * kStripRows + row] = from.sub_min[b];
      }
      return;
    case ScaleKind::kSuper:
      halves[row] = from.d[0];
      to += 2 * kStripRows;
      for (int b = 0; b < kMaxBlocks; ++b) to[b * kStripRows + row] = from.sub_scale[b];
      return;
    case ScaleKind::kSuperHalves:
      halves[row] = from.d[0];
      to += 2 * kStripRows;
      for (int s = 0; s < kSixteens; ++s) to[s * kStripRows + row] = from.sub_scale[s];
      return;
    case ScaleKind::kSuperOffsetHalves:
      halves[row] = from.d[0];
      halves[kStripRows + row] = from.offset[0];
      to += 4 * kStripRows;
      for (int s = 0; s < kSixteens; ++s) to[s * kStripRows + row] = from.sub_scale[s];
      return;
  }
}

// The inverse, of values [16 * sixteen, 16 * sixteen + 16).
RawScale UnpackScale(ScaleKind kind, const uint8_t* from, int blocks, int row, int sixteen) {
  const auto* halves = reinterpret_cast<const uint16_t*>(from);
  const int b = sixteen / 2;
  RawScale raw;
  switch (kind) {
    case ScaleKind::kNone:
      break;
    case ScaleKind::kHalf:
    case ScaleKind::kHalfOffset:
      raw.d = halves[b * kStripRows + row];
      if (kind == ScaleKind::kHalfOffset) raw.offset = halves[(blocks + b) * kStripRows + row];
      break;
    case ScaleKind::kSuperOffset:
      raw.d = halves[row];
      raw.offset = halves[kStripRows + row];
      from += 4 * kStripRows;
      raw.sub_scale = from[b * kStripRows + row];
      raw.sub_min = from[(kMaxBlocks + b) * kStripRows + row];
      break;
    case ScaleKind::kSuper:
      raw.d = halves[row];
      raw.sub_scale = from[2 * kStripRows + b * kStripRows + row];
      break;
    case ScaleKind::kSuperHalves:
      raw.d = halves[row];
      raw.sub_scale = from[2 * kStripRows + sixteen * kStripRows + row];
      break;
    case ScaleKind::kSuperOffsetHalves:
      raw.d = halves[row];
      raw.offset = halves[kStripRows + row];
      raw.sub_scale = from[4 * kStripRows + sixteen * kStripRows + row];
      break;
  }
  return raw;
}

// `rows` rows of values of T from row `first`, to [depth][row of 32].
template <typename T>
void TransposeRows(const WeightMatrix& matrix, int64_t first, int rows, uint8_t* to) {
  // Square by square, so that the output stays in cache.
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
    case ScaleKind::kSuper:
      return values + 2 * kStripRows + blocks * kStripRows;
    case ScaleKind::kSuperHalves:
      return values + 2 * kStripRows + blocks * 2 * kStripRows;
    case ScaleKind::kSuperOffsetHalves:
      return values + 4 * kStripRows + blocks * 2 * kStripRows;
  }
  return 0;
}

WeightPanels::WeightPanels(const WeightMatrix& matrix)
    : type_(matrix.type), format_{FormatOf(matrix.type)}, rows_(matrix.rows), depth_(matrix.depth) {
  QUIPU_CHECK(depth_ % BlockElements(type_) == 0)
      << "rows of " << depth_ << " values are not whole blocks";
  for (int k = 0; k < depth_; k += kBlockDepth) panel_bytes_ += bytes_at(k);
  mapped_bytes_ = std::max<int64_t>(bytes(), 1);
  void* memory = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  QUIPU_CHECK(memory != MAP_FAILED) << "cannot reserve " << mapped_bytes_ << " bytes for weights";
  // Fewer address translations. A kernel without huge pages is only slower.
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
  FillFrom(matrix, int64_t{panel} * kPanelRows, panel);
}

void WeightPanels::FillFrom(const WeightMatrix& matrix, int64_t first, int panel) {
  if (!format_.quantised()) return FillFloats(matrix, first, panel);
  const int rows = panel_rows(panel);
  std::memset(mutable_at(panel, 0), 0, panel_bytes_);
  QuantRun quants;
  for (int r = 0; r < rows; ++r) {
    const uint8_t* in = matrix.row(first + r);
    for (int k = 0; k < depth_; k += kBlockDepth) {
      const int blocks = BlocksAt(depth_, k);
      ReadQuantRun(type_, in + RowBytes(type_, k), blocks, &quants);
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

void WeightPanels::FillFloats(const WeightMatrix& matrix, int64_t first, int panel) {
  uint8_t* to = mutable_at(panel, 0);
  if (panel_rows(panel) < kPanelRows) std::memset(to, 0, panel_bytes_);
  if (BlockBytes(type_) == sizeof(uint32_t)) {
    TransposeRows<uint32_t>(matrix, first, panel_rows(panel), to);
  } else {
    TransposeRows<uint16_t>(matrix, first, panel_rows(panel), to);
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
  const uint8_t* scales = strip + blocks * format_.block_bytes();
  for (int half = 0; half < 2; ++half) {
    const RawScale raw = UnpackScale(format_.scales, scales, blocks, r % kStripRows, 2 * b + half);
    const QuantScale scale = ScaleOf(format_.scales, raw);
    out->scales[half] = scale.scale;
    out->offsets[half] = scale.offset;
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
      const QuantScale scale = {block.scales[j / 16], block.offsets[j / 16]};
      out[b * kQuantBlock + j] = format_.Value(block.q[j], scale);
    }
  }
}

}  // namespace quipu::inference
