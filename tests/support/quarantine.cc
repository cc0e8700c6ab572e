// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/quarantine.h"

#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "generator/checks/reject.h"
#include "pipelines/coordinator/run_store.h"

namespace quipu::testing {
namespace {

absl::Status UndoLaterStages(storage::Store* store) {
  return store->ForEachDocumentSummary([&](const std::string& id, uint64_t) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<v1::Result> results, store->GetResults(id));
    for (v1::Result result : results) {
      if (!generator::IsRejectedLater(result.reject().reason())) continue;
      result.clear_reject();
      RETURN_IF_ERROR(store->RestoreResults(id, {result}));
    }
    return absl::OkStatus();
  });
}

absl::Status Quarantine(const v1::ChunkAdded& chunk, const storage::Store& store,
                        storage::JournalBatch* batch) {
  v1::ChunkQuarantined& update = *batch->updates.emplace_back().mutable_quarantined();
  *update.mutable_chunk() = chunk.chunk();
  update.set_reason("a test says so");
  ASSIGN_OR_RETURN(const v1::DocumentPlan plan, store.GetPlan(chunk.chunk().document_id()));
  for (uint32_t i = 0; i < chunk.num_tasks(); ++i) {
    const v1::Task& task = plan.tasks(static_cast<int>(chunk.first_task() + i));
    update.set_open(update.open() | uint64_t{1} << i);
    batch->withdrawn.push_back(task.id());
    v1::Result& result = batch->results.emplace_back().result;
    *result.mutable_task() = task;
    *result.mutable_reject() =
        generator::MakeReject(v1::REJECT_REASON_QUARANTINED, update.reason());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<uint64_t> QuarantineHalf(storage::Store* store) {
  RETURN_IF_ERROR(store->ReopenGeneration());
  RETURN_IF_ERROR(UndoLaterStages(store));
  ASSIGN_OR_RETURN(const std::unique_ptr<pipelines::RunStore> run_store,
                   pipelines::MakeRunStore(store));
  storage::JournalBatch batch;
  int number = 0;
  RETURN_IF_ERROR(run_store->ForEachChunk([&](const v1::ChunkAdded& chunk) {
    return number++ % 2 == 0 ? Quarantine(chunk, *store, &batch) : absl::OkStatus();
  }));
  RETURN_IF_ERROR(store->CommitJournaled(batch, /*sync=*/true));
  return batch.results.size();
}

}  // namespace quipu::testing
