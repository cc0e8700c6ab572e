// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/contamination.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/stop.h"

namespace quipu::pipelines {
namespace {

using PrintFn = absl::FunctionRef<absl::Status(absl::string_view line)>;

// "pair 0a1b... (corpus.jsonl:12): quality.jsonl:3: ...".
std::string Line(absl::string_view what, absl::string_view id, const v1::Provenance& from,
                 absl::string_view found) {
  return absl::StrCat(what, " ", absl::BytesToHexString(id), " (", from.source(),
                      from.line() == 0 ? "" : absl::StrCat(":", from.line()), "): ", found);
}

absl::Status CheckDocument(const generator::Decontaminator& benchmarks, const storage::Store& store,
                           const std::string& id, PrintFn print, Contamination* sums) {
  ASSIGN_OR_RETURN(std::vector<v1::Result> results, store.GetResults(id));
  std::vector<const v1::Result*> accepted;
  for (const v1::Result& result : results) {
    if (!result.has_reject()) accepted.push_back(&result);
  }
  if (accepted.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const v1::Document document, store.GetDocument(id));
  const std::optional<std::string> found = benchmarks.FindDocument(document.text());
  if (found.has_value()) {
    ++sums->documents;
    sums->pairs_of_documents += accepted.size();
    return print(Line("document", id, document.provenance(), *found));
  }
  for (const v1::Result* result : accepted) {
    const std::optional<std::string> pair =
        benchmarks.FindPair(result->question(), result->answer());
    if (!pair.has_value()) continue;
    ++sums->pairs;
    RETURN_IF_ERROR(print(Line("pair", result->task().id(), document.provenance(), *pair)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Contamination> FindContamination(const generator::Decontaminator& benchmarks,
                                                const storage::Store& store, PrintFn print) {
  Contamination sums;
  RETURN_IF_ERROR(
      store.ForEachDocumentSummary([&](const std::string& id, uint64_t) -> absl::Status {
        if (StopRequested()) return absl::CancelledError("stopped while decontaminating");
        return CheckDocument(benchmarks, store, id, print, &sums);
      }));
  std::set<std::string> rejected;
  RETURN_IF_ERROR(store.ForEachRejectedRow([&](const v1::RejectedRow& row) {
    rejected.insert(row.row_id());
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(store.ForEachShortRow([&](const v1::ShortRow& row) -> absl::Status {
    if (StopRequested()) return absl::CancelledError("stopped while decontaminating");
    if (rejected.count(row.id()) > 0) return absl::OkStatus();
    const std::optional<std::string> found = benchmarks.FindRow(row);
    if (!found.has_value()) return absl::OkStatus();
    ++sums.short_rows;
    return print(Line("short row", row.id(), row.provenance(), *found));
  }));
  return sums;
}

}  // namespace quipu::pipelines
