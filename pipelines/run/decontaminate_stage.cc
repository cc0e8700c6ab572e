// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/decontaminate_stage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/checks/reject.h"

namespace quipu::pipelines {

absl::Status RejectContaminated(const generator::Decontaminator& benchmarks,
                                storage::Store* store) {
  uint64_t rejected = 0;
  RETURN_IF_ERROR(store->ForEachDocumentSummary([&](const std::string& id,
                                                    uint64_t) -> absl::Status {
    if (StopRequested()) return absl::CancelledError("stopped while decontaminating");
    ASSIGN_OR_RETURN(const std::vector<v1::Result> results, store->GetResults(id));
    std::vector<v1::Result> rejects;
    for (const v1::Result& result : results) {
      // Rejected pairs too: a labelled view shows some of them.
      if (result.reject().reason() == v1::REJECT_REASON_CONTAMINATED) continue;
      std::optional<std::string> found = benchmarks.FindPair(result.question(), result.answer());
      if (!found.has_value()) continue;
      rejects.push_back(result);
      *rejects.back().mutable_reject() =
          generator::MakeReject(v1::REJECT_REASON_CONTAMINATED, *std::move(found));
    }
    rejected += rejects.size();
    return rejects.empty() ? absl::OkStatus() : store->ReplaceWithRejects(id, rejects);
  }));
  LogInfo(absl::StrCat("decontaminated: ", rejected, " pairs are in a benchmark"));
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
