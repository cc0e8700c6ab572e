// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What is checked of a submit in its caller's thread, before it waits for its
// group: tickets, and results against the chunk that they are of.
//
//   SubmitChecker checker(ledger->header(), secret, &chunks);
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

  // Takes the results out of the lease. Faults of the ticket and of results are
  // noted in what it returns; an error is the store's, which has lost a chunk
  // that it has signed a ticket for.
  absl::StatusOr<CheckedLease> Check(absl::string_view worker, v1::LeaseResults* lease) const;

 private:
  const v1::RunHeader& header_;
  const std::string secret_;  // Of the tickets.
  ChunkCache* const chunks_;
};

// The engine's work as the worker tells it, or none if no engine can have done so
// much between two submits: the figures are for people.
v1::EngineCounters PlausibleWork(const v1::EngineCounters& work);

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_SUBMIT_CHECK_H_
