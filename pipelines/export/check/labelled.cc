// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/check/labelled.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/export/rows/labelled_rows.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

// The content of the only message under "completion".
absl::string_view CompletionOf(const dom::object& row) {
  std::string_view content;
  if (row["completion"].at(0)["content"].get(content) != simdjson::SUCCESS) return "";
  return ToAbsl(content);
}

}  // namespace

absl::StatusOr<LabelledChecker> LabelledChecker::Build(const storage::StoreView& store,
                                                       const generator::TargetModel& target,
                                                       Findings* findings) {
  LabelledChecker checker(store, findings);
  if (!store.header().spec().export_().labelled()) return checker;
  const LabelledRows rows(store, target);
  std::string line;
  RETURN_IF_ERROR(rows.ForEach([&](const LabelledRow& row, const v1::Document& document) {
    line.clear();
    RETURN_IF_ERROR(rows.Append(row, document, &line));
    checker.rows_[row.id].line = FingerprintOf(absl::StripSuffix(line, "\n"));
    checker.right_ += row.label() ? 1 : 0;
    return absl::OkStatus();
  }));
  return checker;
}

absl::Status LabelledChecker::Check(const Place& place, absl::string_view line) {
  const absl::StatusOr<dom::object> object = parser_.ParseObject(line);
  const absl::StatusOr<absl::string_view> id =
      object.ok() ? RequiredString(*object, "id") : object.status();
  if (!id.ok()) {
    findings_->Add(place, id.status().message());
    return absl::OkStatus();
  }
  const absl::StatusOr<Fingerprint> fingerprint = Fingerprint::FromHex(*id);
  const auto found = fingerprint.ok() ? rows_.find(*fingerprint) : rows_.end();
  if (found == rows_.end()) {
    findings_->Add(place, absl::StrCat("row ", Snippet(*id), " is not in the store"));
    return absl::OkStatus();
  }
  if (found->second.seen) findings_->Add(place, absl::StrCat("row ", *id, " is duplicated here"));
  found->second.seen = true;
  if (found->second.line != FingerprintOf(line)) {
    findings_->Add(place, "differs from the row that the store gives");
  }
  return CheckLabel(place, *object);
}

absl::Status LabelledChecker::CheckLabel(const Place& place, const dom::object& row) {
  bool label = false;
  const absl::StatusOr<absl::string_view> task = RequiredString(row, "task_id");
  if (!task.ok() || row["label"].get(label) != simdjson::SUCCESS) {
    findings_->Add(place, "no label or no task_id");
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const v1::Result result, store_->GetResult(absl::HexStringToBytes(*task)));
  const bool same_answer = CompletionOf(row) == result.answer();
  if (label && result.has_reject())
    findings_->Add(place, "the label is true, the pair was rejected");
  if (label && !same_answer) findings_->Add(place, "the answer differs from the pair's");
  if (!label && same_answer && !result.has_reject()) {
    findings_->Add(place, "the label is false, the pair was accepted");
  }
  return absl::OkStatus();
}

void LabelledChecker::Finish(const Place& place) {
  for (const auto& [id, expected] : rows_) {
    if (!expected.seen) findings_->Add(place, absl::StrCat("no row ", id.ToHex()));
  }
}

void LabelledChecker::AddTo(ExportCounts* counts) const {
  counts->labelled_rows = rows_.size();
  counts->labelled_true = right_;
}

}  // namespace quipu::pipelines
