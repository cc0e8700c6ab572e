// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Who works on what: a pure state machine. No I/O, no locks, no clock of its
// own: time is an argument. Decisions are const and return updates; only Apply
// changes state, so recovery applies the stored updates again.
//
//   for (const v1::LeaseUpdate& update : table.Grant("worker-7", 4, now)) {
//     Journal(update);
//     RETURN_IF_ERROR(table.Apply(update));
//   }
//
// A chunk is pending, leased, or complete. Two things delay a pending chunk.
// After a failure or a loss it waits until a set moment. If its next loss would
// quarantine it, it is granted alone, to a worker that holds and is granted
// nothing else, so that no chunk is blamed for a worker that another chunk
// crashed. After a loss, other workers come first.
//
// Some workers deliver: they have results, and have let no lease expire since they last
// completed one. A chunk that many workers let expire is doubtful: one that delivers gets
// it at once, any other waits for it and gets it alone.
//
// A lease that expires although its worker lives, or was held by a worker that has
// never delivered a result, counts against the worker: it waits, and may then hold
// few leases until it delivers. So does a failure of the engine of such a worker, and
// of any worker that reports failure after failure and no result.
//
// Tokens grow over the life of the run (epoch << 32 | counter). A chunk's fence
// is the greatest token granted for it; smaller tokens are stale.
//
// In an audit, a second worker repeats one worker's part of a complete chunk.
// The parts of a chunk with several makers are audited one after the other.
//
// Times come from one monotonic clock with an arbitrary origin.
// Thread-compatible.
#ifndef QUIPU_PIPELINES_LEASE_TABLE_H_
#define QUIPU_PIPELINES_LEASE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
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

  // Applies an update that happens now. INVALID_ARGUMENT, with nothing changed,
  // if it does not apply: an unknown chunk, a token that is not the lease's, a
  // chunk added twice, a mask over its tasks.
  absl::Status Apply(const v1::LeaseUpdate& update);
  // Replays an update from before this start (journal.h says which are kept).
  // Call in this order: Apply(ChunkAdded) of every chunk, with the results that
  // it has now; Replay of the journal; Replay of one ResultsStored{chunk, done,
  // worker, audited} for each worker of each chunk, which tells who made the
  // existing results (and stores none); Apply of all that AskAudits returns.
  // Results are known before the journal is read, so Replay never changes them,
  // and it accepts updates that Apply would not:
  //   LeaseGranted      of an earlier epoch only. Restores a lease (which ends as
  //                     the update says: rewrite its times to this clock) if the
  //                     chunk has open tasks and the token is not under its
  //                     fence, in place of the one before; else, and if it was
  //                     an audit, nothing but the fence.
  //   LeaseEnded        with or without its lease; counts a loss or a failure.
  //                     Drops its not_before, which is from another clock.
  //   ChunkQuarantined  holds if the chunk has no open task (the rejects were
  //                     stored with it), else is tried again.
  //   ChunkReleased, ResultsWithdrawn   make all tickets of earlier epochs stale.
  //   AuditVerdict      its verdict. Skips a passed one, which the marks of the
  //                     results show. Drops a dispute and requests the audit
  //                     again: the first auditor's results died with the process.
  //   RunPaused, RunResumed, WorkerQuarantined, WorkerReinstated   as Apply.
  // INVALID_ARGUMENT for any other update, an unknown chunk, and a
  // ResultsStored whose bits have no result or belong to another worker.
  absl::Status Replay(const v1::LeaseUpdate& update);

  // ---- Decisions: return updates to apply in order; empty if there is nothing to do.

  // Grants up to `max` chunks: audits first (never to a worker whose results
  // are in question), then lost or failed chunks that may be retried (doubtful
  // ones if the worker delivers), then the rest in order of addition, then
  // suspects. Grants nothing while paused, to a quarantined
  // worker, or over the worker's share.
  std::vector<v1::LeaseUpdate> Grant(absl::string_view worker, int max, absl::Duration now) const;
  // Whether Grant would grant the worker something.
  bool HasWorkFor(absl::string_view worker, absl::Duration now) const;
  // Extends a lease; empty if the ticket is not current, its attempt has lasted
  // max_attempt, or the chunk was revoked. If `others_starve` (a worker without a
  // lease waits, and nothing is pending), a worker without progress loses leases: half
  // of them when it has been stalled for a ttl, all when it is far slower than the
  // workers that deliver; the latter also if the run's end waits for this audit. A
  // ticket of an earlier epoch whose chunk is pending is granted again, with its old
  // token.
  std::vector<v1::LeaseUpdate> Renew(const v1::ChunkId& chunk, absl::string_view worker,
                                     uint64_t token, bool others_starve, absl::Duration now) const;
  // Ends expired leases, and quarantines their chunks if that follows: as LOST if the
  // worker has died, as far as can be seen, and has delivered results before; else as
  // EXPIRED; as RETURNED if it is of an earlier start and was not renewed in this one by
  // a worker that lives. `alive`: whether a worker was heard from lately.
  std::vector<v1::LeaseUpdate> Expire(absl::Duration now,
                                      absl::FunctionRef<bool(absl::string_view)> alive) const;
  // Ends all leases of a worker known to be dead, as LOST if it has delivered results,
  // else as EXPIRED.
  std::vector<v1::LeaseUpdate> WorkerGone(absl::string_view worker, absl::Duration now) const;
  // Ends all leases of a worker that has said that it leaves, as RETURNED: also those
  // whose grant never reached it.
  std::vector<v1::LeaseUpdate> WorkerLeft(absl::string_view worker, absl::Duration now) const;
  // Ends one lease early, as RETURNED or FAILED (as EXPIRED if the worker has never
  // delivered a result), and quarantines its chunk if that follows. Empty if the token is
  // not the lease's.
  std::vector<v1::LeaseUpdate> End(const v1::ChunkId& chunk, uint64_t token,
                                   v1::LeaseEnded::Cause cause, absl::string_view message,
                                   absl::Duration now) const;
  // After results were stored: records them, ends the lease if the chunk is
  // complete, requests the audit if one was drawn, pauses the run if too many
  // results are rejects, naming the commonest reason; if one worker made all those
  // rejects while another is at work, quarantines that worker instead. An accepted pair
  // takes longer than one that is refused halfway, so the first results of leases that
  // began together are nearly all rejects: only results count that come after as many as
  // there ever were tasks on lease. `mask`: bits of the tasks that got a result now;
  // `rejects`: the reasons of those that are rejects.
  std::vector<v1::LeaseUpdate> Store(const v1::ChunkId& chunk, absl::string_view worker,
                                     uint64_t mask, const RejectReasons& rejects,
                                     absl::Duration now) const;
  // After an audit's results were submitted: ends its lease with a verdict, or
  // requests a third worker. `matches_first`, `matches_second`: whether they
  // equal the stored results, and (in a dispute) the first auditor's.
  std::vector<v1::LeaseUpdate> Audit(const v1::ChunkId& chunk, absl::string_view auditor,
                                     bool matches_first, bool matches_second,
                                     absl::Duration now) const;
  // When nothing else is left, skips the audits (except disputes) that none of
  // the `connected` workers can do, or that were lost or failed too often.
  std::vector<v1::LeaseUpdate> SkipAudits(const std::vector<std::string>& connected) const;
  // After the replay: requests the audits that were drawn and have no verdict.
  // Scans every chunk.
  std::vector<v1::LeaseUpdate> AskAudits() const;
  // One ChunkReleased for each quarantined chunk, which makes its tasks pending
  // again.
  std::vector<v1::LeaseUpdate> Release() const;

  // ---- Queries.

  TicketValidity ValidityOf(const v1::ChunkId& chunk, uint64_t token) const;
  // Nullopt if there is no such chunk.
  std::optional<LeaseView> Find(const v1::ChunkId& chunk) const;
  // True if every task has a result and no audit is open.
  bool Done() const;
  const std::string& paused() const;  // Empty: not paused.
  // Empty if the worker is not quarantined.
  const std::string& WhyQuarantined(absl::string_view worker) const;
  // In order of first appearance. Scans every worker.
  std::vector<std::string> QuarantinedWorkers() const;
  const LeaseCounts& counts() const;
  int LeasesOf(absl::string_view worker) const;
  // Whether the worker may be granted something now: it is neither quarantined nor
  // waiting after a strike (LeaseEnded.EXPIRED).
  bool MayHold(absl::string_view worker, absl::Duration now) const;
  // Whether the worker has delivered results, is not quarantined, and has let no lease expire
  // since it last completed one. Grants should go to such workers first.
  bool Delivers(absl::string_view worker) const;
  // Chunks without a lease that may be granted, now or after their wait.
  uint64_t pending_chunks() const;
  // The next moment at which Expire, or a Grant that finds nothing at `now`,
  // may have something to do: the first expiry of a lease, or the first retry
  // of a chunk after `now`. InfiniteDuration if there is none.
  absl::Duration NextEvent(absl::Duration now = absl::ZeroDuration()) const;
  // Chunks with results by `worker` that no audit has passed, with the bits of those
  // results: to be withdrawn if it lied. In order of addition, from chunk number `*from`
  // on, at most `most`. Looks at so many chunks only that a lock may be held meanwhile,
  // and sets `*from` to the first one that it did not look at: `chunks()` at the end.
  std::vector<UnauditedResults> UnauditedOf(absl::string_view worker, size_t most,
                                            uint32_t* from) const;
  uint32_t chunks() const;

 private:
  std::unique_ptr<internal::LeaseState> state_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_LEASE_TABLE_H_
