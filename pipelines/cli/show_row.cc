// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/show_row.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/row_material.h"
#include "pipelines/export/rows/conversation.h"
#include "pipelines/export/rows/training_row.h"

namespace quipu::pipelines {
namespace {

bool MakesOtherRows(const v1::InstanceSpec& spec) {
  return spec.max_turns() > 1 || spec.unanswerable_share() > 0 || spec.distractor_share() > 0 ||
         spec.key_value_share() > 0;
}

bool IsPlain(const v1::LongDetails& details) {
  return details.row_kind() == v1::ROW_KIND_ANSWERED && details.more_turns().empty() &&
         details.context().empty();
}

bool Begins(absl::string_view id, absl::string_view digits) {
  return absl::StartsWith(absl::BytesToHexString(id), digits);
}

bool Matches(const v1::TrainingRow& row, absl::string_view row_id, absl::string_view digits) {
  if (Begins(row_id, digits) || Begins(row.segments(0).source_id(), digits)) return true;
  for (const v1::Turn& turn : row.long_details().more_turns()) {
    if (Begins(turn.task_id(), digits)) return true;
  }
  return false;
}

std::string Describe(const v1::Document& document, const generator::TextRange& span) {
  const v1::Provenance& from = document.provenance();
  return absl::StrCat(Snippet(from.source(), kMaxPathBytes),
                      from.line() > 0 ? absl::StrCat(":", from.line()) : "", "  bytes ", span.begin,
                      "-", span.end, " of ", document.text().size());
}

void AppendContext(const LongRowRecords& records, const generator::RowMaterial& material,
                   std::string* text) {
  for (size_t i = 0; i < material.blocks.size(); ++i) {
    const v1::Document* document =
        records.context.empty() ? records.document.get() : records.context[i].get();
    if (document == nullptr) continue;
    absl::StrAppend(text, i == material.own ? "source:   " : "other:    ",
                    Describe(*document, material.blocks[i].span), "\n");
  }
}

absl::StatusOr<std::string> ShowRow(const storage::StoreView& store, const v1::TrainingRow& row,
                                    absl::string_view row_id) {
  const generator::RowSpec spec(store.header().spec());
  ASSIGN_OR_RETURN(const LongRowRecords records, ReadLongRow(store, row));
  ASSIGN_OR_RETURN(const generator::RowMaterial material,
                   generator::MaterialOf(row.long_details(), records.View(), spec));
  std::string text =
      absl::StrCat("=== ", absl::BytesToHexString(row_id), "  ", RowKindName(row), " row, ",
                   material.turns.size(), " turns, ", row.segments(0).length(), " tokens\n");
  AppendContext(records, material, &text);
  for (const generator::RowTurn& turn : material.turns) {
    if (!turn.task_id.empty()) {
      absl::StrAppend(&text, "task:     ", absl::BytesToHexString(turn.task_id), "\n");
    }
    absl::StrAppend(&text, "question: ", Printable(turn.question),
                    "\nanswer:   ", Printable(turn.answer), "\n");
  }
  for (const absl::string_view part : material.absent) {
    absl::StrAppend(&text, "cut out:  ", Snippet(part, 200), "\n");
  }
  absl::StrAppend(&text, "\n");
  return text;
}

}  // namespace

absl::StatusOr<std::string> ShowRows(const storage::StoreView& store, absl::string_view digits) {
  std::string text;
  if (!MakesOtherRows(store.header().spec().instances())) return text;
  const std::string wanted = absl::AsciiStrToLower(digits);
  RETURN_IF_ERROR(store.ForEachTrainingRow(
      v1::TrainingRow::KIND_LONG, [&](const v1::TrainingRow& row) -> absl::Status {
        if (!row.has_long_details() || IsPlain(row.long_details())) return absl::OkStatus();
        RETURN_IF_ERROR(CheckTrainingRow(row));
        ASSIGN_OR_RETURN(const Fingerprint id, MessagesRowId(row, row.segments(0)));
        if (!Matches(row, id.ToBytes(), wanted)) return absl::OkStatus();
        ASSIGN_OR_RETURN(const std::string one, ShowRow(store, row, id.ToBytes()));
        absl::StrAppend(&text, one);
        return absl::OkStatus();
      }));
  return text;
}

}  // namespace quipu::pipelines
