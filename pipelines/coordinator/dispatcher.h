// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Does the work that changes of a run's state leave to do without its lock:
// makes the replies of grants, calls back the answered callers, wakes the loop.
//
//   Dispatcher dispatcher(&state, &chunks);
//   dispatcher.SetWake(wake);
//   dispatcher.Dispatch(std::move(effects));
//
// The state and the cache must outlive it. Thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_DISPATCHER_H_
#define QUIPU_PIPELINES_COORDINATOR_DISPATCHER_H_

#include <functional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pipelines/coordinator/chunk_cache.h"
#include "pipelines/coordinator/effects.h"
#include "pipelines/coordinator/run_state.h"

namespace quipu::pipelines::internal {

class Dispatcher {
 public:
  Dispatcher(RunState* state, ChunkCache* chunks) : state_(state), chunks_(chunks) {}

  // Call once, before the first other call.
  void SetWake(std::function<void()> wake) { wake_ = std::move(wake); }

  // Reads the granted chunks and queues their replies, which are sent once the
  // grants are journaled; then makes the calls; then wakes the loop. A chunk
  // that cannot be read fails the run.
  void Dispatch(Effects effects) ABSL_LOCKS_EXCLUDED(state_->mutex);
  // Ends the run with this error, and answers all waiting calls with it.
  void Fail(const absl::Status& status) ABSL_LOCKS_EXCLUDED(state_->mutex);

 private:
  // The first of the chunks, as many as fit a message.
  absl::StatusOr<v1::LeaseReply> MakeLeaseReply(const GrantedPoll& granted);
  // Whether the reply was queued, so that the loop has to be woken. `more`: what is left to
  // do when leases were returned that do not fit it.
  bool QueueReply(GrantedPoll granted, Effects* more) ABSL_LOCKS_EXCLUDED(state_->mutex);
  // Ends the leases after the first `sent`, and grants their chunks to others that wait.
  void ReturnRestLocked(const GrantedPoll& granted, size_t sent, Effects* more)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mutex);

  RunState* const state_;
  ChunkCache* const chunks_;    // Texts and tasks of granted chunks.
  std::function<void()> wake_;  // Of the loop; empty if there is none.
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_DISPATCHER_H_
