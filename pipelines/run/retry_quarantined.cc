// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/retry_quarantined.h"

#include <memory>
#include <string>
#include <vector>

#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "generator/reject.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/run_store.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kSecretBytes = 32;

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

// As an operator does while the run is served.
absl::Status Release(storage::Store* store) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RunStore> run_store, MakeRunStore(store));
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
