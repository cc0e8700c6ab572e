// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/labelled_rows.h"

#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "base/json_writer.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/checks/evidence.h"
#include "generator/judge/corruptions.h"
#include "generator/prompts/prompts.h"
#include "generator/rows/instance_builder.h"
#include "generator/rows/row_material.h"
#include "inference/text/chat_template.h"
#include "pipelines/core/names.h"
#include "pipelines/export/rows/conversation.h"
#include "pipelines/export/rows/counts.h"
#include "pipelines/export/rows/json_parts.h"

namespace quipu::pipelines {
namespace {

// A reject whose answer is wrong most of the time. Not PROBABILITY, DISAGREES, GAIN,
// NOT_GROUNDED, AMBIGUOUS: half of them and more have right answers (docs/export.md).
bool IsWrongAnswer(v1::RejectReason reason) {
  return reason == v1::REJECT_REASON_VERDICT || reason == v1::REJECT_REASON_LIKELIHOOD;
}

std::string Hex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

void WriteSource(const LabelledRow& row, const v1::Document& document, JsonWriter* json) {
  json->Key("document_id").String(Hex(document.id()));
  json->Key("source").String(document.provenance().source());
  json->Key("line").Uint(document.provenance().line());
  json->Key("external_id").String(document.provenance().external_id());
  json->Key("task_id").String(Hex(row.result.task().id()));
  json->Key("chunk_begin").Uint(row.result.task().chunk().begin());
  json->Key("chunk_end").Uint(row.result.task().chunk().end());
  json->Key("context_begin").Uint(row.details.context_span().begin());
  json->Key("context_end").Uint(row.details.context_span().end());
  json->Key("answer_form")
      .String(row.result.task().form() == v1::ANSWER_FORM_LONG ? "long" : "short");
  json->Key("question_kind").String(row.result.question_kind());
  json->Key("language").String(LanguageOf(row.details));
}

void WriteScores(const v1::Scores& scores, JsonWriter* json) {
  json->Key("scored").Bool(scores.scored());
  json->Key("verdict_margin").Double(scores.verdict_margin());
  json->Key("answer_log_prob").Double(scores.answer_log_prob());
  json->Key("min_log_prob").Double(scores.min_log_prob());
  json->Key("gain").Double(scores.gain());
  json->Key("probability").Double(scores.probability());
  json->Key("grounded_share").Double(scores.grounded_share());
}

}  // namespace

std::optional<LabelledRow> ChangedAnswer(const v1::Result& result, const v1::Document& document) {
  const v1::Span& span = result.task().chunk();
  if (span.begin() > span.end() || span.end() > document.text().size()) return std::nullopt;
  const absl::string_view chunk =
      absl::string_view(document.text()).substr(span.begin(), span.end() - span.begin());
  Rng rng(FingerprintBuilder("labelled").Add(result.task().id()).Build(), "corruptions");
  LabelledRow row;
  std::optional<std::string> answer = generator::ChangeNumber(result.answer(), chunk, &rng);
  row.reason = "CHANGED_NUMBER";
  if (!answer.has_value()) {
    answer = generator::ChangeName(result.answer(), chunk, &rng);
    row.reason = "CHANGED_NAME";
  }
  if (!answer.has_value()) {
    answer = generator::SwapParties(result.answer());
    row.reason = "SWAPPED_PARTIES";
  }
  if (!answer.has_value()) return std::nullopt;
  row.id = FingerprintBuilder("changed-answer").Add(result.task().id()).Build();
  row.result = result;
  row.result.set_answer(*std::move(answer));
  row.result.clear_scores();  // They are those of the right answer.
  return row;
}

absl::Status LabelledRows::ForEach(RowFn fn) const {
  const bool counted = store_.header().generating_model().tokenizer_fingerprint() ==
                       target_.tokenizer->fingerprint().ToBytes();
  v1::Document document;
  std::optional<generator::SourceDocument> source;
  return store_.ForEachResult([&](const v1::Result& result) -> absl::Status {
    if (StopRequested()) return absl::CancelledError("stopped while labelling");
    if (result.has_reject() && !IsWrongAnswer(result.reject().reason())) return absl::OkStatus();
    if (!source.has_value() || document.id() != result.task().document_id()) {
      ASSIGN_OR_RETURN(document, store_.GetDocument(result.task().document_id()));
      source.emplace(document, target_, counted);
    }
    LabelledRow row;
    ASSIGN_OR_RETURN(row.id, Fingerprint::FromBytes(result.task().id()));
    row.result = result;
    if (result.has_reject()) row.reason = RejectName(result.reject().reason());
    row.result.clear_reject();  // Rows are made of samples only.
    RETURN_IF_ERROR(Add(std::move(row), *source, fn));
    if (result.has_reject()) return absl::OkStatus();
    std::optional<LabelledRow> changed = ChangedAnswer(result, document);
    return changed.has_value() ? Add(*std::move(changed), *source, fn) : absl::OkStatus();
  });
}

absl::Status LabelledRows::Add(LabelledRow row, const generator::SourceDocument& document,
                               RowFn fn) const {
  // Without evidence: answers that quote it would give the label away.
  const generator::Evidence none;
  ASSIGN_OR_RETURN(auto built,
                   generator::BuildLongInstance(document, {generator::LongPair{&row.result, &none}},
                                                store_.header().spec(), target_));
  auto* const built_row = std::get_if<v1::TrainingRow>(&built);
  if (built_row == nullptr) return absl::OkStatus();
  row.details = std::move(*built_row->mutable_long_details());
  row.num_tokens = built_row->segments(0).length();
  return fn(row, document.document());
}

absl::Status LabelledRows::Append(const LabelledRow& row, const v1::Document& document,
                                  std::string* out) const {
  const v1::RunHeader& header = store_.header();
  const generator::RowSpec spec(header.spec());
  generator::RowRecords records;
  records.source_id = row.result.task().id();
  records.document = &document;
  records.pairs = {&row.result};
  ASSIGN_OR_RETURN(const generator::RowMaterial material,
                   generator::MaterialOf(row.details, records, spec));
  std::vector<inference::Message> messages = generator::ConversationOf(material, spec).messages;
  WriteOutSystem(target_.chat_template, &messages);
  JsonWriter json(out);
  json.BeginObject();
  json.Key("id").String(row.id.ToHex());
  WriteMessages("prompt", messages, 0, messages.size() - 1, &json);
  WriteMessages("completion", messages, messages.size() - 1, messages.size(), &json);
  json.Key("label").Bool(row.label());
  json.Key("reason").String(row.reason);
  WriteSource(row, document, &json);
  WriteScores(row.result.scores(), &json);
  json.Key("num_tokens").Uint(row.num_tokens);
  json.Key("model").String(header.generating_model().name());
  json.Key("model_sha256").String(header.generating_model().file_sha256());
  json.Key("run_id").String(Hex(header.run_id()));
  json.EndObject();
  out->push_back('\n');
  return json.Finish();
}

}  // namespace quipu::pipelines
