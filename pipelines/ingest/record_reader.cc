// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/record_reader.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/json_parser.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/line_reader.h"
#include "pipelines/ingest/short_row_parser.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

// "file:line: what", or "file: what" for whole files.
absl::Status AtPlace(const absl::Status& status, const v1::Provenance& provenance) {
  const std::string source = Snippet(provenance.source(), 300);
  if (provenance.line() == 0) return Annotate(status, source);
  return Annotate(status, absl::StrCat(source, ":", provenance.line()));
}

// The "id" field as text; empty if there is none that could be one.
absl::StatusOr<std::string> ExternalId(const dom::object& object) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> id, Find(object, "id"));
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
  ASSIGN_OR_RETURN(const absl::string_view text, AsString(*id, "id"));
  if (text.size() > kMaxExternalIdBytes) {
    return absl::InvalidArgumentError(absl::StrCat("field \"id\" has ", text.size(),
                                                   " bytes, the limit is ", kMaxExternalIdBytes));
  }
  return std::string(text);
}

// A file of JSON objects, one per line; the subclass interprets them.
class JsonLinesReader : public RecordReader {
 public:
  JsonLinesReader(absl::string_view path, LineReader lines)
      : source_(path), lines_(std::move(lines)) {}

  absl::StatusOr<bool> Next(Record* record) override {
    Line line;
    absl::string_view text;
    do {
      absl::StatusOr<bool> more = lines_.Next(&line);
      if (!more.ok()) return Annotate(more.status(), Snippet(source_, 300));
      if (!*more) return false;
      text = line.text;
      if (line.offset == 0) absl::ConsumePrefix(&text, kByteOrderMark);
    } while (!line.too_long && text.find_first_not_of(" \t\r") == absl::string_view::npos);
    *record = Record();
    record->provenance.set_source(PathAsText(source_));
    record->provenance.set_line(line.number);
    record->provenance.set_offset(line.offset);
    record->next_offset = line.next_offset;
    record->next_line = line.number;
    const absl::Status status = Read(line, text, record);
    if (!status.ok()) {
      record->text.clear();
      record->messages.clear();
      record->status = AtPlace(status, record->provenance);
    }
    return true;
  }

 protected:
  virtual absl::Status Parse(const dom::object& object, Record* record) = 0;

 private:
  absl::Status Read(const Line& line, absl::string_view text, Record* record) {
    if (line.too_long) {
      return absl::InvalidArgumentError(absl::StrCat(
          "line of ", line.length, " bytes is too long, the limit is ", kMaxRecordBytes));
    }
    ASSIGN_OR_RETURN(const dom::object object, parser_.ParseObject(text));
    ASSIGN_OR_RETURN(*record->provenance.mutable_external_id(), ExternalId(object));
    return Parse(object, record);
  }

  const std::string source_;
  LineReader lines_;
  JsonParser parser_;
};

class JsonDocumentReader : public JsonLinesReader {
 public:
  JsonDocumentReader(absl::string_view path, absl::string_view text_field, LineReader lines)
      : JsonLinesReader(path, std::move(lines)), text_field_(text_field) {}

 protected:
  absl::Status Parse(const dom::object& object, Record* record) override {
    ASSIGN_OR_RETURN(const absl::string_view text, RequiredString(object, text_field_));
    if (text.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("field \"", Snippet(text_field_), "\" is empty"));
    }
    record->text = std::string(text);
    return absl::OkStatus();
  }

 private:
  const std::string text_field_;
};

class ShortRowReader : public JsonLinesReader {
 public:
  ShortRowReader(absl::string_view path, v1::ShortInput::Format format, LineReader lines)
      : JsonLinesReader(path, std::move(lines)), format_(format) {}

 protected:
  absl::Status Parse(const dom::object& object, Record* record) override {
    ASSIGN_OR_RETURN(record->messages, ParseShortRow(object, format_));
    return absl::OkStatus();
  }

 private:
  const v1::ShortInput::Format format_;
};

// A file that is one document.
class TextReader : public RecordReader {
 public:
  TextReader(absl::string_view path, std::unique_ptr<ByteSource> source, bool done)
      : path_(path), source_(std::move(source)), done_(done) {}

  absl::StatusOr<bool> Next(Record* record) override {
    if (done_) return false;
    std::string text;
    const absl::Status read = ReadAll(&text);
    if (!read.ok()) return Annotate(read, Snippet(path_, 300));
    done_ = true;
    *record = Record();
    record->provenance.set_source(PathAsText(path_));
    record->next_offset = text.size();
    // Marks the file as done even if it is empty.
    record->next_line = 1;
    record->status = AtPlace(Check(text), record->provenance);
    if (record->status.ok()) record->text = std::move(text);
    return true;
  }

 private:
  // Reads one byte past the limit at most.
  absl::Status ReadAll(std::string* text) {
    constexpr size_t kStep = 1 << 20;
    while (text->size() <= kMaxRecordBytes) {
      const size_t size = text->size();
      text->resize(std::min<uint64_t>(size + kStep, kMaxRecordBytes + 1));
      ASSIGN_OR_RETURN(const size_t count, source_->Read(&(*text)[size], text->size() - size));
      text->resize(size + count);
      if (count == 0) return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  static absl::Status Check(absl::string_view text) {
    if (text.empty()) return absl::InvalidArgumentError("the file is empty");
    if (text.size() > kMaxRecordBytes) {
      return absl::InvalidArgumentError(absl::StrCat(
          "text of ", text.size(), " bytes or more is too long, the limit is ", kMaxRecordBytes));
    }
    const size_t invalid = FirstInvalidUtf8(text);
    if (invalid < text.size()) {
      return absl::InvalidArgumentError(absl::StrCat("invalid UTF-8 at byte ", invalid));
    }
    return absl::OkStatus();
  }

  const std::string path_;
  const std::unique_ptr<ByteSource> source_;
  bool done_;
};

absl::StatusOr<std::unique_ptr<ByteSource>> OpenAt(absl::string_view path, uint64_t offset) {
  ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source, OpenByteSource(path));
  if (offset == 0) return source;
  const absl::Status status = source->Skip(offset);
  if (absl::IsDataLoss(status)) {
    return Annotate(
        status, absl::StrCat(Snippet(path, 300), ": has the file changed since it was last read?"));
  }
  if (!status.ok()) return Annotate(status, Snippet(path, 300));
  return source;
}

bool IsJsonLines(absl::string_view path, v1::DocumentInput::Format format) {
  switch (format) {
    case v1::DocumentInput::JSONL:
      return true;
    case v1::DocumentInput::TEXT:
      return false;
    default:
      break;
  }
  const absl::string_view name = StripCompressionSuffix(path);
  return path == "-" || absl::EndsWithIgnoreCase(name, ".jsonl") ||
         absl::EndsWithIgnoreCase(name, ".json");
}

}  // namespace

absl::StatusOr<std::unique_ptr<RecordReader>> OpenDocuments(absl::string_view path,
                                                            const v1::DocumentInput& input,
                                                            uint64_t offset, uint64_t line) {
  ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source, OpenAt(path, offset));
  if (IsJsonLines(path, input.format())) {
    return std::make_unique<JsonDocumentReader>(path, input.text_field(),
                                                LineReader(std::move(source), offset, line));
  }
  return std::make_unique<TextReader>(path, std::move(source), offset > 0 || line > 0);
}

absl::StatusOr<std::unique_ptr<RecordReader>> OpenShortRows(absl::string_view path,
                                                            const v1::ShortInput& input,
                                                            uint64_t offset, uint64_t line) {
  ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source, OpenAt(path, offset));
  return std::make_unique<ShortRowReader>(path, input.format(),
                                          LineReader(std::move(source), offset, line));
}

}  // namespace quipu::pipelines
