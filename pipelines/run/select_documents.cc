// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/select_documents.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/corpus/document_selection.h"
#include "pipelines/run/no_chunk_reason.h"

namespace quipu::pipelines {
namespace {

absl::Status CheckNotStopped() {
  return StopRequested() ? absl::CancelledError("stopped while choosing documents")
                         : absl::OkStatus();
}

// Gives each document that holds a benchmark's context its plan.
absl::Status LeaveOutContaminated(const generator::Decontaminator& benchmarks,
                                  storage::Store* store) {
  return store->ForEachDocumentSummary([&](const std::string& id, uint64_t) -> absl::Status {
    RETURN_IF_ERROR(CheckNotStopped());
    // Found by an earlier process.
    ASSIGN_OR_RETURN(const v1::NoChunkReason reason, NoChunkReasonOf(id, *store));
    if (reason == v1::NO_CHUNK_REASON_CONTAMINATED) return absl::OkStatus();
    ASSIGN_OR_RETURN(const v1::Document document, store->GetDocument(id));
    const std::optional<std::string> found = benchmarks.FindDocument(document.text());
    return found.has_value() ? store->AddPlan(generator::PlanOfContaminated(id, *found))
                             : absl::OkStatus();
  });
}

// Calls fn with each document but the contaminated ones. `benchmarks`: whether there may be some.
absl::Status ForEachClean(
    bool benchmarks, const storage::Store& store,
    absl::FunctionRef<absl::Status(const Fingerprint& id, uint64_t tokens)> fn) {
  return store.ForEachDocumentSummary([&](const std::string& id, uint64_t tokens) -> absl::Status {
    RETURN_IF_ERROR(CheckNotStopped());
    if (benchmarks) {
      ASSIGN_OR_RETURN(const v1::NoChunkReason reason, NoChunkReasonOf(id, store));
      if (reason == v1::NO_CHUNK_REASON_CONTAMINATED) return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const Fingerprint fingerprint, Fingerprint::FromBytes(id));
    return fn(fingerprint, tokens);
  });
}

}  // namespace

absl::Status SelectDocuments(const v1::RunSpec& spec, const generator::Decontaminator* benchmarks,
                             storage::Store* store) {
  if (benchmarks != nullptr) RETURN_IF_ERROR(LeaveOutContaminated(*benchmarks, store));
  const bool decontaminated = benchmarks != nullptr;
  generator::DocumentSelection selection(spec.selection(), spec.seed());
  RETURN_IF_ERROR(ForEachClean(decontaminated, *store, [&](const Fingerprint& id, uint64_t tokens) {
    selection.Add(id, tokens);
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(selection.Choose([&](const Fingerprint& id) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(CheckNotStopped());
    ASSIGN_OR_RETURN(v1::Document document, store->GetDocument(id.ToBytes()));
    return std::move(*document.mutable_text());
  }));
  return ForEachClean(
      decontaminated, *store, [&](const Fingerprint& id, uint64_t tokens) -> absl::Status {
        const std::optional<v1::DocumentPlan> plan = selection.PlanOfLeftOut(id, tokens);
        return plan.has_value() ? store->AddPlan(*plan) : absl::OkStatus();
      });
}

}  // namespace quipu::pipelines
