// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A coordinator's counts for Status, beside those of its lease table: results
// by outcome, the engines' work, refused submits.
//
//   RunCounts counts(options.before, now);
//   counts.AddResult(result, now);
//   counts.AddOutcome(lease.outcome, lease.invalid);
//   counts.Fill(now, &status);
//
// Times are those of one monotonic clock. Thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_RUN_COUNTS_H_
#define QUIPU_PIPELINES_COORDINATOR_RUN_COUNTS_H_

#include <cstdint>

#include "absl/time/time.h"
#include "pipelines/coordinator/options.h"
#include "pipelines/coordinator/rate_window.h"
#include "protos/coordinator.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines::internal {

class RunCounts {
 public:
  RunCounts(const RunFigures& before, absl::Duration now) : figures_(before), rate_(now) {}

  void AddResult(const v1::Result& result, absl::Duration now);
  // Subtracts a result that was stored and is removed.
  void RemoveResult(const v1::Result& result);
  void AddEngineCounters(const v1::EngineCounters& work);
  // Counts one lease of a submit: its outcome, and its invalid results.
  void AddOutcome(const v1::LeaseOutcome& outcome, int invalid);

  // Sets the fields that are counted here; in `tasks`, accepted and rejected.
  void Fill(absl::Duration now, v1::StatusReply* reply) const;

 private:
  RunFigures figures_;       // Of the stored results.
  RateWindow rate_;          // Of results, over the last minute.
  uint64_t stale_ = 0;       // Leases of submits whose ticket was stale.
  uint64_t invalid_ = 0;     // Results that failed the checks.
  uint64_t duplicates_ = 0;  // Results that were stored already.
  uint64_t conflicts_ = 0;   // Results of tasks that have another one.
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_RUN_COUNTS_H_
