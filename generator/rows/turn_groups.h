// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which pairs of a document share a long row, and in which order they are asked. Pure.
//
//   GroupTurns(task_ids, spec.seed(), spec.instances().max_turns(), [&](const auto& group) {
//     return TokensOf(group) <= spec.instances().context_tokens();
//   });
//
// Groups are drawn from the seed and the tasks' ids, so neither a group nor the order in it tells
// where in the document the answers are.
#ifndef QUIPU_GENERATOR_ROWS_TURN_GROUPS_H_
#define QUIPU_GENERATOR_ROWS_TURN_GROUPS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"

namespace quipu::generator {

// Returns groups of positions in `task_ids`, each in one group. `fits` says whether a group of two
// or more fits a row. With `max_turns` 1 each is a group of its own, in the order of `task_ids`.
// A pair that fits nowhere does not change the groups of the others.
std::vector<std::vector<size_t>> GroupTurns(
    absl::Span<const std::string> task_ids, uint64_t seed, uint32_t max_turns,
    absl::FunctionRef<bool(const std::vector<size_t>&)> fits);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_TURN_GROUPS_H_
