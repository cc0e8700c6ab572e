// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks lines of a messages file against the store, field by field, and that
// the context, each chunk, question and answer are in them, and nothing that was cut out.
//
//   MessagesChecker checker(store, index, target, &findings);
//   RETURN_IF_ERROR(checker.Check({"messages-00000.jsonl", 1}, line));
//   checker.Finish({"messages-*.jsonl"});
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_CHECK_MESSAGES_H_
#define QUIPU_PIPELINES_EXPORT_CHECK_MESSAGES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/json_parser.h"
#include "generator/chunks/task_chunks.h"
#include "generator/corpus/split.h"
#include "generator/rows/row_material.h"
#include "generator/rows/target_model.h"
#include "pipelines/export/check/source_index.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/rows.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

class MessagesChecker {
 public:
  // All must outlive this.
  MessagesChecker(const storage::StoreView& store, const SourceIndex& index,
                  const generator::TargetModel& target, Findings* findings)
      : store_(store),
        index_(index),
        target_(target),
        findings_(findings),
        rows_(store.header(), target),
        seen_(index.size()) {}

  // Checks one line (kLinePadding bytes after it have to be readable). A fault
  // in it is a finding; an error status comes from the store.
  // `split`: the one that the file belongs to.
  absl::Status Check(const Place& place, absl::string_view line,
                     generator::Split split = generator::Split::kTrain);
  // Call after the last line: adds findings for missing rows.
  void Finish(const Place& place);

 private:
  absl::Status CheckLongRow(const Place& place, absl::string_view line,
                            const simdjson::dom::object& object, const SourceRow& source,
                            generator::Split split);
  void CheckSplit(const Place& place, generator::Split is, generator::Split wanted);
  absl::Status CheckShortRow(const Place& place, absl::string_view line,
                             const simdjson::dom::object& object, const SourceRow& source);
  void Compare(const Place& place, const simdjson::dom::object& actual);
  void CheckContext(const Place& place, absl::string_view user,
                    const generator::RowMaterial& material);
  void CheckTurns(const Place& place, const std::vector<absl::string_view>& contents,
                  size_t first_user, const generator::RowMaterial& material);
  void CheckEvidence(const Place& place, const v1::LongDetails& details,
                     const LongRowRecords& records, const generator::RowMaterial& material);
  // `details`: LongDetails or Turn, of one pair.
  template <typename Details>
  void CheckPlaces(const Place& place, const Details& details,
                   absl::Span<const generator::TextRange> chunks, const v1::Document& document,
                   bool cut_out);

  const storage::StoreView& store_;
  const SourceIndex& index_;
  const generator::TargetModel& target_;
  Findings* const findings_;
  const RowWriter rows_;
  JsonParser parser_;
  JsonParser expected_parser_;
  std::string expected_;
  std::vector<uint8_t> seen_;  // By position in the index.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_CHECK_MESSAGES_H_
