// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What two runs made of the same tasks: pairs of the same document, chunks, form and sentence,
// whatever spec, prompts or model made them.
//
//   ASSIGN_OR_RETURN(const PairMatch match, MatchPairs(first, second, {}));
//   for (const auto& [outcomes, count] : match.outcomes) Print(outcomes, count);
//
// 24 bytes a pair of the first run, and the examples. Pure, except for reading the stores.
#ifndef QUIPU_PIPELINES_REPORT_DIFF_PAIR_MATCH_H_
#define QUIPU_PIPELINES_REPORT_DIFF_PAIR_MATCH_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "protos/sample.pb.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

struct PairMatchOptions {
  // Examples to draw, and what decides them.
  size_t examples = 10;
  uint64_t seed = 0;
  // Examples whose outcome (accepted, or the reason of a reject) is the same, too.
  bool same_outcomes = false;
};

struct PairMatch {
  // UNSPECIFIED: accepted.
  using Outcomes = std::pair<v1::RejectReason, v1::RejectReason>;
  struct Example {
    v1::Result first;
    v1::Result second;
  };

  uint64_t matched = 0;
  uint64_t only_first = 0;
  uint64_t only_second = 0;
  uint64_t same_text = 0;  // Of the matched: question and answer are equal.
  std::map<Outcomes, uint64_t> outcomes;
  std::vector<Example> examples;
};

// The stores' errors.
absl::StatusOr<PairMatch> MatchPairs(const storage::StoreView& first,
                                     const storage::StoreView& second,
                                     const PairMatchOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_DIFF_PAIR_MATCH_H_
