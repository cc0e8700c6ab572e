// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/rows.h"

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
#include "generator/chunks/task_chunks.h"
#include "generator/prompts/prompts.h"
#include "generator/rows/loss_weights.h"
#include "generator/rows/row_material.h"
#include "generator/words/language.h"
#include "pipelines/export/rows/columns.h"
#include "pipelines/export/rows/conversation.h"
#include "pipelines/export/rows/counts.h"
#include "pipelines/export/rows/training_row.h"

namespace quipu::pipelines {
namespace {

// SHA-256 of the canonical JSON array [system, excerpt, prompt of the form], as a task of this
// language has them.
std::string PromptSha256(const v1::GenerationSpec& spec, const v1::Result& result) {
  const generator::Language language = generator::LanguageOfTaskCode(result.task().language());
  std::string json;
  JsonWriter writer(&json);
  writer.BeginArray().String(spec.system());
  writer.String(generator::ExcerptOf(spec, language, "{chunk}"));
  writer.String(generator::InstructionOfResult(spec, result)).EndArray();
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

v1::Span SpanOf(const generator::TextRange& range, size_t offset = 0) {
  v1::Span span;
  span.set_begin(range.begin + offset);
  span.set_end(range.end + offset);
  return span;
}

// Where parts of the document are in a prompt that has `block` from `begin`.
std::vector<Place> PlacesOf(const google::protobuf::RepeatedPtrField<v1::Span>& spans,
                            const generator::ContextBlock& block, size_t begin) {
  std::vector<Place> places;
  for (const v1::Span& span : spans) {
    Place& place = places.emplace_back();
    place.document = span;
    const auto found = block.Find({span.begin(), span.end()});
    if (found.has_value()) place.prompt = SpanOf(*found, begin);
  }
  return places;
}

// A question and its answer.
struct TurnFields {
  std::string id;
  absl::string_view answer_form;
  std::string question_kind;
  bool answer_extracted = false;
  v1::Span chunk;
  absl::string_view task_kind;
  std::vector<Place> more_chunks;
  uint32_t evidence_begin = 0;
  uint32_t evidence_end = 0;
  double evidence_depth = 0;
  std::vector<Place> evidence;
  std::vector<Place> other_places;
  v1::Scores scores;
};

// A delimited text of the context.
struct ContextFields {
  std::string document_id;
  v1::Provenance provenance;
  Place place;
};

// The fields of a row of the messages view, in the order of the output.
struct Fields {
  std::string id;
  bool is_long = false;
  absl::string_view row_kind;
  // Whether turns have their task_kind and more_chunks.
  bool has_task_kinds = false;
  std::vector<inference::Message> messages;
  std::vector<bool> not_trained;  // By message; empty: all answers are trained.
  std::string document_id;
  v1::Provenance provenance;
  std::string metadata = "{}";  // A string: its keys may differ from row to row.
  v1::Span context_span;
  // Never empty: a list without an element has no type.
  std::vector<TurnFields> turns = std::vector<TurnFields>(1);
  std::vector<ContextFields> context = std::vector<ContextFields>(1);
  std::string language;
  uint32_t num_tokens = 0;
  double prompt_loss_weight = 0;
  std::string model;
  std::string model_sha256;
  std::string prompt_sha256;
};

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

void WriteChunks(const TurnFields& turn, bool has_task_kinds, JsonWriter* json) {
  json->Key("chunk_begin").Uint(turn.chunk.begin());
  json->Key("chunk_end").Uint(turn.chunk.end());
  if (!has_task_kinds) return;
  json->Key("task_kind").String(turn.task_kind);
  WriteSpans("more_chunks", turn.more_chunks, &Place::document, json);
}

void WritePlaces(const TurnFields& turn, JsonWriter* json) {
  json->Key("evidence_begin_token").Uint(turn.evidence_begin);
  json->Key("evidence_end_token").Uint(turn.evidence_end);
  json->Key("evidence_depth").Double(turn.evidence_depth);
  WriteSpans("evidence", turn.evidence, &Place::document, json);
  WriteSpans("evidence_in_prompt", turn.evidence, &Place::prompt, json);
  WriteSpans("other_places", turn.other_places, &Place::document, json);
  WriteSpans("other_places_in_prompt", turn.other_places, &Place::prompt, json);
}

void WriteEvidence(const Fields& fields, JsonWriter* json) {
  const TurnFields& first = fields.turns[0];
  json->Key("document_id").String(fields.document_id);
  json->Key("source").String(fields.provenance.source());
  json->Key("line").Uint(fields.provenance.line());
  json->Key("external_id").String(fields.provenance.external_id());
  json->Key("metadata").String(fields.metadata);
  WriteChunks(first, fields.has_task_kinds, json);
  json->Key("context_begin").Uint(fields.context_span.begin());
  json->Key("context_end").Uint(fields.context_span.end());
  WritePlaces(first, json);
}

void WriteTurns(const Fields& fields, JsonWriter* json) {
  json->Key("turns").BeginArray();
  for (const TurnFields& turn : fields.turns) {
    json->BeginObject();
    json->Key("id").String(turn.id);
    json->Key("answer_form").String(turn.answer_form);
    json->Key("question_kind").String(turn.question_kind);
    WriteChunks(turn, fields.has_task_kinds, json);
    WritePlaces(turn, json);
    json->Key("verdict_margin").Double(turn.scores.verdict_margin());
    json->Key("probability").Double(turn.scores.probability());
    json->EndObject();
  }
  json->EndArray();
}

void WriteContext(const std::vector<ContextFields>& context, JsonWriter* json) {
  json->Key("context").BeginArray();
  for (const ContextFields& part : context) {
    json->BeginObject();
    json->Key("document_id").String(part.document_id);
    json->Key("source").String(part.provenance.source());
    json->Key("line").Uint(part.provenance.line());
    json->Key("begin").Uint(part.place.document.begin());
    json->Key("end").Uint(part.place.document.end());
    json->Key("begin_in_prompt").Uint(part.place.prompt.begin());
    json->Key("end_in_prompt").Uint(part.place.prompt.end());
    json->EndObject();
  }
  json->EndArray();
}

void WriteScores(const Fields& fields, JsonWriter* json) {
  const TurnFields& first = fields.turns[0];
  const v1::Scores& scores = first.scores;
  json->Key("answer_form").String(first.answer_form);
  json->Key("question_kind").String(first.question_kind);
  json->Key("answer_extracted").Bool(first.answer_extracted);
  json->Key("language").String(fields.language);
  json->Key("verdict_margin").Double(scores.verdict_margin());
  json->Key("answer_log_prob").Double(scores.answer_log_prob());
  json->Key("min_log_prob").Double(scores.min_log_prob());
  json->Key("gain").Double(scores.gain());
  json->Key("closed_book_margin").Double(scores.closed_book_margin());
  json->Key("probability").Double(scores.probability());
  json->Key("grounded_share").Double(scores.grounded_share());
  json->Key("copied_share").Double(scores.copied_share());
  json->Key("longest_copy").Uint(scores.longest_copy());
  json->Key("scored").Bool(scores.scored());
  // An export has no nulls: this tells which zeros mean "none".
  json->Key("verdict_only").Bool(scores.verdict_only());
}

absl::Status Write(const Fields& fields, uint64_t seed, absl::string_view run_id,
                   std::string* out) {
  JsonWriter json(out);
  json.BeginObject();
  json.Key("id").String(fields.id);
  json.Key("kind").String(fields.is_long ? "long" : "short");
  json.Key("row_kind").String(fields.row_kind);
  WriteMessages(fields, &json);
  WriteEvidence(fields, &json);
  WriteTurns(fields, &json);
  WriteContext(fields.context, &json);
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

// Fills in the fields of a turn; `details`: LongDetails or Turn.
template <typename Details>
void FillPlaces(const Details& details, const generator::ContextBlock& own, size_t begin,
                TurnFields* turn) {
  turn->evidence_begin = details.evidence_begin();
  turn->evidence_end = details.evidence_end();
  turn->evidence_depth = details.evidence_depth();
  turn->evidence = PlacesOf(details.evidence(), own, begin);
  turn->other_places = PlacesOf(details.other_places(), own, begin);
}

// Fills in what comes from the pair; the chunks are the parts of the document that the row must
// contain.
void FillPair(const v1::Result& pair, size_t document_bytes, TurnFields* turn) {
  const std::vector<generator::TextRange> chunks =
      generator::RowChunks(pair.task(), document_bytes);
  turn->chunk = SpanOf(chunks[0]);
  for (size_t i = 1; i < chunks.size(); ++i) {
    turn->more_chunks.emplace_back().document = SpanOf(chunks[i]);
  }
  turn->task_kind = TaskKindName(pair.task().kind());
  turn->answer_form = FormName(pair.task().form());
  turn->question_kind = pair.question_kind();
  turn->answer_extracted = pair.extracted();
  turn->scores = pair.scores();
}

std::vector<TurnFields> TurnsOf(const v1::LongDetails& details, const LongRowRecords& records,
                                const generator::RowMaterial& material, size_t own_begin) {
  const generator::ContextBlock& own = material.blocks[material.own];
  std::vector<TurnFields> turns;
  for (size_t i = 0; i < material.turns.size(); ++i) {
    TurnFields& turn = turns.emplace_back();
    turn.id = Hex(material.turns[i].task_id);
    if (i < records.pairs.size()) {
      FillPair(records.pairs[i], records.document->text().size(), &turn);
    }
    if (i == 0) {
      FillPlaces(details, own, own_begin, &turn);
    } else {
      FillPlaces(details.more_turns(static_cast<int>(i) - 1), own, own_begin, &turn);
    }
  }
  return turns;
}

std::vector<ContextFields> ContextOf(const LongRowRecords& records,
                                     const generator::RowMaterial& material,
                                     const generator::RowConversation& conversation) {
  std::vector<ContextFields> context;
  for (size_t i = 0; i < material.blocks.size(); ++i) {
    const generator::ContextBlock& block = material.blocks[i];
    ContextFields& part = context.emplace_back();
    part.document_id = Hex(block.document_id);
    const v1::Document* document =
        records.context.empty() ? records.document.get() : records.context[i].get();
    if (document != nullptr) part.provenance = document->provenance();
    part.place.document = SpanOf(block.span);
    part.place.prompt = SpanOf({0, block.text.size()}, conversation.block_begins[i]);
  }
  return context;
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

RowWriter::RowWriter(const v1::RunHeader& header, const generator::TargetModel& target)
    : header_(header),
      target_(target),
      has_loss_weights_(generator::HasLossWeights(header.spec())),
      has_task_kinds_(header.spec().generation().two_chunk_share() > 0 ||
                      header.spec().generation().summary_share() > 0),
      run_id_(Hex(header.run_id())) {}

absl::StatusOr<TokenRow> RowWriter::Tokens(const v1::TrainingRow& row,
                                           const Fingerprint& id) const {
  TokenRow tokens;
  tokens.id = id.ToHex();
  tokens.kind = KindName(row.kind());
  tokens.row_kind = RowKindName(row);
  tokens.columns = ColumnsOf(row, target_.tokenizer->pad(), has_loss_weights_);
  for (const v1::Segment& segment : row.segments()) {
    ASSIGN_OR_RETURN(const Fingerprint source, MessagesRowId(row, segment));
    tokens.sources.push_back(source.ToHex());
  }
  return tokens;
}

absl::Status RowWriter::AppendTokens(const v1::TrainingRow& row, const Fingerprint& id,
                                     std::string* out) const {
  ASSIGN_OR_RETURN(const TokenRow tokens, Tokens(row, id));
  const Columns& columns = tokens.columns;
  JsonWriter json(out);
  json.BeginObject();
  json.Key("id").String(tokens.id);
  json.Key("kind").String(tokens.kind);
  json.Key("row_kind").String(tokens.row_kind);
  json.Key("input_ids").Ints(columns.input_ids);
  json.Key("labels").Ints(columns.labels);
  if (has_loss_weights_) {
    json.Key("loss_weights").BeginArray();
    for (const double weight : columns.loss_weights) json.Double(weight);
    json.EndArray();
  }
  if (!HoldsSeveral(row)) {
    json.Key("attention_mask").Ints(columns.attention_mask);
  }
  json.Key("position_ids").Ints(columns.position_ids);
  json.Key("seq_lengths").Ints(columns.seq_lengths);
  json.Key("sources").BeginArray();
  for (const std::string& source : tokens.sources) json.String(source);
  json.EndArray();
  json.EndObject();
  out->push_back('\n');
  return json.Finish();
}

absl::Status RowWriter::AppendLong(const v1::TrainingRow& row, const LongRowRecords& records,
                                   std::string* out) const {
  const v1::LongDetails& details = row.long_details();
  const v1::ModelIdentity& model = header_.generating_model();
  const generator::RowSpec spec(header_.spec());
  ASSIGN_OR_RETURN(const generator::RowMaterial material,
                   generator::MaterialOf(details, records.View(), spec));
  generator::RowConversation conversation = generator::ConversationOf(material, spec);
  Fields fields;
  ASSIGN_OR_RETURN(const Fingerprint id, MessagesRowId(row, row.segments(0)));
  fields.id = id.ToHex();
  fields.is_long = true;
  fields.row_kind = RowKindName(row);
  fields.has_task_kinds = has_task_kinds_;
  fields.turns = TurnsOf(details, records, material, conversation.block_begins[material.own]);
  fields.context = ContextOf(records, material, conversation);
  fields.messages = std::move(conversation.messages);
  WriteOutSystem(target_.chat_template, &fields.messages);
  fields.document_id = Hex(details.document_id());
  fields.context_span = details.context_span();
  fields.language = LanguageOf(details);
  fields.num_tokens = row.segments(0).length();
  fields.prompt_loss_weight = generator::PromptLossWeightOf(details);
  if (records.document != nullptr) {
    fields.provenance = records.document->provenance();
    const std::string& metadata = records.document->metadata_json();
    if (!metadata.empty()) fields.metadata = metadata;
  }
  if (!records.pairs.empty()) {
    fields.model = model.name();
    fields.model_sha256 = model.file_sha256();
    fields.prompt_sha256 = PromptSha256(header_.spec().generation(), records.pairs[0]);
  }
  return Write(fields, header_.spec().seed(), run_id_, out);
}

absl::Status RowWriter::AppendShort(const v1::ShortRow& row, uint32_t tokens,
                                    std::string* out) const {
  const v1::RunSpec& spec = header_.spec();
  Fields fields;
  ASSIGN_OR_RETURN(fields.messages, MessagesOf(row));
  if (WriteOutSystem(target_.chat_template, &fields.messages)) fields.not_trained.push_back(false);
  for (const v1::ChatMessage& message : row.messages()) {
    fields.not_trained.push_back(message.not_trained());
  }
  fields.id = Hex(row.id());
  fields.provenance = row.provenance();
  fields.has_task_kinds = has_task_kinds_;  // Every row of a view has the same keys.
  fields.num_tokens = tokens;
  fields.prompt_loss_weight = spec.packing().prompt_loss_weight();
  return Write(fields, spec.seed(), run_id_, out);
}

}  // namespace quipu::pipelines
