// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/show_row.h"

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/rows/row_material.h"
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

// A row with all that its text is made of.
struct OpenRow {
  std::string id;
  absl::string_view kind;
  uint64_t tokens = 0;
  LongRowRecords records;
  generator::RowMaterial material;  // Of `records`.

  // The document of a block of the material; null if it has none.
  const v1::Document* DocumentOf(size_t block) const {
    return records.context.empty() ? records.document.get() : records.context[block].get();
  }
};

using RowFn = absl::FunctionRef<absl::Status(const OpenRow&)>;

absl::Status WithRow(const storage::StoreView& store, const v1::TrainingRow& row,
                     const Fingerprint& id, RowFn fn) {
  const generator::RowSpec spec(store.header().spec());
  OpenRow open;
  open.id = absl::BytesToHexString(id.ToBytes());
  open.kind = RowKindName(row);
  open.tokens = row.segments(0).length();
  ASSIGN_OR_RETURN(open.records, ReadLongRow(store, row));
  ASSIGN_OR_RETURN(open.material,
                   generator::MaterialOf(row.long_details(), open.records.View(), spec));
  return fn(open);
}

// Calls fn with each row that show_row.h names.
absl::Status ForEachRow(const storage::StoreView& store, absl::string_view digits, RowFn fn) {
  if (!MakesOtherRows(store.header().spec().instances())) return absl::OkStatus();
  const std::string wanted = absl::AsciiStrToLower(digits);
  return store.ForEachTrainingRow(
      v1::TrainingRow::KIND_LONG, [&](const v1::TrainingRow& row) -> absl::Status {
        if (!row.has_long_details() || IsPlain(row.long_details())) return absl::OkStatus();
        RETURN_IF_ERROR(CheckTrainingRow(row));
        ASSIGN_OR_RETURN(const Fingerprint id, MessagesRowId(row, row.segments(0)));
        return Matches(row, id.ToBytes(), wanted) ? WithRow(store, row, id, fn) : absl::OkStatus();
      });
}

std::string TextOf(const OpenRow& row) {
  const generator::RowMaterial& material = row.material;
  std::string text = absl::StrCat("=== ", row.id, "  ", row.kind, " row, ", material.turns.size(),
                                  " turns, ", row.tokens, " tokens\n");
  for (size_t i = 0; i < material.blocks.size(); ++i) {
    const v1::Document* document = row.DocumentOf(i);
    if (document == nullptr) continue;
    absl::StrAppend(&text, i == material.own ? "source:   " : "other:    ",
                    Describe(*document, material.blocks[i].span), "\n");
  }
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

void WriteContext(const OpenRow& row, JsonWriter* json) {
  json->Key("context").BeginArray();
  for (size_t i = 0; i < row.material.blocks.size(); ++i) {
    const v1::Document* document = row.DocumentOf(i);
    if (document == nullptr) continue;
    const v1::Provenance& from = document->provenance();
    json->BeginObject().Key("source").String(from.source());
    if (from.line() > 0) json->Key("line").Uint(from.line());
    json->Key("document_id").String(absl::BytesToHexString(document->id()));
    const generator::TextRange& span = row.material.blocks[i].span;
    json->Key("begin").Uint(span.begin).Key("end").Uint(span.end);
    json->Key("own").Bool(i == row.material.own).EndObject();
  }
  json->EndArray();
}

absl::Status AppendJson(const OpenRow& row, std::string* text) {
  JsonWriter json(text);
  json.BeginObject().Key("id").String(row.id).Key("row_kind").String(row.kind);
  json.Key("tokens").Uint(row.tokens);
  WriteContext(row, &json);
  json.Key("turns").BeginArray();
  for (const generator::RowTurn& turn : row.material.turns) {
    json.BeginObject();
    if (!turn.task_id.empty()) json.Key("task_id").String(absl::BytesToHexString(turn.task_id));
    json.Key("question").String(turn.question).Key("answer").String(turn.answer).EndObject();
  }
  json.EndArray().Key("cut_out").BeginArray();
  for (const absl::string_view part : row.material.absent) json.String(part);
  json.EndArray().EndObject();
  RETURN_IF_ERROR(json.Finish());
  text->push_back('\n');
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ShowRows(const storage::StoreView& store, absl::string_view digits) {
  std::string text;
  RETURN_IF_ERROR(ForEachRow(store, digits, [&text](const OpenRow& row) {
    absl::StrAppend(&text, TextOf(row));
    return absl::OkStatus();
  }));
  return text;
}

absl::StatusOr<std::string> RowsJson(const storage::StoreView& store, absl::string_view digits) {
  std::string lines;
  RETURN_IF_ERROR(
      ForEachRow(store, digits, [&lines](const OpenRow& row) { return AppendJson(row, &lines); }));
  return lines;
}

}  // namespace quipu::pipelines
