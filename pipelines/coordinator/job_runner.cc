// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/job_runner.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "generator/checks/reject.h"

namespace quipu::pipelines::internal {
namespace {

// Chunks whose results are withdrawn in one batch, so that submits need not wait
// for all of them.
constexpr size_t kMaxChunksRemoved = 64;

v1::LeaseUpdate Withdrawn(const UnauditedResults& unaudited, const std::string& worker) {
  v1::LeaseUpdate update;
  *update.mutable_withdrawn()->mutable_chunk() = unaudited.chunk;
  update.mutable_withdrawn()->set_pending(unaudited.mask);
  update.mutable_withdrawn()->set_worker(worker);
  return update;
}

}  // namespace

int JobRunner::RunNext() {
  Job job;
  {
    absl::MutexLock lock(&state_->mutex);
    if (state_->jobs.empty() || !state_->failed.ok()) return 0;
    job = state_->jobs.first();
  }
  Effects effects;
  const absl::StatusOr<bool> finished = Run(&job, &effects);
  if (!finished.ok()) {
    dispatcher_->Fail(finished.status());
  } else {
    absl::MutexLock lock(&state_->mutex);
    if (*finished) {
      state_->jobs.RemoveFirst();
    } else {
      state_->jobs.SetFirst(std::move(job));
    }
    state_->ServeWaitersLocked(state_->Now(), kMissesOfEvent, &effects);
  }
  dispatcher_->Dispatch(std::move(effects));
  return 1;
}

absl::StatusOr<bool> JobRunner::Run(Job* job, Effects* effects) {
  switch (job->kind) {
    case Job::Kind::kReject:
      RETURN_IF_ERROR(RejectQuarantined(job->quarantine, effects));
      return true;
    case Job::Kind::kWithdraw:
      return Withdraw(job->worker, &job->from, effects);
    case Job::Kind::kRelease:
      RETURN_IF_ERROR(ReleaseQuarantined(effects));
      return true;
  }
  return absl::InternalError("a job of unknown kind");
}

absl::Status JobRunner::RejectQuarantined(const v1::ChunkQuarantined& quarantine,
                                          Effects* effects) {
  const v1::ChunkId& chunk = quarantine.chunk();
  uint64_t open = 0;
  {
    absl::MutexLock lock(&state_->mutex);
    const std::optional<LeaseView> view = state_->table.Find(chunk);
    // A late or since withdrawn result has changed which tasks are open.
    if (view.has_value() && view->quarantined) open = quarantine.open() & ~view->done;
  }
  if (open == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::shared_ptr<const ChunkContent> content, chunks_->Get(chunk));
  JournalBatch batch;
  for (size_t i = 0; i < content->tasks.size(); ++i) {
    if ((open >> i & 1) == 0) continue;
    v1::Result& result = batch.results.emplace_back().result;
    *result.mutable_task() = content->tasks[i];
    *result.mutable_reject() =
        generator::MakeReject(v1::REJECT_REASON_QUARANTINED, quarantine.reason());
  }
  v1::LeaseUpdate update;
  *update.mutable_quarantined() = quarantine;
  update.mutable_quarantined()->set_open(open);
  batch.updates.push_back(std::move(update));
  RETURN_IF_ERROR(writer_->Commit(batch, /*sync=*/true));
  const absl::Duration now = state_->Now();
  const LeaseTable::RejectReasons rejects(batch.results.size(), v1::REJECT_REASON_QUARANTINED);
  absl::MutexLock lock(&state_->mutex);
  for (const JournalBatch::Made& made : batch.results) {
    state_->CountResultLocked(made.result, now, effects);
  }
  state_->ApplyAllLocked(state_->table.Store(chunk, /*worker=*/"", open, rejects, now), effects);
  return absl::OkStatus();
}

absl::StatusOr<bool> JobRunner::Withdraw(const std::string& worker, uint32_t* from,
                                         Effects* effects) {
  std::vector<v1::LeaseUpdate> updates;
  std::vector<v1::LeaseUpdate> why;
  bool finished = false;
  {
    absl::MutexLock lock(&state_->mutex);
    // Written once more, with a sync: otherwise a power failure could leave the
    // results removed without their maker's quarantine on disk.
    if (const std::string& reason = state_->table.WhyQuarantined(worker); !reason.empty()) {
      v1::WorkerQuarantined& quarantined = *why.emplace_back().mutable_worker_quarantined();
      quarantined.set_worker(worker);
      quarantined.set_reason(reason);
    }
    for (const UnauditedResults& unaudited :
         state_->table.UnauditedOf(worker, kMaxChunksRemoved, from)) {
      updates.push_back(Withdrawn(unaudited, worker));
    }
    finished = *from == state_->table.chunks();
  }
  RETURN_IF_ERROR(Remove(updates, std::move(why), effects));
  return finished;
}

absl::Status JobRunner::ReleaseQuarantined(Effects* effects) {
  std::vector<v1::LeaseUpdate> updates;
  {
    absl::MutexLock lock(&state_->mutex);
    for (v1::LeaseUpdate& update : state_->table.Release()) {
      // A chunk whose rejects are not written yet was quarantined after the
      // request.
      const std::optional<LeaseView> view = state_->table.Find(update.released().chunk());
      if (!view.has_value() || (update.released().pending() & ~view->done) != 0) continue;
      updates.push_back(std::move(update));
    }
  }
  return Remove(updates, {}, effects);
}

absl::Status JobRunner::Remove(const std::vector<v1::LeaseUpdate>& updates,
                               std::vector<v1::LeaseUpdate> why, Effects* effects) {
  if (updates.empty()) return absl::OkStatus();
  JournalBatch batch;
  std::vector<v1::Result> removed;
  for (const v1::LeaseUpdate& update : updates) {
    const bool released = update.has_released();
    const uint64_t tasks = released ? update.released().pending() : update.withdrawn().pending();
    ASSIGN_OR_RETURN(
        const std::shared_ptr<const ChunkContent> content,
        chunks_->Get(released ? update.released().chunk() : update.withdrawn().chunk()));
    for (size_t i = 0; i < content->tasks.size(); ++i) {
      if ((tasks >> i & 1) == 0) continue;
      ASSIGN_OR_RETURN(v1::Result result, state_->run_store->GetResult(content->tasks[i].id()));
      removed.push_back(std::move(result));
      batch.withdrawn.push_back(content->tasks[i].id());
    }
  }
  batch.updates = std::move(why);
  batch.updates.insert(batch.updates.end(), updates.begin(), updates.end());
  RETURN_IF_ERROR(writer_->Commit(batch, /*sync=*/true));
  absl::MutexLock lock(&state_->mutex);
  for (const v1::Result& result : removed) state_->CountRemovedLocked(result, effects);
  state_->ApplyAllLocked(updates, effects);
  return absl::OkStatus();
}

}  // namespace quipu::pipelines::internal
