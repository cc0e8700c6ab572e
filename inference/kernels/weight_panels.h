// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A weight matrix repacked, without loss, into the order in which the GEMM
// kernels read it: contiguous panels of 32 rows, rows running fastest, so that
// unpacking needs no transposition.
//
//   WeightPanels panels(matrix);                    // reserves memory
//   for (int p = 0; p < panels.count(); ++p) panels.Fill(matrix, p);
//   // The file's pages are no longer needed.
//
// Quantised types keep their bits: a 4-bit weight stays 4 bits, with the file's
// own scales and offsets (see gguf/quant_blocks.h).
//
// Layout of a quantised panel: two strips of 16 rows per 256 of depth. A strip
// of n blocks of 32 has n times the values of a block, then the scales.
// The values of a block, as bytes [..][row of 16][i of 4]:
//   bits 0-1  [2]: as bits 4-5                    (2-bit types, which have no nibbles)
//   bits 0-3  [4]: low nibble of [j] is depth 8j + i, high nibble 8j + 4 + i
//   bit 4     [1]: bit t is depth 4t + i          (5-bit types)
//   bits 4-5  [2]: bits 2t, 2t+1 of [h] are depth 16h + 4t + i   (6-bit types)
//   bits 0-7  [8]: [t] is depth 4t + i            (8-bit types)
// Layout of a panel of F32, F16 or BF16: [depth][row of 32].
// Rows that pad the last panel are zero.
//
// Thread-compatible; threads may fill different panels.
#ifndef QUIPU_INFERENCE_KERNELS_WEIGHT_PANELS_H_
#define QUIPU_INFERENCE_KERNELS_WEIGHT_PANELS_H_

#include <cstddef>
#include <cstdint>

#include "inference/gguf/quant_blocks.h"
#include "inference/gguf/tensor_type.h"
#include "inference/kernels/packed_columns.h"

namespace quipu::inference {

// A weight matrix as stored in the model file: `rows` rows of `depth` values.
struct WeightMatrix {
  TensorType type = TensorType::kF32;
  const uint8_t* data = nullptr;
  int64_t rows = 0;
  int depth = 0;

  const uint8_t* row(int64_t r) const { return data + r * RowBytes(type, depth); }
  uint64_t bytes() const { return rows * RowBytes(type, depth); }
};

// Rows of a strip.
inline constexpr int kStripRows = 16;

// A strip has its scales after its values, as [of a row][row of 16]:
//   kHalf         half scale [n]
//   kHalfOffset   half scale [n], half offset [n]
//   kSuperOffset  half d, half dmin, uint8 scale [8], uint8 min [8]
//   kSuper        half d, int8 scale [8]
//   kSuperHalves  half d, int8 scale [16 of depth 16]
//   kSuperOffsetHalves  half d, half dmin, uint8 scale and minimum [16 of depth 16]
struct PanelFormat : QuantFormat {
  // Bytes of a block's values, for 16 rows.
  int block_bytes() const { return kStripRows * kQuantBlock / 8 * bits; }
  // Bytes of a strip of `blocks` blocks.
  int strip_bytes(int blocks) const;
};

class WeightPanels {
 public:
  WeightPanels() = default;
  // Reserves memory for `matrix`; filling panels touches it. REQUIRES: rows
  // consist of whole blocks.
  explicit WeightPanels(const WeightMatrix& matrix);
  ~WeightPanels();
  WeightPanels(WeightPanels&& other) noexcept;
  WeightPanels& operator=(WeightPanels&& other) noexcept;

  // Repacks the rows of `panel` from the matrix passed to the constructor.
  void Fill(const WeightMatrix& matrix, int panel);
  // The same from other rows, which begin at row `first` of `matrix`. REQUIRES:
  // it has the type and depth of the constructor's.
  void FillFrom(const WeightMatrix& matrix, int64_t first, int panel);

  TensorType type() const { return type_; }
  const PanelFormat& format() const { return format_; }
  int64_t rows() const { return rows_; }
  int depth() const { return depth_; }
  int count() const { return static_cast<int>((rows_ + kPanelRows - 1) / kPanelRows); }
  // How many rows of `panel` the matrix has.
  int panel_rows(int panel) const {
    const int64_t left = rows_ - int64_t{panel} * kPanelRows;
    return static_cast<int>(left < kPanelRows ? left : kPanelRows);
  }
  int64_t bytes() const { return count() * panel_bytes_; }

  // The part of `panel` from depth `k`, a multiple of kBlockDepth.
  const uint8_t* at(int panel, int k) const;
  // Bytes of that part: up to kBlockDepth of depth.
  int64_t bytes_at(int k) const;

  // The 32 values of `row` from depth 32 * block: q, and of the first and the
  // second 16 the scale and the offset (0 if the format has none). REQUIRES:
  // format().quantised().
  struct Block {
    uint8_t q[kQuantBlock];
    float scales[2];
    float offsets[2];
  };
  void ReadBlock(int64_t row, int block, Block* out) const;

  // One row as floats: the same bits as DequantizeRow gives for the file's row.
  void Row(int64_t row, float* out) const;

 private:
  uint8_t* mutable_at(int panel, int k) { return const_cast<uint8_t*>(at(panel, k)); }
  void FillFloats(const WeightMatrix& matrix, int64_t first, int panel);

  TensorType type_ = TensorType::kF32;
  PanelFormat format_;
  int64_t rows_ = 0;
  int depth_ = 0;
  int64_t panel_bytes_ = 0;
  uint8_t* data_ = nullptr;
  int64_t mapped_bytes_ = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_WEIGHT_PANELS_H_
