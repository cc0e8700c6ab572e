// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The chunks leased to a worker, from the grant to the answer to their last
// result: chunks that wait for the engine, results to submit, leases to renew,
// and counts of each. The only state that the worker's threads share.
//
// - fetch: AwaitRoom, Add, EndFetching
// - chunks: TakeWaiting; AddResult, FailChunk
// - submit (several): AwaitOutbox, Answered; ReturnAll at the end
// - renew: SleepUnlessEnded, FillRenewal, Renewed
//
// Thread-safe. The clock must outlive it.
#ifndef QUIPU_PIPELINES_WORKER_ACTIVE_LEASES_H_
#define QUIPU_PIPELINES_WORKER_ACTIVE_LEASES_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "pipelines/worker/submit_size.h"
#include "protos/coordinator.pb.h"
#include "protos/sample.pb.h"

namespace quipu::pipelines {

struct ActiveLease {
  v1::LeasedChunk leased;  // Never changes while it is leased.

 private:
  friend class ActiveLeases;
  // Guarded by the mutex of ActiveLeases.
  absl::Duration good_until;  // Work does not start after this without a renewal.
  bool started = false;
  bool over = false;                // Lost, failed, or answered: nothing more is submitted for it.
  std::vector<v1::Result> results;  // Not submitted yet.
  int unanswered = 0;               // Tasks whose result has no answer yet.
  bool sending = false;             // A submit of it has no answer yet: the next one waits.
  bool failed = false;              // To be released with `message`.
  std::string message;
};

class ActiveLeases {
 public:
  // Since construction, except `held`.
  struct Counts {
    uint64_t held = 0;  // Leased now.
    uint64_t taken = 0;
    uint64_t lost = 0;  // Ended by the coordinator at a renewal.
    // Results by the coordinator's answer.
    uint64_t stored = 0;
    uint64_t duplicate = 0;
    uint64_t conflict = 0;
    uint64_t stale = 0;
    uint64_t invalid = 0;
  };

  explicit ActiveLeases(Clock* clock) : clock_(clock) {}

  // `asked`: monotonic time before the granting request was sent.
  void Add(v1::LeasedChunk leased, absl::Duration asked);
  // Waits until fewer than `target` chunks are leased; false when no more are
  // to be fetched.
  bool AwaitRoom(int target);
  int size() const;
  Counts counts() const;
  void EndFetching();

  // The next chunk to work on; null when there are no more.
  std::shared_ptr<ActiveLease> TakeWaiting();
  void AddResult(const std::shared_ptr<ActiveLease>& chunk, v1::Result result);
  // The engine failed on the chunk: its lease is to be released.
  void FailChunk(const std::shared_ptr<ActiveLease>& chunk, absl::string_view message);
  // Chunks that failed since the last chunk with a result.
  int failures_in_a_row() const;

  // Waits for something to submit and fills the request with as many chunks' results
  // as a submit should have (SubmitSize); false if EndOutbox was called and nothing is
  // left.
  // Several threads may submit at once: no chunk is in two requests.
  bool AwaitOutbox(v1::SubmitRequest* request);
  void EndOutbox();
  // Adds the release, without failure, of every lease.
  void ReturnAll(v1::SubmitRequest* request);
  // `took`: from the request to the reply.
  void Answered(const v1::SubmitRequest& request, const v1::SubmitReply& reply,
                absl::Duration took);

  // False once EndOutbox was called.
  bool SleepUnlessEnded(absl::Duration time);
  void FillRenewal(v1::RenewRequest* request) const;
  void Renewed(const v1::RenewRequest& request, const v1::RenewReply& reply, absl::Duration asked);

  // Nothing new is started. Finished results are still submitted.
  void Drain();
  // The same, permanently: the first error is kept.
  void Fail(const absl::Status& status);
  absl::Status status() const;

 private:
  using Key = std::string;  // The ticket's bytes.

  std::shared_ptr<ActiveLease> FindLocked(const Key& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropLocked(const std::shared_ptr<ActiveLease>& chunk) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropExpiredLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AnsweredLocked(const v1::LeaseResults& sent, const v1::LeaseOutcome& outcome)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CountLocked(v1::SubmitOutcome outcome) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasOutboxLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return outbox_ended_ || !outbox_.empty();
  }
  bool CanTakeLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !waiting_.empty() || fetching_ended_ || ending_;
  }

  Clock* const clock_;
  mutable absl::Mutex mutex_;
  std::map<Key, std::shared_ptr<ActiveLease>> held_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<ActiveLease>> waiting_ ABSL_GUARDED_BY(mutex_);
  // Chunks with something to submit, each once.
  std::deque<std::shared_ptr<ActiveLease>> outbox_ ABSL_GUARDED_BY(mutex_);
  SubmitSize size_ ABSL_GUARDED_BY(mutex_);
  bool fetching_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool outbox_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  int failures_in_a_row_ ABSL_GUARDED_BY(mutex_) = 0;
  Counts counts_ ABSL_GUARDED_BY(mutex_);  // `held` is not maintained here.
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_WORKER_ACTIVE_LEASES_H_
