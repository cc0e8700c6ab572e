// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The plain data of a lease table: its options, its counts, a chunk's public
// view. table.h decides with it; state.h keeps it.
//
//   LeaseOptions options = LeaseOptionsOf(spec.service());
//   options.key = secret_key;
//   LeaseTable table(options, store->epoch());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_LEASE_TYPES_H_
#define QUIPU_PIPELINES_LEASE_TYPES_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "base/fingerprint.h"
#include "protos/lease.pb.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

struct LeaseOptions {
  absl::Duration ttl = absl::Seconds(60);
  // Upper bound on a lease's lifetime, renewals included.
  absl::Duration max_attempt = absl::Minutes(30);
  // After a failure or a loss: uniform in [0, min(most, first * 2^(n-1))).
  absl::Duration backoff_first = absl::Seconds(1);
  absl::Duration backoff_most = absl::Seconds(60);
  int max_lost_attempts = 3;
  int max_failed_attempts = 5;
  int pause_window = 200;
  double pause_reject_share = 0.99;
  double audit_share = 0;
  int max_leases_per_worker = 256;
  // The only worker is in this process: what it says of the engine is true.
  bool trusted = false;
  // Seeds the backoff and the draw of audits. Secret: a worker that knew which
  // of its chunks are audited could lie about the others.
  Fingerprint key;
};

// Options from a spec's service part; the caller sets `key`.
LeaseOptions LeaseOptionsOf(const v1::ServiceSpec& spec);

// The validity of a ticket.
enum class TicketValidity {
  // The chunk's latest grant (even if it has expired), or a grant of an earlier
  // epoch with no later one known.
  kCurrent,
  // The chunk was granted again, revoked or released since.
  kStale,
  // Not a chunk of this run.
  kUnknown,
};

struct LeaseCounts {
  uint64_t planned = 0;      // Tasks.
  uint64_t done = 0;         // Tasks with a result, quarantined ones included.
  uint64_t leased = 0;       // Tasks without one, of leased chunks.
  uint64_t quarantined = 0;  // Tasks of quarantined chunks that got no result of their own.
  uint64_t leases = 0;       // Chunks leased now, audits included.
  uint64_t audits_open = 0;  // Chunks whose audit is requested or leased, disputes included.
  uint64_t disputes = 0;     // Open audits that wait for a third worker.
  // Since this table was made.
  uint64_t granted = 0;
  uint64_t lost = 0;  // Expired ones included.
  uint64_t failed = 0;
  uint64_t audits_passed = 0;
  uint64_t audits_failed = 0;
};

// The table's view of a chunk.
struct LeaseView {
  uint32_t first_task = 0;
  uint32_t num_tasks = 0;
  uint64_t done = 0;  // Bit i: task first_task + i has a result.
  bool leased = false;
  bool audit = false;  // The lease is an audit's.
  bool quarantined = false;
  std::string worker;      // Of the lease.
  uint64_t token = 0;      // Of the lease.
  absl::Duration expires;  // Of the lease.
  uint64_t tasks = 0;      // Of the lease: the tasks to make under it.
  uint64_t fence = 0;      // Greatest token granted.
  int lost = 0;
  int failed = 0;
  int expired = 0;

  // Bits of all its tasks.
  uint64_t all() const { return ~uint64_t{0} >> (64 - num_tasks); }
};

// A worker's results of one chunk that no audit has passed.
struct UnauditedResults {
  v1::ChunkId chunk;
  uint64_t mask = 0;  // Bits of the tasks.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_LEASE_TYPES_H_
