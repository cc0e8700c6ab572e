// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A submit on its path through the coordinator: checked in its caller's thread
// (submit_check.h), queued (commit_queue.h), decided with its group
// (commit_group.h), applied and answered (committer.h).
//
//   Submission submission;
//   submission.leases.push_back(std::move(checked));
//
// Plain data, thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_SUBMISSION_H_
#define QUIPU_PIPELINES_COORDINATOR_SUBMISSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pipelines/coordinator/types.h"
#include "pipelines/lease/types.h"
#include "protos/coordinator.pb.h"
#include "protos/lease.pb.h"
#include "protos/sample.pb.h"

namespace quipu::pipelines::internal {

struct CheckedResult {
  v1::Result result;
  int task = -1;         // Number in its chunk; -1 if it belongs to another chunk.
  absl::Status problem;  // From the checks that need no state.
};

struct CheckedLease {
  // From the check of the request.
  absl::Status ticket;                                           // Why the ticket is invalid.
  v1::ChunkId chunk;                                             // Of a good ticket.
  uint64_t token = 0;                                            // Of a good ticket.
  std::vector<CheckedResult> results;                            // As submitted, in order.
  v1::AttemptFailure failure = v1::ATTEMPT_FAILURE_UNSPECIFIED;  // Why the lease is released.
  std::string message;                                           // What the engine said.

  // The table's view when its group is taken.
  TicketValidity validity = TicketValidity::kUnknown;
  uint64_t audited = 0;  // Bits of the tasks that it audits; 0 if it is not an audit.
  uint64_t done = 0;     // Bits of the tasks that have a result.

  // The group's decision.
  v1::LeaseOutcome outcome;
  uint64_t stored = 0;                    // Bits of the tasks that it gives a result.
  std::vector<v1::RejectReason> rejects;  // Reasons of the stored rejects.
  int invalid = 0;                        // Number of invalid results; 1 for a forged ticket.
};

struct Submission {
  std::string worker;
  std::string session;
  bool leaving = false;  // The worker's last submit.
  std::vector<CheckedLease> leases;
  v1::EngineCounters work;
  ReplyFn<v1::SubmitReply> done;
  absl::Duration since;  // When it was queued.
  size_t bytes = 0;      // Of the request.
  int results = 0;       // Of all leases.
  absl::Status refused;  // Set if its worker was quarantined while it waited.
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_SUBMISSION_H_
