// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/select_documents.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/document_selection.h"

namespace quipu::pipelines {
namespace {

absl::Status CheckNotStopped() {
  return StopRequested() ? absl::CancelledError("stopped while choosing documents")
                         : absl::OkStatus();
}

// Ids of the documents that an earlier process has found to be contaminated.
absl::StatusOr<std::set<std::string>> ContaminatedIds(const storage::Store& store) {
  std::set<std::string> ids;
  RETURN_IF_ERROR(store.ForEachPlan([&](const v1::DocumentPlan& plan) {
    if (plan.no_chunk() == v1::NO_CHUNK_REASON_CONTAMINATED) ids.insert(plan.document_id());
    return absl::OkStatus();
  }));
  return ids;
}

// All documents but the contaminated ones, which get their plan here.
absl::StatusOr<std::vector<generator::SelectionCandidate>> CleanCandidates(
    const generator::Decontaminator* benchmarks, storage::Store* store) {
  ASSIGN_OR_RETURN(const std::set<std::string> contaminated, ContaminatedIds(*store));
  std::vector<generator::SelectionCandidate> candidates;
  RETURN_IF_ERROR(store->ForEachDocument([&](const v1::Document& document) -> absl::Status {
    RETURN_IF_ERROR(CheckNotStopped());
    if (contaminated.count(document.id()) > 0) return absl::OkStatus();
    if (benchmarks != nullptr) {
      const std::optional<std::string> found = benchmarks->FindDocument(document.text());
      if (found.has_value()) {
        return store->AddPlan(generator::PlanOfContaminated(document.id(), *found));
      }
    }
    candidates.push_back({document.id(), document.tokens()});
    return absl::OkStatus();
  }));
  return candidates;
}

}  // namespace

absl::Status SelectDocuments(const v1::RunSpec& spec, const generator::Decontaminator* benchmarks,
                             storage::Store* store) {
  ASSIGN_OR_RETURN(std::vector<generator::SelectionCandidate> candidates,
                   CleanCandidates(benchmarks, store));
  const auto read_text = [&](absl::string_view id) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(CheckNotStopped());
    ASSIGN_OR_RETURN(v1::Document document, store->GetDocument(id));
    return std::move(*document.mutable_text());
  };
  ASSIGN_OR_RETURN(
      const std::vector<v1::DocumentPlan> left_out,
      generator::LeaveOut(spec.selection(), spec.seed(), std::move(candidates), read_text));
  for (const v1::DocumentPlan& plan : left_out) RETURN_IF_ERROR(store->AddPlan(plan));
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
