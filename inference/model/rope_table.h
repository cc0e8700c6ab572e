// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Cosines and sines of the rotary position embedding, per position. Angles are
// computed in double by base/exact_math.h, so they are the same on every
// machine.
//
//   ASSIGN_OR_RETURN(RopeTable table, RopeTable::Create(params, params.rope, factors, options));
//   RETURN_IF_ERROR(table.Grow(positions));
//   Rotate(table.pairs(), table.Cos(p), table.Sin(p), head_dim, x);
//
// Scaling: none; linear (positions divided by the factor); Llama 3 (from the
// file's rope_freqs.weight, or computed from the options); YaRN (Peng et al.,
// arXiv 2309.00071), with its factor on cosines and sines.
// Thread-compatible; reading is thread-safe between calls of Grow.
#ifndef QUIPU_INFERENCE_MODEL_ROPE_TABLE_H_
#define QUIPU_INFERENCE_MODEL_ROPE_TABLE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "inference/kernels/rope.h"
#include "inference/model/hyper_parameters.h"
#include "inference/model/rope_settings.h"

namespace quipu::inference {

class RopeTable {
 public:
  // The angle of the fastest pair in radians equals the position: exact sines
  // end here.
  static constexpr int kMaxPositions = 1000000;

  // `factors` divide the frequencies, if there are any. INVALID_ARGUMENT if a
  // setting or option is out of range or missing; UNIMPLEMENTED, naming it, for
  // another kind of scaling.
  static absl::StatusOr<RopeTable> Create(const HyperParameters& params,
                                          const RopeSettings& settings,
                                          absl::Span<const float> factors,
                                          const RopeOptions& options);

  // Computes positions 0 .. positions - 1. OUT_OF_RANGE above kMaxPositions.
  absl::Status Grow(int positions);

  RopePairs pairs() const { return pairs_; }
  // In the layout that Rotate() reads. REQUIRES: position computed.
  const float* Cos(int position) const { return cos_.data() + int64_t{position} * head_dim_; }
  const float* Sin(int position) const { return sin_.data() + int64_t{position} * head_dim_; }

  // Angle per position of each pair, and the factor on cosines and sines.
  absl::Span<const double> frequencies() const { return frequencies_; }
  double magnitude() const { return magnitude_; }

 private:
  RopeTable() = default;

  int head_dim_ = 0;
  RopePairs pairs_ = RopePairs::kAdjacent;
  std::vector<double> frequencies_;
  double magnitude_ = 1;
  int positions_ = 0;
  std::vector<float> cos_;
  std::vector<float> sin_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_ROPE_TABLE_H_
