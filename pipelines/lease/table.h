// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Who works on what: a pure state machine. No I/O, no locks, no clock of its
// own: time is an argument. Decisions are const and return updates; Apply alone
// changes anything, so that applying the stored updates again is recovery.
//
//   for (const v1::LeaseUpdate& update : table.Grant("worker-7", 4, now)) {
//     Journal(update);
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
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pipelines/lease/types.h"
#include "protos/lease.pb.h"
#include "protos/sample.pb.h"

namespace quipu::pipelines {

namespace internal {
class LeaseState;
}  // namespace internal

class LeaseTable {
 public:
  using RejectReasons = std::vector<v1::RejectReason>;

  // `epoch`: how often the store has been opened; at most 2^32 - 1.
  LeaseTable(const LeaseOptions& options, uint64_t epoch);
  ~LeaseTable();
  LeaseTable(LeaseTable&&) noexcept;

  // ---- Change.

  // What happens now. INVALID_ARGUMENT, and nothing changed, if the update does
  // not fit: an unknown chunk, a token that is not the lease's, a chunk added
  // twice, a mask over its tasks.
  absl::Status Apply(const v1::LeaseUpdate& update);
  // What happened before this start (journal.h says which updates are kept). In
  // this order: Apply(ChunkAdded) of every
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
  // away, naming the commonest reason. `mask`: bits of the tasks that got a
  // result now; `rejects`: why, of those of them that are rejects.
  std::vector<v1::LeaseUpdate> Store(const v1::ChunkId& chunk, absl::string_view worker,
                                     uint64_t mask, const RejectReasons& rejects,
                                     absl::Duration now) const;
  // After an audit's results came in: ends its lease with a verdict, or asks for
  // a third worker. `matches_first`, `matches_second`: whether they are the stored
  // ones, and (in a dispute) the first auditor's.
  std::vector<v1::LeaseUpdate> Audit(const v1::ChunkId& chunk, absl::string_view auditor,
                                     bool matches_first, bool matches_second,
                                     absl::Duration now) const;
  // Gives up the audits (but no dispute) that none of `connected` workers can
  // do, or that were lost or failed too often, where nothing else is left.
  std::vector<v1::LeaseUpdate> SkipAudits(const std::vector<std::string>& connected) const;
  // After the replay: the audits that were drawn and have no verdict.
  // Looks at every chunk.
  std::vector<v1::LeaseUpdate> AskAudits() const;
  // One ChunkReleased for each quarantined chunk: takes all up again.
  std::vector<v1::LeaseUpdate> Release() const;

  // ---- Questions.

  TicketValidity ValidityOf(const v1::ChunkId& chunk, uint64_t token) const;
  // Nothing if there is no such chunk.
  std::optional<LeaseView> Find(const v1::ChunkId& chunk) const;
  // No task without a result, no audit open.
  bool Done() const;
  const std::string& paused() const;  // Empty: not paused.
  // Empty if the worker is not quarantined.
  const std::string& WhyQuarantined(absl::string_view worker) const;
  // In order of first appearance. Looks at every worker.
  std::vector<std::string> QuarantinedWorkers() const;
  const LeaseCounts& counts() const;
  int LeasesOf(absl::string_view worker) const;
  // When Expire, or a Grant that finds nothing at `now`, may have something to
  // do: the first end of a lease, or the first moment after `now` at which a
  // chunk may be tried again. InfiniteDuration if there is none.
  absl::Duration NextEvent(absl::Duration now = absl::ZeroDuration()) const;
  // All chunks whose results `worker` made and no audit has passed, with the
  // bits of its results: what is taken back when it has lied. Looks at every
  // chunk.
  std::vector<UnauditedResults> UnauditedOf(absl::string_view worker) const;

 private:
  std::unique_ptr<internal::LeaseState> state_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_LEASE_TABLE_H_
