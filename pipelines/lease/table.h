// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Who works on what: a pure state machine. No I/O, no locks, no clock of its
// own: time is an argument. Decisions are const and return updates; Apply alone
// changes anything, so that applying the stored updates again is recovery.
//
//   for (const v1::LeaseUpdate& update : table.Grant("worker-7", 4, now)) {
//     journal.Append(update);
//     RETURN_IF_ERROR(table.Apply(update));
//   }
//
// A chunk is pending, leased, or complete. What keeps a pending one back: a
// moment before which it is not tried again (after a failure or a loss), or its
// losses: one that was lost so often that its next loss would quarantine it is
// granted alone, to a worker that holds nothing else and gets nothing else, so
// that no innocent chunk is blamed for a worker that another one killed.
//
// Tokens grow over the life of the run (epoch << 32 | counter): of a chunk, the
// greatest one granted is its fence, and what carries a smaller one is stale.
//
// An audit has one worker's part of a complete chunk made again by another; a
// chunk of several makers has one audit after the other, of each part.
//
// Times are those of one monotonic clock, from any fixed point. Thread-compatible.
#ifndef QUIPU_PIPELINES_LEASE_TABLE_H_
#define QUIPU_PIPELINES_LEASE_TABLE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/fingerprint.h"
#include "protos/lease.pb.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

struct LeaseOptions {
  absl::Duration ttl = absl::Seconds(60);
  // No lease lasts longer, however often it is renewed.
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
  // Seeds the backoff and the draw of audits. Secret: a worker that knew which
  // of its chunks are audited could lie about the others.
  Fingerprint key;
};

// As a spec's service part says; `key` is left to the caller.
LeaseOptions LeaseOptionsOf(const v1::ServiceSpec& spec);

// What a ticket is worth.
enum class TicketValidity {
  // The latest grant of its chunk (even if it has expired since), or of an
  // earlier epoch with no grant known since.
  kCurrent,
  // Granted anew since, or its results were taken back or released since.
  kStale,
  // No chunk of this run.
  kUnknown,
};

struct LeaseCounts {
  uint64_t planned = 0;      // Tasks.
  uint64_t done = 0;         // Tasks with a result, quarantined ones included.
  uint64_t leased = 0;       // Tasks without one, of leased chunks.
  uint64_t quarantined = 0;  // Tasks of quarantined chunks that got no result of their own.
  uint64_t leases = 0;       // Chunks leased now, audits included.
  uint64_t audits_open = 0;  // Chunks whose audit is asked or leased, disputes included.
  uint64_t disputes = 0;     // Those of them that wait for a third worker.
  // Since this table was made.
  uint64_t granted = 0;
  uint64_t lost = 0;
  uint64_t failed = 0;
  uint64_t audits_passed = 0;
  uint64_t audits_failed = 0;
};

// A chunk as the table sees it.
struct LeaseView {
  uint32_t first_task = 0;
  uint32_t num_tasks = 0;
  uint64_t done = 0;  // Bit i: task first_task + i has a result.
  bool leased = false;
  bool audit = false;  // The lease is one.
  bool quarantined = false;
  std::string worker;      // Of the lease.
  uint64_t token = 0;      // Of the lease.
  absl::Duration expires;  // Of the lease.
  uint64_t tasks = 0;      // Of the lease: those to be made under it.
  uint64_t fence = 0;      // Greatest token granted.
  int lost = 0;
  int failed = 0;

  // Bits of all its tasks.
  uint64_t all() const { return ~uint64_t{0} >> (64 - num_tasks); }
};

class LeaseTable {
 public:
  // `epoch`: how often the store has been opened; at most 2^32 - 1.
  LeaseTable(const LeaseOptions& options, uint64_t epoch);
  ~LeaseTable();
  LeaseTable(LeaseTable&&) noexcept;

  // ---- Change.

  // What happens now. INVALID_ARGUMENT, and nothing changed, if the update does
  // not fit: an unknown chunk, a token that is not the lease's, a chunk added
  // twice, a mask over its tasks.
  absl::Status Apply(const v1::LeaseUpdate& update);
  // What happened before this start. In this order: Apply(ChunkAdded) of every
  // chunk, with the results that it has now; Replay of the journal; Replay of
  // one ResultsStored{chunk, done, worker, audited} for each worker of each
  // chunk, which tells who made the results that are there (and stores none); Apply of all
  // that AskAudits returns. As results are known before the journal is read,
  // Replay never touches them, and takes what Apply would not:
  //   LeaseGranted      of an earlier epoch only. Leaves a lease (which ends as
  //                     the update says: rewrite its times to this clock) if the
  //                     chunk has open tasks and the token is not under its
  //                     fence, in place of the one before; else, and if it was
  //                     an audit, nothing but the fence.
  //   LeaseEnded        with or without its lease; counts a loss or a failure.
  //                     Its not_before, of another clock, is forgotten.
  //   ChunkQuarantined  holds if the chunk has no open task (the rejects were
  //                     stored with it), else is tried again.
  //   ChunkReleased, ResultsTakenBack   make all tickets of earlier epochs stale.
  //   AuditVerdict      its verdict, but for one that passed, which the marks of
  //                     the results tell; a dispute is forgotten and asked anew,
  //                     as the first auditor's results died with the process.
  //   RunPaused, RunResumed, WorkerQuarantined, WorkerReinstated   as Apply.
  // INVALID_ARGUMENT for anything else, an unknown chunk, and a ResultsStored
  // whose bits have no result or are another worker's.
  absl::Status Replay(const v1::LeaseUpdate& update);

  // ---- Decisions: updates to apply, in order; empty if there is nothing to do.

  // Grants up to `max` chunks: audits first (never to those whose results are in
  // question), then what was lost or failed and may be tried again, then in
  // order of addition. Nothing while paused, for a quarantined worker, or over
  // the worker's share.
  std::vector<v1::LeaseUpdate> Grant(absl::string_view worker, int max, absl::Duration now) const;
  // Puts a lease's end off; empty if the ticket is not current, its attempt has
  // lasted max_attempt, or the run has taken the chunk away. A ticket of an
  // earlier epoch whose chunk is pending is granted again, with its old token.
  std::vector<v1::LeaseUpdate> Renew(const v1::ChunkId& chunk, absl::string_view worker,
                                     uint64_t token, absl::Duration now) const;
  // Ends the leases that have expired: LOST, and the quarantine that may follow.
  std::vector<v1::LeaseUpdate> Expire(absl::Duration now) const;
  // Ends all leases of a worker that is known to be dead: LOST.
  std::vector<v1::LeaseUpdate> WorkerGone(absl::string_view worker, absl::Duration now) const;
  // Ends one lease before its end: RETURNED or FAILED, and the quarantine that
  // may follow. Empty if the token is not the lease's.
  std::vector<v1::LeaseUpdate> End(const v1::ChunkId& chunk, uint64_t token,
                                   v1::LeaseEnded::Cause cause, absl::string_view message,
                                   absl::Duration now) const;
  // After results were stored: records them, ends the lease if the chunk is
  // complete, asks for the audit that was drawn, pauses a run whose rejects run
  // away. `mask`: bits of the tasks that got a result now.
  std::vector<v1::LeaseUpdate> Store(const v1::ChunkId& chunk, absl::string_view worker,
                                     uint64_t mask, uint32_t rejected, absl::Duration now) const;
  // After an audit's results came in: ends its lease and settles, or asks for a
  // third worker. `matches_first`, `matches_second`: whether they are the stored
  // ones, and (in a dispute) the first auditor's.
  std::vector<v1::LeaseUpdate> Audit(const v1::ChunkId& chunk, absl::string_view auditor,
                                     bool matches_first, bool matches_second,
                                     absl::Duration now) const;
  // Gives up the audits (but no dispute) that none of `connected` workers can
  // do, or that were lost or failed too often, where nothing else is left.
  std::vector<v1::LeaseUpdate> SkipAudits(const std::vector<std::string>& connected) const;
  // After the replay: the audits that were drawn and have not been settled.
  // Looks at every chunk.
  std::vector<v1::LeaseUpdate> AskAudits() const;
  // One ChunkReleased for each quarantined chunk: takes all up again.
  std::vector<v1::LeaseUpdate> Release() const;

  // ---- Questions.

  TicketValidity StandingOf(const v1::ChunkId& chunk, uint64_t token) const;
  // Nothing if there is no such chunk.
  std::optional<LeaseView> Find(const v1::ChunkId& chunk) const;
  // No task without a result, no audit open.
  bool Done() const;
  const std::string& paused() const;  // Empty: not paused.
  bool WorkerQuarantined(absl::string_view worker) const;
  const LeaseCounts& counts() const;
  int LeasesOf(absl::string_view worker) const;
  // When Expire, or a Grant that finds nothing at `now`, may have something to
  // do: the first end of a lease, or the first moment after `now` at which a
  // chunk may be tried again. InfiniteDuration if there is none.
  absl::Duration NextEvent(absl::Duration now = absl::ZeroDuration()) const;
  // All chunks whose results `worker` made and no audit has passed, with the
  // bits of its results: what is taken back when it has lied. Looks at every
  // chunk.
  struct Unaudited {
    v1::ChunkId chunk;
    uint64_t mask = 0;
  };
  std::vector<Unaudited> UnauditedOf(absl::string_view worker) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_LEASE_TABLE_H_
