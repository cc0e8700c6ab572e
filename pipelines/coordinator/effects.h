// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The actions that a change of a run's state leaves to do after the lock is
// released: callers to answer, grants to reply to, the loop to wake. Collected
// under the lock, executed by Dispatcher::Dispatch.
//
//   Effects effects;
//   { absl::MutexLock lock(&state->mutex); state->ApplyLocked(update, &effects); }
//   dispatcher->Dispatch(std::move(effects));
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_EFFECTS_H_
#define QUIPU_PIPELINES_COORDINATOR_EFFECTS_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "pipelines/coordinator/poll_queue.h"
#include "pipelines/coordinator/types.h"
#include "protos/lease.pb.h"

namespace quipu::pipelines::internal {

// A granted lease, with the tasks to make under it.
struct GrantedChunk {
  v1::LeaseGranted lease;
  uint64_t tasks = 0;  // Bits.
};

struct GrantedPoll {
  Poll poll;
  std::vector<GrantedChunk> chunks;
};

struct Effects {
  std::vector<std::function<void()>> calls;  // In this order.
  std::vector<GrantedPoll> grants;           // To read, sign, and answer once journaled.
  bool wake = false;                         // CommitSome has work, or Tick should come sooner.

  bool empty() const { return calls.empty() && grants.empty() && !wake; }

  template <typename Reply>
  void Answer(ReplyFn<Reply> done, absl::StatusOr<Reply> reply) {
    calls.push_back([done = std::move(done), reply = std::move(reply)] { done(reply); });
  }
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_EFFECTS_H_
