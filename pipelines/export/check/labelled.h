// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks the lines of a labelled view.
//
//   ASSIGN_OR_RETURN(LabelledChecker checker, LabelledChecker::Build(store, target, &findings));
//   RETURN_IF_ERROR(checker.Check({"labelled-00000.jsonl", 7}, line));
//   checker.Finish({"labelled-*.jsonl"});
//
// Each line must be the one that the store gives when it is written again, and its label
// the fate of its pair. 48 bytes of memory for each row. Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_CHECK_LABELLED_H_
#define QUIPU_PIPELINES_EXPORT_CHECK_LABELLED_H_

#include <cstdint>
#include <map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "base/json_parser.h"
#include "generator/rows/instance_builder.h"
#include "pipelines/export/rows/counts.h"
#include "pipelines/export/rows/findings.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

class LabelledChecker {
 public:
  // Writes all rows once, to know their hashes; none if the spec wants no such view.
  // All must outlive it. Errors are the store's.
  static absl::StatusOr<LabelledChecker> Build(const storage::StoreView& store,
                                               const generator::TargetModel& target,
                                               Findings* findings);

  // Checks one line (kLinePadding bytes after it have to be readable). A fault in it is a
  // finding; an error status comes from the store.
  absl::Status Check(const Place& place, absl::string_view line);
  // Call after the last line: adds findings for missing rows.
  void Finish(const Place& place);

  // Sets the view's counts.
  void AddTo(ExportCounts* counts) const;

 private:
  struct Expected {
    Fingerprint line;
    bool seen = false;
  };

  LabelledChecker(const storage::StoreView& store, Findings* findings)
      : store_(&store), findings_(findings) {}
  // Whether label and answer are those of the pair in the store.
  absl::Status CheckLabel(const Place& place, const simdjson::dom::object& row);

  const storage::StoreView* store_;
  Findings* findings_;
  JsonParser parser_;
  std::map<Fingerprint, Expected> rows_;
  uint64_t right_ = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_CHECK_LABELLED_H_
