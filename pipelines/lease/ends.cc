// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/ends.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/backoff.h"
#include "base/rng.h"

namespace quipu::pipelines::internal {
namespace {

absl::Duration Backoff(const LeaseOptions& options, const ChunkState& chunk, int n) {
  const Fingerprint drawn = FingerprintBuilder("lease backoff")
                                .Add(options.key)
                                .Add(chunk.document)
                                .Add(uint64_t{chunk.chunk_index})
                                .Add(static_cast<uint64_t>(n))
                                .Build();
  return quipu::Backoff({options.backoff_first, options.backoff_most}, n,
                        Rng(drawn, "backoff").Uniform());
}

std::string WhyQuarantine(const LeaseOptions& options, const ChunkState& chunk,
                          const v1::LeaseEnded& ended) {
  if (ended.cause() == v1::LeaseEnded::LOST && ended.alone() &&
      chunk.lost + 1 >= options.max_lost_attempts) {
    return absl::StrCat("lost ", chunk.lost + 1, " times (at most ", options.max_lost_attempts,
                        "), the last time by worker ", ended.worker(), ", which held no other");
  }
  const int most_expired = kExpiriesOfQuarantine * options.max_lost_attempts;
  if (ended.cause() == v1::LeaseEnded::EXPIRED && ended.alone() &&
      chunk.expired + 1 >= most_expired) {
    return absl::StrCat("expired ", chunk.expired + 1, " times (at most ", most_expired,
                        "), the last time with worker ", ended.worker(), ", which held no other");
  }
  if (ended.cause() == v1::LeaseEnded::FAILED && chunk.failed + 1 >= options.max_failed_attempts) {
    return absl::StrCat("the engine failed ", chunk.failed + 1, " times (at most ",
                        options.max_failed_attempts, "), the last time on worker ", ended.worker(),
                        ": ", ended.message());
  }
  return "";
}

// Somebody else may try an expired chunk at once, unless it is doubtful. Expiries count against
// workers, so they lengthen no wait after a failure or a loss.
absl::Duration WaitAfter(const LeaseState& state, uint32_t i, v1::LeaseEnded::Cause cause) {
  const ChunkState& chunk = state.chunk(i);
  const bool audit = state.LeaseOf(i)->audit;
  const bool expired = cause == v1::LeaseEnded::EXPIRED;
  if (expired && !audit && !state.Suspect(chunk) && !state.Doubtful(chunk)) {
    return absl::ZeroDuration();
  }
  const int tries = chunk.lost + chunk.failed + (expired ? chunk.expired : 0);
  return Backoff(state.options(), chunk, (audit ? state.audits().at(i).tries : tries) + 1);
}

}  // namespace

v1::LeaseEnded::Cause CauseOfLoss(const LeaseState& state, uint32_t i) {
  return state.worker(state.LeaseOf(i)->worker).proven ? v1::LeaseEnded::LOST
                                                       : v1::LeaseEnded::EXPIRED;
}

v1::LeaseEnded::Cause CauseOfFailure(const LeaseState& state, uint32_t i) {
  const LeaseRecord& lease = *state.LeaseOf(i);
  const bool believed = state.options().trusted || state.worker(lease.worker).proven;
  return believed || lease.audit ? v1::LeaseEnded::FAILED : v1::LeaseEnded::EXPIRED;
}

void EndLease(const LeaseState& state, uint32_t i, v1::LeaseEnded::Cause cause,
              absl::string_view message, absl::Duration now, LeaseUpdates& updates) {
  const ChunkState& chunk = state.chunk(i);
  const LeaseRecord& lease = *state.LeaseOf(i);
  v1::LeaseUpdate update;
  v1::LeaseEnded& ended = *update.mutable_ended();
  *ended.mutable_chunk() = chunk.Id();
  ended.set_token(lease.token);
  ended.set_cause(cause);
  ended.set_worker(state.worker(lease.worker).name);
  ended.set_message(message.data(), message.size());
  ended.set_audit(lease.audit);
  const bool lost = cause == v1::LeaseEnded::LOST || cause == v1::LeaseEnded::EXPIRED;
  if (lost || cause == v1::LeaseEnded::FAILED) {
    ended.set_not_before_us(absl::ToInt64Microseconds(now + WaitAfter(state, i, cause)));
  }
  ended.set_alone(lost && !lease.shared);
  const std::string why = lease.audit ? "" : WhyQuarantine(state.options(), chunk, ended);
  updates.push_back(update);
  if (why.empty()) return;
  v1::ChunkQuarantined& quarantined = *updates.emplace_back().mutable_quarantined();
  *quarantined.mutable_chunk() = update.ended().chunk();
  quarantined.set_reason(why);
  quarantined.set_open(chunk.open());
}

}  // namespace quipu::pipelines::internal
