// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/active_leases.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

// The share of a lease after which work on it starts only if it was renewed.
absl::Duration GoodFor(absl::Duration ttl) { return ttl * 4 / 5; }

}  // namespace

void ActiveLeases::Add(v1::LeasedChunk leased, absl::Duration asked) {
  auto chunk = std::make_shared<ActiveLease>();
  chunk->leased = std::move(leased);
  chunk->good_until = asked + GoodFor(absl::Milliseconds(chunk->leased.ttl_ms()));
  chunk->unanswered = chunk->leased.tasks_size();
  absl::MutexLock lock(&mutex_);
  ++counts_.taken;
  held_[chunk->leased.ticket().ticket()] = chunk;
  waiting_.push_back(std::move(chunk));
}

bool ActiveLeases::AwaitRoom(int target) {
  absl::MutexLock lock(&mutex_);
  const auto ready = [this, target]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return ending_ || static_cast<int>(held_.size()) < target;
  };
  mutex_.Await(absl::Condition(&ready));
  return !ending_;
}

int ActiveLeases::size() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int>(held_.size());
}

ActiveLeases::Counts ActiveLeases::counts() const {
  absl::MutexLock lock(&mutex_);
  Counts counts = counts_;
  counts.held = held_.size();
  return counts;
}

void ActiveLeases::EndFetching() {
  absl::MutexLock lock(&mutex_);
  fetching_ended_ = true;
}

std::shared_ptr<ActiveLease> ActiveLeases::TakeWaiting() {
  absl::MutexLock lock(&mutex_);
  while (true) {
    mutex_.Await(absl::Condition(this, &ActiveLeases::CanTakeLocked));
    DropExpiredLocked();
    if (ending_) return nullptr;
    if (!waiting_.empty()) break;
    if (fetching_ended_) return nullptr;
  }
  std::shared_ptr<ActiveLease> chunk = std::move(waiting_.front());
  waiting_.pop_front();
  chunk->started = true;
  return chunk;
}

void ActiveLeases::AddResult(const std::shared_ptr<ActiveLease>& chunk, v1::Result result) {
  absl::MutexLock lock(&mutex_);
  failures_in_a_row_ = 0;
  if (chunk->over) return;
  const bool queued = !chunk->results.empty() || chunk->failed;
  if (!queued && !chunk->sending) outbox_.push_back(chunk);
  chunk->results.push_back(std::move(result));
}

void ActiveLeases::FailChunk(const std::shared_ptr<ActiveLease>& chunk, absl::string_view message) {
  absl::MutexLock lock(&mutex_);
  if (chunk->over || chunk->failed) return;
  ++failures_in_a_row_;
  if (chunk->results.empty() && !chunk->sending) outbox_.push_back(chunk);
  chunk->failed = true;
  chunk->message = std::string(message);
}

int ActiveLeases::failures_in_a_row() const {
  absl::MutexLock lock(&mutex_);
  return failures_in_a_row_;
}

bool ActiveLeases::AwaitOutbox(v1::SubmitRequest* request) {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &ActiveLeases::HasOutboxLocked));
  // The last ones go at once: the worker has little time to end.
  const int limit = outbox_ended_ ? kMaxResultsPerSubmit : size_.limit();
  int results = 0;
  uint64_t bytes = 0;
  while (!outbox_.empty() && results < limit && bytes < kMaxCommitBytes) {
    const std::shared_ptr<ActiveLease> chunk = outbox_.front();
    // A chunk has at most kMaxTasksPerChunk, so the first one always fits.
    if (results + static_cast<int>(chunk->results.size()) > kMaxResultsPerSubmit) break;
    outbox_.pop_front();
    if (chunk->over) continue;
    v1::LeaseResults& lease = *request->add_leases();
    *lease.mutable_ticket() = chunk->leased.ticket();
    for (v1::Result& result : chunk->results) *lease.add_results() = std::move(result);
    chunk->results.clear();
    chunk->sending = true;
    if (chunk->failed) {
      lease.set_failure(v1::ATTEMPT_FAILURE_ENGINE);
      lease.set_message(Snippet(chunk->message, kMaxAttemptMessageBytes));
    }
    results += lease.results_size();
    bytes += lease.ByteSizeLong();
  }
  return !outbox_ended_ || !outbox_.empty();
}

void ActiveLeases::EndOutbox() {
  absl::MutexLock lock(&mutex_);
  outbox_ended_ = true;
}

void ActiveLeases::ReturnAll(v1::SubmitRequest* request) {
  absl::MutexLock lock(&mutex_);
  std::map<Key, v1::LeaseResults*> sending;
  for (v1::LeaseResults& lease : *request->mutable_leases()) {
    sending[lease.ticket().ticket()] = &lease;
  }
  for (const auto& [key, chunk] : held_) {
    v1::LeaseResults*& lease = sending[key];
    if (lease == nullptr) {
      lease = request->add_leases();
      *lease->mutable_ticket() = chunk->leased.ticket();
    }
    // A chunk whose last results are in this submit has nothing left to
    // release.
    if (lease->failure() == v1::ATTEMPT_FAILURE_UNSPECIFIED &&
        lease->results_size() < chunk->unanswered) {
      lease->set_failure(v1::ATTEMPT_FAILURE_RETURNED);
    }
  }
}

void ActiveLeases::Answered(const v1::SubmitRequest& request, const v1::SubmitReply& reply,
                            absl::Duration took) {
  absl::MutexLock lock(&mutex_);
  int results = 0;
  for (const v1::LeaseResults& lease : request.leases()) results += lease.results_size();
  size_.Answered(results, took);
  const int answered = std::min(request.leases_size(), reply.leases_size());
  for (int i = 0; i < answered; ++i) AnsweredLocked(request.leases(i), reply.leases(i));
}

void ActiveLeases::AnsweredLocked(const v1::LeaseResults& sent, const v1::LeaseOutcome& outcome) {
  for (const int result : outcome.results()) CountLocked(static_cast<v1::SubmitOutcome>(result));
  const std::shared_ptr<ActiveLease> chunk = FindLocked(sent.ticket().ticket());
  if (chunk == nullptr) return;
  if (!outcome.message().empty()) {
    LogWarning(absl::StrCat("the coordinator did not accept all results of a chunk: ",
                            Snippet(outcome.message(), 300)));
  }
  chunk->sending = false;
  chunk->unanswered -= sent.results_size();
  if (outcome.over() || sent.failure() != v1::ATTEMPT_FAILURE_UNSPECIFIED) {
    DropLocked(chunk);
  } else if (chunk->unanswered <= 0) {
    // All is submitted, but the lease has not ended: a result was refused, and
    // would be refused again.
    chunk->failed = true;
    chunk->message = "the coordinator refused results";
    outbox_.push_back(chunk);
  } else if (!chunk->results.empty() || chunk->failed) {
    outbox_.push_back(chunk);  // Added meanwhile.
  }
}

void ActiveLeases::CountLocked(v1::SubmitOutcome outcome) {
  switch (outcome) {
    case v1::SUBMIT_OUTCOME_STORED:
      ++counts_.stored;
      break;
    case v1::SUBMIT_OUTCOME_DUPLICATE:
      ++counts_.duplicate;
      break;
    case v1::SUBMIT_OUTCOME_CONFLICT:
      ++counts_.conflict;
      break;
    case v1::SUBMIT_OUTCOME_STALE:
      ++counts_.stale;
      break;
    case v1::SUBMIT_OUTCOME_INVALID:
      ++counts_.invalid;
      break;
    default:
      break;  // From a newer coordinator.
  }
}

bool ActiveLeases::SleepUnlessEnded(absl::Duration time) {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&outbox_ended_), time);
}

void ActiveLeases::FillRenewal(v1::RenewRequest* request) const {
  absl::MutexLock lock(&mutex_);
  for (const auto& [key, chunk] : held_) *request->add_tickets() = chunk->leased.ticket();
}

void ActiveLeases::Renewed(const v1::RenewRequest& request, const v1::RenewReply& reply,
                           absl::Duration asked) {
  absl::MutexLock lock(&mutex_);
  const int answered = std::min(request.tickets_size(), reply.ttl_ms_size());
  int lost = 0;
  for (int i = 0; i < answered; ++i) {
    const std::shared_ptr<ActiveLease> chunk = FindLocked(request.tickets(i).ticket());
    if (chunk == nullptr) continue;
    if (reply.ttl_ms(i) == 0) {
      DropLocked(chunk);
      ++lost;
    } else {
      chunk->good_until = asked + GoodFor(absl::Milliseconds(reply.ttl_ms(i)));
    }
  }
  counts_.lost += static_cast<uint64_t>(lost);
  DropExpiredLocked();
  if (lost > 0)
    LogWarning(absl::StrCat(lost, " leases were lost; other workers have their chunks"));
}

void ActiveLeases::Drain() {
  absl::MutexLock lock(&mutex_);
  ending_ = true;
}

void ActiveLeases::Fail(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  status_.Update(status);
  ending_ = true;
}

absl::Status ActiveLeases::status() const {
  absl::MutexLock lock(&mutex_);
  return status_;
}

std::shared_ptr<ActiveLease> ActiveLeases::FindLocked(const Key& key) {
  const auto found = held_.find(key);
  return found == held_.end() ? nullptr : found->second;
}

void ActiveLeases::DropLocked(const std::shared_ptr<ActiveLease>& chunk) {
  chunk->over = true;
  chunk->results.clear();
  if (!chunk->started) {
    waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), chunk), waiting_.end());
  }
  held_.erase(chunk->leased.ticket().ticket());
}

// Work in progress continues: its results may still be the first.
void ActiveLeases::DropExpiredLocked() {
  const absl::Duration now = clock_->Monotonic();
  const std::deque<std::shared_ptr<ActiveLease>> waiting = waiting_;
  for (const std::shared_ptr<ActiveLease>& chunk : waiting) {
    if (now > chunk->good_until) DropLocked(chunk);
  }
}

}  // namespace quipu::pipelines
