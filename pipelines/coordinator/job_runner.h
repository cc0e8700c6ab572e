// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Runs the jobs of a JobQueue: stores rejects for quarantined chunks, and
// removes results to be repeated.
//
//   JobRunner jobs(&state, &dispatcher, &writer, &chunks);
//   while (jobs.RunNext() > 0) {}
//
// Its arguments must outlive it. Only for the thread that commits.
#ifndef QUIPU_PIPELINES_COORDINATOR_JOB_RUNNER_H_
#define QUIPU_PIPELINES_COORDINATOR_JOB_RUNNER_H_

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pipelines/coordinator/chunk_cache.h"
#include "pipelines/coordinator/dispatcher.h"
#include "pipelines/coordinator/effects.h"
#include "pipelines/coordinator/job_queue.h"
#include "pipelines/coordinator/run_state.h"
#include "pipelines/coordinator/store_writer.h"

namespace quipu::pipelines::internal {

class JobRunner {
 public:
  JobRunner(RunState* state, Dispatcher* dispatcher, StoreWriter* writer, ChunkCache* chunks)
      : state_(state), dispatcher_(dispatcher), writer_(writer), chunks_(chunks) {}

  // Runs the first job, or as much of it as fits one batch. Returns 1, or 0 if
  // there was none. An error of the store fails the run.
  int RunNext() ABSL_LOCKS_EXCLUDED(state_->mutex);

 private:
  // Whether the job is finished; if not, it has to run again.
  absl::StatusOr<bool> Run(Job* job, Effects* effects) ABSL_LOCKS_EXCLUDED(state_->mutex);
  absl::Status RejectQuarantined(const v1::ChunkQuarantined& quarantine, Effects* effects)
      ABSL_LOCKS_EXCLUDED(state_->mutex);
  // `*from`: as of LeaseTable::UnauditedOf.
  absl::StatusOr<bool> Withdraw(const std::string& worker, uint32_t* from, Effects* effects)
      ABSL_LOCKS_EXCLUDED(state_->mutex);
  absl::Status ReleaseQuarantined(Effects* effects) ABSL_LOCKS_EXCLUDED(state_->mutex);
  // Writes the removal of results after `why`, which is applied already; then
  // applies the updates.
  absl::Status Remove(const std::vector<v1::LeaseUpdate>& updates, std::vector<v1::LeaseUpdate> why,
                      Effects* effects) ABSL_LOCKS_EXCLUDED(state_->mutex);

  RunState* const state_;
  Dispatcher* const dispatcher_;
  StoreWriter* const writer_;
  ChunkCache* const chunks_;  // Tasks of the chunks that lose or get results.
};

}  // namespace quipu::pipelines::internal

#endif  // QUIPU_PIPELINES_COORDINATOR_JOB_RUNNER_H_
