// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/turn_groups.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"

namespace quipu::generator {
namespace {

// Sorts positions by a draw of their tasks.
void Shuffle(absl::Span<const std::string> task_ids, absl::string_view purpose, uint64_t seed,
             std::vector<size_t>* positions) {
  std::vector<std::pair<Fingerprint, size_t>> drawn;
  for (const size_t position : *positions) {
    drawn.emplace_back(FingerprintBuilder(purpose).Add(seed).Add(task_ids[position]).Build(),
                       position);
  }
  std::sort(drawn.begin(), drawn.end());
  for (size_t i = 0; i < drawn.size(); ++i) (*positions)[i] = drawn[i].second;
}

}  // namespace

// First fit, in a drawn order. The first of a group is likelier to be in the middle of it, so the
// order of the turns is drawn again.
std::vector<std::vector<size_t>> GroupTurns(
    absl::Span<const std::string> task_ids, uint64_t seed, uint32_t max_turns,
    absl::FunctionRef<bool(const std::vector<size_t>&)> fits) {
  std::vector<size_t> left;
  for (size_t i = 0; i < task_ids.size(); ++i) left.push_back(i);
  if (max_turns > 1) Shuffle(task_ids, "turn groups", seed, &left);
  std::vector<std::vector<size_t>> groups;
  while (!left.empty()) {
    std::vector<size_t> group;
    std::vector<size_t> rest;
    for (const size_t position : left) {
      group.push_back(position);
      if (group.size() == 1 || (group.size() <= max_turns && fits(group))) continue;
      group.pop_back();
      rest.push_back(position);
    }
    Shuffle(task_ids, "order of turns", seed, &group);
    groups.push_back(std::move(group));
    left = std::move(rest);
  }
  return groups;
}

}  // namespace quipu::generator
