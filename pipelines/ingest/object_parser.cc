// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/object_parser.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/json_parser.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/document_filter.h"
#include "pipelines/ingest/json_fields.h"
#include "pipelines/ingest/rewritten_row.h"
#include "pipelines/ingest/short_row_parser.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

constexpr absl::string_view kIdField = "id";

// The "id" field as text; empty if there is none that could be one.
absl::StatusOr<std::string> ExternalId(const dom::object& object) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> id, Find(object, kIdField));
  if (!id.has_value()) return std::string();
  if (id->is_int64()) return absl::StrCat(int64_t{id->get_int64().value_unsafe()});
  if (id->is_uint64()) return absl::StrCat(uint64_t{id->get_uint64().value_unsafe()});
  if (id->is_double()) {
    char digits[32];
    const auto end =
        std::to_chars(digits, digits + sizeof(digits), id->get_double().value_unsafe());
    return std::string(digits, end.ptr);
  }
  if (!id->is_string()) return std::string();
  ASSIGN_OR_RETURN(const absl::string_view text, AsString(*id, kIdField));
  if (text.size() > kMaxExternalIdBytes) {
    return absl::InvalidArgumentError(absl::StrCat("field \"id\" has ", text.size(),
                                                   " bytes, the limit is ", kMaxExternalIdBytes));
  }
  return std::string(text);
}

// Whether the fields are columns: lists of one length, or objects as pandas' to_json writes them.
bool IsByColumns(const dom::object& object) {
  size_t length = 0;
  size_t columns = 0;
  bool lists = false;
  for (const dom::key_value_pair field : object) {
    dom::array list;
    dom::object by_row;
    size_t size = 0;
    if (field.value.get(list) == simdjson::SUCCESS) {
      size = list.size();
      lists = true;
    } else if (field.value.get(by_row) == simdjson::SUCCESS) {
      size = by_row.size();
      dom::element first;
      if (by_row.at_key("0").get(first) != simdjson::SUCCESS) return false;
    }
    if (size < 2 || (columns > 0 && size != length)) return false;
    length = size;
    ++columns;
  }
  // One list may be the parts of a text, or the turns of a conversation.
  return columns > (lists ? 1 : 0);
}

// Fields of a value in which records are looked for.
constexpr size_t kTried = 16;
// Lists of turns, which may look like rows: {"input": ..., "output": ...}.
constexpr absl::string_view kTurnLists[] = {"messages", "conversations", "conversation",
                                            "dialogue", "dialog",        "chat",
                                            "turns",    "prompt",        "history"};

// The top-level field of a field's name or JSON pointer.
std::string TopField(absl::string_view field) {
  if (!absl::ConsumePrefix(&field, "/")) return std::string(field);
  return absl::StrReplaceAll(field.substr(0, field.find('/')), {{"~1", "/"}, {"~0", "~"}});
}

// How many fields a message lists.
constexpr int kListedFields = 12;

// The error, with the fields that there are if the text's is absent.
absl::Status WithFields(const absl::Status& status, const dom::object& object,
                        absl::string_view text_field) {
  const absl::StatusOr<std::optional<dom::element>> found = FindField(object, text_field);
  if (!found.ok() || found->has_value() || object.size() == 0) return status;
  std::string names;
  int listed = 0;
  for (const dom::key_value_pair field : object) {
    if (++listed > kListedFields) break;
    absl::StrAppend(&names, listed == 1 ? "" : ", ", "\"", Snippet(ToAbsl(field.key), 40), "\"");
  }
  if (listed > kListedFields) absl::StrAppend(&names, " and others");
  return absl::Status(status.code(),
                      absl::StrCat(status.message(), " (text_field); its fields: ", names));
}

class DocumentObjectParser : public ObjectParser {
 public:
  DocumentObjectParser(const v1::DocumentInput& input, DocumentFilter filter)
      : input_(input), filter_(std::move(filter)) {}

  std::vector<std::string> Fields() const override {
    std::set<std::string> fields = {std::string(kIdField), TopField(input_.text_field())};
    for (const std::string& field : input_.metadata_fields()) fields.insert(TopField(field));
    for (const v1::DocumentCondition& condition : input_.keep_if()) {
      if (!condition.field().empty()) fields.insert(TopField(condition.field()));
    }
    return {fields.begin(), fields.end()};
  }

 protected:
  absl::Status ParseFields(const dom::object& object, Record* record) override {
    absl::StatusOr<std::string> text = TextOf(object, input_.text_field());
    if (!text.ok()) return WithFields(text.status(), object, input_.text_field());
    record->text = *std::move(text);
    ASSIGN_OR_RETURN(record->metadata_json, MetadataOf(object, input_.metadata_fields()));
    ASSIGN_OR_RETURN(record->kept, filter_.Keeps(&object, record->text));
    if (!record->kept) record->text.clear();
    return absl::OkStatus();
  }

 private:
  const v1::DocumentInput input_;
  const DocumentFilter filter_;
};

class ShortRowObjectParser : public ObjectParser {
 public:
  explicit ShortRowObjectParser(const v1::ShortInput& input)
      : format_(input.format()),
        ignored_(input.ignore_fields().begin(), input.ignore_fields().end()) {}

  std::vector<std::string> Fields() const override { return {}; }

 protected:
  absl::Status ParseFields(const dom::object& object, Record* record) override {
    if (ignored_.empty()) return ParseRow(object, record);
    dom::parser parser;
    dom::object rest;
    if (parser.parse(WithoutFields(object, ignored_)).get(rest) != simdjson::SUCCESS) {
      return absl::InvalidArgumentError("not valid JSON without its ignored fields");
    }
    return ParseRow(rest, record);
  }

 private:
  absl::Status ParseRow(const dom::object& object, Record* record) const {
    ASSIGN_OR_RETURN(ShortConversation conversation, ParseShortRow(object, format_));
    record->messages = std::move(conversation.messages);
    record->cut = conversation.cut;
    record->unused_fields = std::move(conversation.unused);
    return absl::OkStatus();
  }

  const v1::ShortInput::Format format_;
  const std::vector<std::string> ignored_;
};

}  // namespace

void ObjectParser::Parse(absl::string_view json, Record* record) {
  const absl::Status status = ParseObject(json, record);
  // The parser has a copy of the text; the record's is one of the document's few.
  if (json.size() > kLargeRecordBytes) parser_.Release();
  if (!status.ok()) SetBad(status, record);
}

bool ObjectParser::HoldsRecord(const dom::element& value, int depth) {
  dom::array list;
  if (value.get(list) == simdjson::SUCCESS) {
    return depth > 0 && list.size() > 0 && HoldsRecord(list.at(0).value_unsafe(), depth - 1);
  }
  dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return false;
  Record record;
  if (ParseFields(object, &record).ok()) return true;
  size_t tried = 0;
  for (const dom::key_value_pair field : object) {
    if (depth == 0 || ++tried > kTried) break;
    if (HoldsRecord(field.value, depth - 1)) return true;
  }
  return false;
}

absl::Status ObjectParser::ParseWhole(const dom::object& object, Record* record) {
  absl::Status status = ParseFields(object, record);
  if (record->provenance.line() > 1) return status;
  // The texts of all rows would be one document. A conversation with its masks is a row.
  record->holds_records = record->messages.empty() && IsByColumns(object);
  if (status.ok()) return status;
  constexpr int kDepth = 3;
  // {"columns": [...], "data": [[...], ...]}.
  dom::array columns;
  dom::array data;
  const bool split = object.at_key("columns").get(columns) == simdjson::SUCCESS &&
                     object.at_key("data").get(data) == simdjson::SUCCESS;
  record->holds_records = record->holds_records || split;
  size_t tried = 0;
  for (const dom::key_value_pair field : object) {
    if (record->holds_records || ++tried > kTried) break;
    if (std::count(std::begin(kTurnLists), std::end(kTurnLists), ToAbsl(field.key)) > 0) continue;
    record->holds_records = HoldsRecord(field.value, kDepth);
  }
  return status;
}

absl::Status ObjectParser::ParseObject(absl::string_view json, Record* record) {
  ASSIGN_OR_RETURN(const dom::object object, parser_.Parse(json));
  ASSIGN_OR_RETURN(std::string id, ExternalId(object));
  record->provenance.set_external_id(parser_.ReplaceHalfSurrogates(id));
  RETURN_IF_ERROR(ParseWhole(object, record));
  record->metadata_json = parser_.ReplaceHalfSurrogates(record->metadata_json);
  bool half = parser_.HasHalfSurrogate(record->text);
  for (const v1::ChatMessage& message : record->messages) {
    half = half || parser_.HasHalfSurrogate(message.content());
  }
  if (!half) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "not valid JSON: a string with a broken escape or half a surrogate pair");
}

absl::StatusOr<std::unique_ptr<ObjectParser>> DocumentParser(const v1::DocumentInput& input) {
  ASSIGN_OR_RETURN(DocumentFilter filter, DocumentFilter::Create(input.keep_if()));
  return std::make_unique<DocumentObjectParser>(input, std::move(filter));
}

std::unique_ptr<ObjectParser> ShortRowParser(const v1::ShortInput& input) {
  return std::make_unique<ShortRowObjectParser>(input);
}

void SetBad(const absl::Status& status, Record* record) {
  record->text.clear();
  record->messages.clear();
  record->metadata_json.clear();
  std::string place = Snippet(record->provenance.source(), 300);
  if (record->provenance.line() > 0) absl::StrAppend(&place, ":", record->provenance.line());
  record->status = Annotate(status, place);
}

}  // namespace quipu::pipelines
