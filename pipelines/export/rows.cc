// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/json_writer.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/instance_builder.h"
#include "generator/language.h"
#include "generator/loss_weights.h"
#include "generator/prompts.h"
#include "generator/task_chunks.h"
#include "pipelines/export/conversation.h"
#include "pipelines/export/counts.h"
#include "pipelines/export/training_row.h"

namespace quipu::pipelines {
namespace {

// SHA-256 of the canonical JSON array [system, excerpt, prompt of the form], as a task of this
// language has them.
std::string PromptSha256(const v1::GenerationSpec& spec, const v1::Task& task) {
  const generator::Language language = generator::LanguageOfTaskCode(task.language());
  std::string json;
  JsonWriter writer(&json);
  writer.BeginArray().String(spec.system());
  writer.String(generator::ExcerptOf(spec, language, "{chunk}"));
  writer.String(generator::InstructionOf(spec, language, task.form(), task.kind())).EndArray();
  // A text-format spec is valid UTF-8; other bytes get a hash, too.
  writer.Finish().IgnoreError();
  return Sha256Hex(json);
}

absl::string_view FormName(v1::AnswerForm form) {
  switch (form) {
    case v1::ANSWER_FORM_LONG:
      return "long";
    case v1::ANSWER_FORM_SHORT:
      return "short";
    default:
      return "";
  }
}

absl::string_view TaskKindName(v1::TaskKind kind) {
  switch (kind) {
    case v1::TASK_KIND_TWO_CHUNKS:
      return "two_chunks";
    case v1::TASK_KIND_SUMMARY:
      return "summary";
    default:
      return "pair";
  }
}

std::string Hex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

// Bytes of the document, and of the prompt that holds them: empty if it does not.
struct Place {
  v1::Span document;
  v1::Span prompt;
};

// Where parts of the document are in a prompt that has its bytes `context` from `context_begin`.
std::vector<Place> PlacesOf(const google::protobuf::RepeatedPtrField<v1::Span>& spans,
                            const v1::Span& context, size_t context_begin) {
  std::vector<Place> places;
  for (const v1::Span& span : spans) {
    Place& place = places.emplace_back();
    place.document = span;
    if (span.begin() < context.begin() || span.end() > context.end()) continue;
    place.prompt.set_begin(context_begin + (span.begin() - context.begin()));
    place.prompt.set_end(context_begin + (span.end() - context.begin()));
  }
  return places;
}

// The fields of a row of the messages view, in the order of the output.
struct Fields {
  std::string id;
  bool is_long = false;
  std::vector<inference::Message> messages;
  std::vector<bool> not_trained;  // By message; empty: all answers are trained.
  std::string document_id;
  v1::Provenance provenance;
  std::string metadata = "{}";  // A string: its keys may differ from row to row.
  v1::Span chunk;
  // Set where the spec asks for other kinds of tasks than pairs of one chunk.
  std::optional<absl::string_view> task_kind;
  std::vector<Place> more_chunks;
  v1::Span context_span;
  uint32_t evidence_begin = 0;
  uint32_t evidence_end = 0;
  double evidence_depth = 0;
  std::vector<Place> evidence;
  std::vector<Place> other_places;
  absl::string_view answer_form;
  std::string question_kind;
  std::string language;
  v1::Scores scores;
  uint32_t num_tokens = 0;
  double prompt_loss_weight = 0;
  std::string model;
  std::string model_sha256;
  std::string prompt_sha256;
};

v1::Span ToSpan(const generator::TextRange& range) {
  v1::Span span;
  span.set_begin(range.begin);
  span.set_end(range.end);
  return span;
}

// The parts of the document that the row must contain.
void SetChunks(const v1::Task& task, size_t document_bytes, Fields* fields) {
  const std::vector<generator::TextRange> chunks = generator::RowChunks(task, document_bytes);
  fields->chunk = ToSpan(chunks[0]);
  for (size_t i = 1; i < chunks.size(); ++i) {
    fields->more_chunks.emplace_back().document = ToSpan(chunks[i]);
  }
}

// Answers have a weight, as in OpenAI's files: 0 if they take no loss.
void WriteMessages(const Fields& fields, JsonWriter* json) {
  json->Key("messages").BeginArray();
  for (size_t i = 0; i < fields.messages.size(); ++i) {
    const inference::Message& message = fields.messages[i];
    json->BeginObject();
    json->Key("role").String(inference::RoleName(message.role));
    json->Key("content").String(message.content);
    if (message.role == inference::Role::kAssistant) {
      json->Key("weight").Uint(i < fields.not_trained.size() && fields.not_trained[i] ? 0 : 1);
    }
    json->EndObject();
  }
  json->EndArray();
}

// A list of [begin, end) pairs. An empty list would leave readers that infer a schema without a
// type: no place is written as an empty one.
void WriteSpans(absl::string_view key, const std::vector<Place>& places, v1::Span Place::*part,
                JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const Place& place : places.empty() ? std::vector<Place>(1) : places) {
    const v1::Span& span = place.*part;
    json->BeginArray().Uint(span.begin()).Uint(span.end()).EndArray();
  }
  json->EndArray();
}

void WriteEvidence(const Fields& fields, JsonWriter* json) {
  json->Key("document_id").String(fields.document_id);
  json->Key("source").String(fields.provenance.source());
  json->Key("line").Uint(fields.provenance.line());
  json->Key("external_id").String(fields.provenance.external_id());
  json->Key("metadata").String(fields.metadata);
  json->Key("chunk_begin").Uint(fields.chunk.begin());
  json->Key("chunk_end").Uint(fields.chunk.end());
  if (fields.task_kind.has_value()) {
    json->Key("task_kind").String(*fields.task_kind);
    WriteSpans("more_chunks", fields.more_chunks, &Place::document, json);
  }
  json->Key("context_begin").Uint(fields.context_span.begin());
  json->Key("context_end").Uint(fields.context_span.end());
  json->Key("evidence_begin_token").Uint(fields.evidence_begin);
  json->Key("evidence_end_token").Uint(fields.evidence_end);
  json->Key("evidence_depth").Double(fields.evidence_depth);
  WriteSpans("evidence", fields.evidence, &Place::document, json);
  WriteSpans("evidence_in_prompt", fields.evidence, &Place::prompt, json);
  WriteSpans("other_places", fields.other_places, &Place::document, json);
  WriteSpans("other_places_in_prompt", fields.other_places, &Place::prompt, json);
}

void WriteScores(const Fields& fields, JsonWriter* json) {
  json->Key("answer_form").String(fields.answer_form);
  json->Key("question_kind").String(fields.question_kind);
  json->Key("language").String(fields.language);
  json->Key("verdict_margin").Double(fields.scores.verdict_margin());
  json->Key("answer_log_prob").Double(fields.scores.answer_log_prob());
  json->Key("min_log_prob").Double(fields.scores.min_log_prob());
  json->Key("gain").Double(fields.scores.gain());
  json->Key("closed_book_margin").Double(fields.scores.closed_book_margin());
  json->Key("probability").Double(fields.scores.probability());
  json->Key("grounded_share").Double(fields.scores.grounded_share());
  json->Key("copied_share").Double(fields.scores.copied_share());
  json->Key("longest_copy").Uint(fields.scores.longest_copy());
  json->Key("scored").Bool(fields.scores.scored());
  // An export has no nulls: this tells which zeros mean "none".
  json->Key("verdict_only").Bool(fields.scores.verdict_only());
}

absl::Status Write(const Fields& fields, uint64_t seed, absl::string_view run_id,
                   std::string* out) {
  JsonWriter json(out);
  json.BeginObject();
  json.Key("id").String(fields.id);
  json.Key("kind").String(fields.is_long ? "long" : "short");
  WriteMessages(fields, &json);
  WriteEvidence(fields, &json);
  WriteScores(fields, &json);
  json.Key("num_tokens").Uint(fields.num_tokens);
  json.Key("prompt_loss_weight").Double(fields.prompt_loss_weight);
  json.Key("seed").Uint(seed);
  json.Key("model").String(fields.model);
  json.Key("model_sha256").String(fields.model_sha256);
  json.Key("prompt_sha256").String(fields.prompt_sha256);
  json.Key("run_id").String(run_id);
  json.EndObject();
  out->push_back('\n');
  return json.Finish();
}

// A training row with its padding, as trainers read it.
struct Columns {
  std::vector<int32_t> input_ids;
  std::vector<int32_t> labels;
  std::vector<double> loss_weights;
  std::vector<int32_t> attention_mask;
  std::vector<int32_t> position_ids;
  std::vector<int32_t> seq_lengths;
};

void AppendSegment(absl::Span<const int32_t> ids, const v1::Segment& segment, Columns* columns) {
  const size_t begin = columns->input_ids.size();
  columns->input_ids.insert(columns->input_ids.end(), ids.begin(), ids.end());
  columns->labels.resize(begin + ids.size(), kIgnoredLabel);
  columns->loss_weights.resize(begin + ids.size(), 0);
  for (const v1::TokenRange& range : segment.trained()) {
    for (uint32_t i = range.begin(); i < range.end(); ++i) {
      columns->labels[begin + i] = ids[i];
      columns->loss_weights[begin + i] = generator::WeightOf(range);
    }
  }
  columns->attention_mask.resize(begin + ids.size(), 1);
  for (size_t i = 0; i < ids.size(); ++i) columns->position_ids.push_back(static_cast<int32_t>(i));
  columns->seq_lengths.push_back(static_cast<int32_t>(ids.size()));
}

void AppendPadding(size_t count, int32_t pad_id, Columns* columns) {
  if (count == 0) return;
  const size_t size = columns->input_ids.size() + count;
  columns->input_ids.resize(size, pad_id);
  columns->labels.resize(size, kIgnoredLabel);
  columns->loss_weights.resize(size, 0);
  columns->attention_mask.resize(size, 0);
  for (size_t i = 0; i < count; ++i) columns->position_ids.push_back(static_cast<int32_t>(i));
  columns->seq_lengths.push_back(static_cast<int32_t>(count));
}

Columns ColumnsOf(const v1::TrainingRow& row, int32_t pad_id) {
  Columns columns;
  absl::Span<const int32_t> ids(row.input_ids().data(), row.input_ids_size());
  for (const v1::Segment& segment : row.segments()) {
    AppendSegment(ids.subspan(0, segment.length()), segment, &columns);
    ids.remove_prefix(segment.length());
  }
  const size_t tokens = columns.input_ids.size();
  if (row.padded_length() > tokens) {
    AppendPadding(row.padded_length() - tokens, pad_id, &columns);
  }
  return columns;
}

}  // namespace

absl::Status AsRowError(const absl::Status& status, const Fingerprint& id) {
  if (status.ok()) return status;
  const absl::Status named = Annotate(status, absl::StrCat("row ", id.ToHex()));
  if (absl::IsNotFound(status) || absl::IsInvalidArgument(status)) {
    return absl::DataLossError(named.message());
  }
  return named;
}

RowWriter::RowWriter(const v1::RunHeader& header, int32_t pad_id)
    : header_(header),
      pad_id_(pad_id),
      has_loss_weights_(generator::HasLossWeights(header.spec())),
      has_task_kinds_(header.spec().generation().two_chunk_share() > 0 ||
                      header.spec().generation().summary_share() > 0),
      run_id_(Hex(header.run_id())) {}

absl::Status RowWriter::AppendTokens(const v1::TrainingRow& row, const Fingerprint& id,
                                     std::string* out) const {
  const Columns columns = ColumnsOf(row, pad_id_);
  JsonWriter json(out);
  json.BeginObject();
  json.Key("id").String(id.ToHex());
  json.Key("kind").String(KindName(row.kind()));
  json.Key("input_ids").Ints(columns.input_ids);
  json.Key("labels").Ints(columns.labels);
  if (has_loss_weights_) {
    json.Key("loss_weights").BeginArray();
    for (const double weight : columns.loss_weights) json.Double(weight);
    json.EndArray();
  }
  json.Key("attention_mask").Ints(columns.attention_mask);
  json.Key("position_ids").Ints(columns.position_ids);
  json.Key("seq_lengths").Ints(columns.seq_lengths);
  json.Key("sources").BeginArray();
  for (const v1::Segment& segment : row.segments()) json.String(Hex(segment.source_id()));
  json.EndArray();
  json.EndObject();
  out->push_back('\n');
  return json.Finish();
}

absl::Status RowWriter::AppendLong(const v1::TrainingRow& row, const v1::Result& result,
                                   const v1::Document& document, std::string* out) const {
  const v1::LongDetails& details = row.long_details();
  const v1::ModelIdentity& model = header_.generating_model();
  Fields fields;
  ASSIGN_OR_RETURN(generator::LongConversation conversation,
                   generator::LongMessages(document, result, details, header_.spec()));
  fields.messages = std::move(conversation.messages);
  fields.id = Hex(row.segments(0).source_id());
  fields.is_long = true;
  fields.document_id = Hex(details.document_id());
  fields.provenance = document.provenance();
  if (!document.metadata_json().empty()) fields.metadata = document.metadata_json();
  SetChunks(result.task(), document.text().size(), &fields);
  fields.context_span = details.context_span();
  fields.evidence_begin = details.evidence_begin();
  fields.evidence_end = details.evidence_end();
  fields.evidence_depth = details.evidence_depth();
  fields.evidence =
      PlacesOf(details.evidence(), details.context_span(), conversation.context_begin);
  fields.other_places =
      PlacesOf(details.other_places(), details.context_span(), conversation.context_begin);
  if (has_task_kinds_) fields.task_kind = TaskKindName(result.task().kind());
  fields.answer_form = FormName(result.task().form());
  fields.question_kind = result.question_kind();
  fields.language = LanguageOf(details);
  fields.scores = result.scores();
  fields.num_tokens = row.segments(0).length();
  fields.prompt_loss_weight = generator::PromptLossWeightOf(details);
  fields.model = model.name();
  fields.model_sha256 = model.file_sha256();
  fields.prompt_sha256 = PromptSha256(header_.spec().generation(), result.task());
  return Write(fields, header_.spec().seed(), run_id_, out);
}

absl::Status RowWriter::AppendShort(const v1::ShortRow& row, uint32_t tokens,
                                    std::string* out) const {
  const v1::RunSpec& spec = header_.spec();
  Fields fields;
  ASSIGN_OR_RETURN(fields.messages, MessagesOf(row));
  for (const v1::ChatMessage& message : row.messages()) {
    fields.not_trained.push_back(message.not_trained());
  }
  fields.id = Hex(row.id());
  fields.provenance = row.provenance();
  // Every row of a view has the same keys.
  if (has_task_kinds_) fields.task_kind = "";
  fields.num_tokens = tokens;
  fields.prompt_loss_weight = spec.packing().prompt_loss_weight();
  return Write(fields, spec.seed(), run_id_, out);
}

}  // namespace quipu::pipelines
