// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/retry_quarantined.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "generator/checks/reject.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/run_store.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kSecretBytes = 32;
constexpr size_t kBatchUpdates = 1024;

uint64_t QuarantinedOf(const storage::RunCounts& counts) {
  const auto found = counts.rejects_by_reason.find(v1::REJECT_REASON_QUARANTINED);
  return found == counts.rejects_by_reason.end() ? 0 : found->second;
}

// Which pair is a duplicate depends on all pairs, the missing ones too.
absl::Status RestoreRejectedLater(storage::Store* store) {
  return store->ForEachDocumentSummary([&](const std::string& id, uint64_t) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<v1::Result> results, store->GetResults(id));
    std::vector<v1::Result> restored;
    for (const v1::Result& result : results) {
      if (!generator::IsRejectedLater(result.reject().reason())) continue;
      restored.push_back(result);
      restored.back().clear_reject();
    }
    return restored.empty() ? absl::OkStatus() : store->RestoreResults(id, restored);
  });
}

// Document id and task index.
using Place = std::pair<std::string, uint32_t>;

// The quarantined results, in order.
absl::StatusOr<std::vector<Place>> QuarantinedIn(const storage::Store& store) {
  std::vector<Place> places;
  RETURN_IF_ERROR(store.ForEachResult([&places](const v1::Result& result) {
    if (result.reject().reason() == v1::REJECT_REASON_QUARANTINED) {
      places.emplace_back(result.task().document_id(), result.task().index());
    }
    return absl::OkStatus();
  }));
  return places;
}

// A merge copies results and no journal: the journal gets what a coordinator would have written
// with these results.
absl::Status JournalQuarantined(const std::vector<Place>& places, RunStore* run_store) {
  JournalBatch batch;
  auto next = places.begin();
  RETURN_IF_ERROR(run_store->ForEachChunk([&](const v1::ChunkAdded& chunk) -> absl::Status {
    uint64_t mask = 0;
    for (; next != places.end() && next->first == chunk.chunk().document_id() &&
           next->second < chunk.first_task() + chunk.num_tasks();
         ++next) {
      mask |= uint64_t{1} << (next->second - chunk.first_task());
    }
    if (mask == 0) return absl::OkStatus();
    v1::ChunkQuarantined& update = *batch.updates.emplace_back().mutable_quarantined();
    *update.mutable_chunk() = chunk.chunk();
    update.set_reason("quarantined in a partition's run");
    update.set_open(mask);
    if (batch.updates.size() < kBatchUpdates) return absl::OkStatus();
    RETURN_IF_ERROR(run_store->Commit(batch, /*sync=*/false));
    batch = {};
    return absl::OkStatus();
  }));
  return run_store->Commit(batch, /*sync=*/true);
}

// As an operator does while the run is served.
absl::Status Release(storage::Store* store) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RunStore> run_store, MakeRunStore(store));
  if (store->header().merged_partitions() > 0) {
    ASSIGN_OR_RETURN(const std::vector<Place> places, QuarantinedIn(*store));
    RETURN_IF_ERROR(JournalQuarantined(places, run_store.get()));
  }
  CoordinatorOptions options;
  options.secret = RandomBytes(kSecretBytes);
  ASSIGN_OR_RETURN(const std::unique_ptr<Coordinator> coordinator,
                   Coordinator::Start(options, run_store.get()));
  v1::ControlRequest retry;
  retry.set_verb(v1::ControlRequest::RETRY_QUARANTINED);
  RETURN_IF_ERROR(coordinator->Control(retry).status());
  while (coordinator->CommitSome() > 0) {
  }
  return coordinator->Failed();
}

}  // namespace

absl::StatusOr<uint64_t> RetryQuarantined(storage::Store* store) {
  ASSIGN_OR_RETURN(const storage::RunCounts counts, store->Count());
  const uint64_t pairs = QuarantinedOf(counts);
  if (pairs == 0) return 0;
  RETURN_IF_ERROR(store->ReopenGeneration());
  RETURN_IF_ERROR(RestoreRejectedLater(store));
  RETURN_IF_ERROR(Release(store));
  ASSIGN_OR_RETURN(const storage::RunCounts after, store->Count());
  return pairs - QuarantinedOf(after);
}

}  // namespace quipu::pipelines
