// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A submit on its way through the coordinator: checked in its caller's thread
// (submit_check.h), queued (commit_queue.h), decided on with its group
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
  int task = -1;         // Number in its chunk; -1 if it is of another.
  absl::Status problem;  // Of the checks that need no state.
};

struct CheckedLease {
  // From the check of the request.
  absl::Status ticket;                                           // Why it is not good.
  v1::ChunkId chunk;                                             // Of a good ticket.
  uint64_t token = 0;                                            // Of a good ticket.
  std::vector<CheckedResult> results;                            // As submitted, in order.
  v1::AttemptFailure failure = v1::ATTEMPT_FAILURE_UNSPECIFIED;  // Why the lease is given up.
  std::string message;                                           // What the engine said.

  // As the table sees it when its group is taken.
  TicketValidity validity = TicketValidity::kUnknown;
  uint64_t audited = 0;  // Bits of the tasks that it is an audit of; 0 if it is none.
  uint64_t done = 0;     // Bits of the tasks that have a result.

  // What the group makes of it.
  v1::LeaseOutcome outcome;
  uint64_t stored = 0;                    // Bits of the tasks that get a result by it.
  std::vector<v1::RejectReason> rejects;  // Of those stored.
  int invalid = 0;                        // Results, or the one forged ticket.
};

struct Submission {
  std::string worker;
  std::vector<CheckedLease> leases;
  v1::EngineCounters work;
  ReplyFn<v1::SubmitReply> done;
  absl::Duration since;  // When it was queued.
  size_t bytes = 0;      // Of the request.
  int results = 0;       // Of all leases.
  absl::Status refused;  // Its worker was quarantined while it waited.
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_SUBMISSION_H_
