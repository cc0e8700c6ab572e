// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a change of spec, prompts, thresholds or model did: two runs as tables side by side, and
// pairs that they made of the same chunks.
//
//   ASSIGN_OR_RETURN(const RunDiff diff, DiffRuns(first, second, {}));
//   out << DiffText(diff);
//   RETURN_IF_ERROR(WriteFileAtomic("diff.html", DiffHtml(diff)));
//
// The same stores and options give the same tables. Pure, except for reading the stores.
#ifndef QUIPU_PIPELINES_REPORT_DIFF_DIFF_H_
#define QUIPU_PIPELINES_REPORT_DIFF_DIFF_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pipelines/report/diff/pair_match.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// A title, the heads of the columns, and rows of as many cells.
struct DiffTable {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

// What one run made of a task.
struct DiffSide {
  std::string id;
  std::string outcome;  // "accepted", or "rejected: verdict (...)".
  std::string question;
  std::string answer;
  std::string scores;
};

struct DiffExample {
  std::string where;  // "corpus/a.jsonl:12, bytes 100-900, long answer".
  std::string chunk;  // Of two chunks the first; cut.
  DiffSide first;
  DiffSide second;
};

struct RunDiff {
  std::string first;  // Paths of the stores.
  std::string second;
  std::vector<DiffTable> tables;
  std::string examples_title;
  std::vector<DiffExample> examples;
};

// FAILED_PRECONDITION if no pair of either has a result; the stores' errors.
absl::StatusOr<RunDiff> DiffRuns(const storage::StoreView& first, const storage::StoreView& second,
                                 const PairMatchOptions& options);

// The examples alone: `quipu show STORE --diff OTHER`.
absl::StatusOr<RunDiff> DiffExamples(const storage::StoreView& first,
                                     const storage::StoreView& second,
                                     const PairMatchOptions& options);

// For a terminal; escapes what came from documents.
std::string DiffText(const RunDiff& diff);
// A page that needs no other file and no script.
std::string DiffHtml(const RunDiff& diff);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_DIFF_DIFF_H_
