// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The rows of the labelled view: one question about a document, one answer, and whether
// it is right. docs/export.md says which pairs there are, and why no others.
//
//   const LabelledRows rows(store, target);
//   RETURN_IF_ERROR(rows.ForEach([&](const LabelledRow& row, const v1::Document& document) {
//     return rows.Append(row, document, &line);
//   }));
//
// Rows are made from the results in the store alone, so they do not depend on how training
// rows are built. Thread-safe.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_LABELLED_ROWS_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_LABELLED_ROWS_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "base/fingerprint.h"
#include "generator/rows/source_document.h"
#include "generator/rows/target_model.h"
#include "protos/document.pb.h"
#include "protos/sample.pb.h"
#include "protos/training_row.pb.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

struct LabelledRow {
  // The task's id; of a changed answer a fingerprint of it and the change.
  Fingerprint id;
  v1::Result result;  // With the row's answer, and without a reject.
  v1::LongDetails details;
  uint32_t num_tokens = 0;
  // Why the answer is wrong: "VERDICT", "LIKELIHOOD", "CHANGED_NUMBER", "CHANGED_NAME" or
  // "SWAPPED_PARTIES"; empty if it is right.
  std::string reason;

  bool label() const { return reason.empty(); }
};

// `result` with an answer that is wrong, and how it was changed: a number or name replaced,
// or parties swapped. nullopt if it has none of these. REQUIRES: accepted.
std::optional<LabelledRow> ChangedAnswer(const v1::Result& result, const v1::Document& document);

class LabelledRows {
 public:
  using RowFn = absl::FunctionRef<absl::Status(const LabelledRow&, const v1::Document&)>;

  // Both must outlive this.
  LabelledRows(const storage::StoreView& store, const generator::TargetModel& target)
      : store_(store), target_(target) {}

  // All rows, in order of document and task; a changed answer follows the right one. A row
  // that does not fit the context is left out.
  absl::Status ForEach(RowFn fn) const;
  // Appends the row's line.
  absl::Status Append(const LabelledRow& row, const v1::Document& document, std::string* out) const;

 private:
  absl::Status Add(LabelledRow row, const generator::SourceDocument& document, RowFn fn) const;

  const storage::StoreView& store_;
  const generator::TargetModel& target_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_LABELLED_ROWS_H_
