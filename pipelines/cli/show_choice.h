// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The pairs that `quipu show` shows: those that match, a few spread over the run or drawn at random.
//
//   ShowChoice choice;
//   choice.reason = "verdict";
//   ASSIGN_OR_RETURN(const std::vector<v1::Result> pairs, ChoosePairs(store, choice));
//
// Holds the chosen pairs in memory. Pure functions, except for reading the store.
#ifndef QUIPU_PIPELINES_CLI_SHOW_CHOICE_H_
#define QUIPU_PIPELINES_CLI_SHOW_CHOICE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/sample.pb.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// "long", "short", "two_chunks" or "summary".
absl::string_view PairFormName(const v1::Task& task);

struct ShowChoice {
  // The id of a task or a row, or the beginning of one (at least 4 hexadecimal digits): all that
  // have it, and nothing below applies.
  std::string id;
  // Spread evenly over the run.
  int limit = 3;
  // Rejects instead of samples; with a reason's name only those.
  bool rejects = false;
  std::string reason;
  std::string form;       // One of PairFormName; empty: all.
  std::string min_score;  // "gain=2", or "0.9" for the probability; empty: all.
  std::string source;     // A part of the source's name; empty: all.
  // Over 0: so many at random, decided by `seed`, instead of `limit`.
  int random = 0;
  uint64_t seed = 0;
};

// INVALID_ARGUMENT, with what is known, for an id that is malformed, or a reason, form or score that
// does not exist; the store's errors.
absl::StatusOr<std::vector<v1::Result>> ChoosePairs(const storage::StoreView& store,
                                                    const ShowChoice& choice);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_SHOW_CHOICE_H_
