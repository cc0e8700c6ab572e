// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Best-fit-decreasing bin packing of the whole set, with a segment tree over
// remaining space: O(N log L). From Ding et al., "Fewer truncations improve
// language modeling" (arXiv 2404.10830). Pure, deterministic.
//
//   ASSIGN_OR_RETURN(Packing p, Pack({9000, 7000, 400}, 16384, /*seed=*/1));  // 2 bins
#ifndef QUIPU_GENERATOR_ROWS_PACKER_H_
#define QUIPU_GENERATOR_ROWS_PACKER_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace quipu::generator {

struct Packing {
  // Indices of the packed lengths by bin; within a bin in order.
  std::vector<std::vector<uint32_t>> bins;
  // Indices of lengths over the capacity; never cut.
  std::vector<uint32_t> too_long;
  uint64_t packed_tokens = 0;
  // ceil(packed_tokens / capacity): no packing has fewer bins.
  uint64_t lower_bound = 0;
};

// Packs `lengths` (tokens) into bins of `capacity`, any number from 1 to 2^26.
// Among equal lengths the order is drawn from `seed`, so that neighbours in the
// input do not stay neighbours. INVALID_ARGUMENT for a zero length or a
// capacity out of range.
absl::StatusOr<Packing> Pack(absl::Span<const uint32_t> lengths, uint32_t capacity, uint64_t seed);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_PACKER_H_
