// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/document_cache.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

absl::StatusOr<PlannedDocument> Read(const storage::Store& store, absl::string_view document_id) {
  PlannedDocument planned;
  ASSIGN_OR_RETURN(planned.plan, store.GetPlan(document_id));
  absl::StatusOr<v1::Document> document = store.GetDocument(document_id);
  if (absl::IsNotFound(document.status())) {
    return absl::DataLossError(
        absl::StrCat(document.status().message(), " in store ", store.path(), ", but its plan"));
  }
  RETURN_IF_ERROR(document.status());
  planned.document = *std::move(document);
  return planned;
}

// In memory, where a task has six times its size on disk.
size_t BytesOf(const PlannedDocument& planned) {
  return planned.document.SpaceUsedLong() + planned.plan.SpaceUsedLong();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PlannedDocument>> DocumentCache::Get(
    absl::string_view document_id) {
  return planned_.Get(
      std::string(document_id), [&] { return Read(*store_, document_id); }, BytesOf);
}

}  // namespace quipu::pipelines
