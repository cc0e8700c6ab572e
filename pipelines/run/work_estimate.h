// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How much work a run still is, in tokens of the model. Pairs end in bursts: at first hundreds are
// in flight and none is done. Tokens are done all the time, so they say from the first seconds how
// far a run is.
//
//   ASSIGN_OR_RETURN(const PairWork expected, ExpectedWork(*store));
//   WorkEstimate estimate(expected, /*pending=*/480);
//   Print(estimate.TokensLeft(/*done=*/16, engine_counters));
//
// What a pair costs is first what is expected, then more and more what the run's pairs did cost,
// phase by phase. Thread-safe.
#ifndef QUIPU_PIPELINES_RUN_WORK_ESTIMATE_H_
#define QUIPU_PIPELINES_RUN_WORK_ESTIMATE_H_

#include <array>
#include <cstdint>
#include <deque>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "protos/store.pb.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// Tokens for each pair by phase: opening its share of a chunk, the prompt, the reply, judging, the
// same without the chunk, the prompt and the reply of a second answer.
inline constexpr int kWorkPhases = 7;
using PairWork = std::array<double, kWorkPhases>;

PairWork WorkOf(const v1::EngineCounters& counters);

// From the work of the run's earlier processes if they made enough pairs; else what is usual, with
// chunks as long as the first planned ones. Reads at most a thousand plans. The store's errors.
absl::StatusOr<PairWork> ExpectedWork(const storage::StoreView& store);

class WorkEstimate {
 public:
  // `pending`: pairs without a result when this process began.
  WorkEstimate(const PairWork& expected, uint64_t pending)
      : expected_(expected), pending_(static_cast<double>(pending)) {}

  // `done` and `counters`: since this process began. 0 if all are done.
  double TokensLeft(uint64_t done, const v1::EngineCounters& counters) const;

 private:
  const PairWork expected_;
  const double pending_;
};

// The rate of a growing count over the last two minutes. Thread-compatible.
class RecentRate {
 public:
  // `count` at the time `now`; times do not decrease.
  void Add(double count, absl::Duration now);
  // 0 before the second reading.
  double PerSecond() const;

 private:
  struct Reading {
    double count = 0;
    absl::Duration time;
  };
  std::deque<Reading> readings_;  // At most one a second, and the last.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_WORK_ESTIMATE_H_
