// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks of a submit in its caller's thread, before it waits for its group:
// tickets, and results against their chunk.
//
//   SubmitChecker checker(run_store->header(), secret, &chunks);
//   ASSIGN_OR_RETURN(CheckedLease checked, checker.Check("worker-7", &lease));
//
// The header and the cache must outlive it. Thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_SUBMIT_CHECK_H_
#define QUIPU_PIPELINES_COORDINATOR_SUBMIT_CHECK_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/coordinator/chunk_cache.h"
#include "pipelines/coordinator/submission.h"
#include "protos/coordinator.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines::internal {

class SubmitChecker {
 public:
  SubmitChecker(const v1::RunHeader& header, std::string secret, ChunkCache* chunks)
      : header_(header), secret_(std::move(secret)), chunks_(chunks) {}

  // Moves the results out of the lease. The returned value records faults of
  // the ticket and of results; an error status comes from the store, which has
  // lost a chunk that it signed a ticket for.
  absl::StatusOr<CheckedLease> Check(absl::string_view worker, v1::LeaseResults* lease) const;

 private:
  const v1::RunHeader& header_;
  const std::string secret_;  // Signs the tickets.
  ChunkCache* const chunks_;
};

// The engine's counters as the worker reports them, or none if no engine could
// have done that much between two submits. The figures are informational.
v1::EngineCounters PlausibleWork(const v1::EngineCounters& work);

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_SUBMIT_CHECK_H_
