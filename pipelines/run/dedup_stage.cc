// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/dedup_stage.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/dedup.h"

namespace quipu::pipelines {

absl::Status DeduplicateResults(const v1::FilterSpec& filters, storage::Store* store) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, store->ListDocumentIds());
  for (const std::string& id : ids) {
    if (StopRequested()) return absl::CancelledError("stopped while dropping duplicates");
    ASSIGN_OR_RETURN(const v1::DocumentPlan plan, store->GetPlan(id));
    ASSIGN_OR_RETURN(const std::vector<v1::Result> results, store->GetResults(id));
    if (results.size() != static_cast<size_t>(plan.tasks_size())) {
      return absl::FailedPreconditionError(absl::StrCat("document ", absl::BytesToHexString(id),
                                                        " has ", results.size(), " results of ",
                                                        plan.tasks_size()));
    }
    const std::vector<v1::Result> rejects = generator::RejectDuplicates(results, filters);
    if (!rejects.empty()) RETURN_IF_ERROR(store->ReplaceWithRejects(id, rejects));
  }
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
