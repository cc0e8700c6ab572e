// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/record_reader.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/json_parser.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "pipelines/ingest/file_kind.h"
#include "pipelines/ingest/json_fields.h"
#include "pipelines/ingest/json_layout.h"
#include "pipelines/ingest/json_value_reader.h"
#include "pipelines/ingest/lenient_json.h"
#include "pipelines/ingest/line_reader.h"
#include "pipelines/ingest/peek_source.h"
#include "pipelines/ingest/short_row_parser.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

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

// The values of a file, one after the other.
class ValueReader {
 public:
  virtual ~ValueReader() = default;
  virtual absl::StatusOr<bool> Next(Line* value) = 0;
};

template <typename Reader>
class ValueReaderOf : public ValueReader {
 public:
  explicit ValueReaderOf(Reader reader) : reader_(std::move(reader)) {}
  absl::StatusOr<bool> Next(Line* value) override { return reader_.Next(value); }

 private:
  Reader reader_;
};

// A file of JSON objects; the subclass interprets them.
class JsonReader : public RecordReader {
 public:
  JsonReader(absl::string_view path, JsonLayout layout, std::unique_ptr<ValueReader> values)
      : source_(PathAsText(path)), layout_(layout), values_(std::move(values)) {}

  absl::StatusOr<bool> Next(Record* record) override {
    const bool fresh = pending_.empty();
    if (fresh) {
      absl::StatusOr<bool> more = ReadValue();
      if (!more.ok()) return Annotate(more.status(), Snippet(source_, 300));
      if (!*more) return false;
    }
    ReadPending(record);
    const bool line = fresh && layout_ == JsonLayout::kLines;
    if (line && !record->status.ok() && SplitLine()) ReadPending(record);
    return true;
  }

 protected:
  virtual absl::Status Parse(const dom::object& object, Record* record) = 0;

 private:
  // Reads the next value into last_ and pending_. False at the end.
  absl::StatusOr<bool> ReadValue() {
    do {
      ASSIGN_OR_RETURN(const bool more, values_->Next(&last_));
      if (!more) return false;
      // Where files were concatenated, a mark may begin any line.
      last_.text = SkipBlank(last_.text);
    } while (!last_.too_long && last_.text.empty());
    pending_.push_back(last_);
    return true;
  }

  // If the last line has several objects, makes them pending.
  bool SplitLine() {
    const std::vector<absl::string_view> objects = SplitObjects(last_.text);
    // A part begins where the last one ended, as it does for a reader that resumes there.
    const uint64_t text_offset = last_.offset + last_.length - last_.text.size();
    uint64_t offset = last_.offset;
    for (const absl::string_view object : objects) {
      const uint64_t end =
          text_offset + static_cast<uint64_t>(object.data() - last_.text.data()) + object.size();
      Line part = last_;
      part.text = object;
      part.offset = offset;
      if (object.data() != objects.back().data()) {
        part.next_offset = end;
        part.next_line = last_.number - 1;
      }
      pending_.push_back(part);
      offset = end;
    }
    return !objects.empty();
  }

  void ReadPending(Record* record) {
    const Line value = pending_.front();
    pending_.pop_front();
    *record = Record();
    record->provenance.set_source(source_);
    record->provenance.set_line(value.number);
    record->provenance.set_offset(value.offset);
    record->next_offset = value.next_offset;
    record->next_line = value.next_line;
    const absl::Status status = Read(value, record);
    if (status.ok()) return;
    record->text.clear();
    record->messages.clear();
    record->metadata_json.clear();
    record->status = AtPlace(status, record->provenance);
  }

  absl::Status Read(const Line& value, Record* record) {
    if (value.too_long) {
      return absl::InvalidArgumentError(
          absl::StrCat(layout_ == JsonLayout::kLines ? "line" : "value", " of ", value.length,
                       " bytes is too long, the limit is ", kMaxRecordBytes));
    }
    ASSIGN_OR_RETURN(const dom::object object, parser_.Parse(value.text));
    ASSIGN_OR_RETURN(std::string id, ExternalId(object));
    record->provenance.set_external_id(parser_.ReplaceHalfSurrogates(id));
    RETURN_IF_ERROR(Parse(object, record));
    record->metadata_json = parser_.ReplaceHalfSurrogates(record->metadata_json);
    bool half = parser_.HasHalfSurrogate(record->text);
    for (const v1::ChatMessage& message : record->messages) {
      half = half || parser_.HasHalfSurrogate(message.content());
    }
    if (!half) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "not valid JSON: a string with a broken escape or half a surrogate pair");
  }

  const std::string source_;
  const JsonLayout layout_;
  const std::unique_ptr<ValueReader> values_;
  Line last_;  // As it was read.
  std::deque<Line> pending_;
  LenientJsonParser parser_;
};

class JsonDocumentReader : public JsonReader {
 public:
  JsonDocumentReader(absl::string_view path, const v1::DocumentInput& input, JsonLayout layout,
                     std::unique_ptr<ValueReader> values)
      : JsonReader(path, layout, std::move(values)), input_(input) {}

 protected:
  absl::Status Parse(const dom::object& object, Record* record) override {
    ASSIGN_OR_RETURN(record->text, TextOf(object, input_.text_field()));
    ASSIGN_OR_RETURN(record->metadata_json, MetadataOf(object, input_.metadata_fields()));
    return absl::OkStatus();
  }

 private:
  const v1::DocumentInput input_;
};

class ShortRowReader : public JsonReader {
 public:
  ShortRowReader(absl::string_view path, v1::ShortInput::Format format, JsonLayout layout,
                 std::unique_ptr<ValueReader> values)
      : JsonReader(path, layout, std::move(values)), format_(format) {}

 protected:
  absl::Status Parse(const dom::object& object, Record* record) override {
    ASSIGN_OR_RETURN(ShortConversation conversation, ParseShortRow(object, format_));
    record->messages = std::move(conversation.messages);
    record->cut = conversation.cut;
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

absl::Status NotRead(absl::string_view path, const FileKind& kind) {
  return absl::InvalidArgumentError(absl::StrCat(Snippet(path, 300), ": ", Describe(kind)));
}

// A file at its beginning.
struct Opened {
  std::unique_ptr<PeekSource> source;
  std::string begin;
};

absl::StatusOr<Opened> OpenFile(absl::string_view path, const SourceOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path, options));
  Opened opened;
  opened.source = std::make_unique<PeekSource>(std::move(bytes));
  const absl::StatusOr<absl::string_view> begin = opened.source->Peek(kLayoutBytes);
  if (!begin.ok()) return Annotate(begin.status(), Snippet(path, 300));
  opened.begin = std::string(*begin);
  const std::optional<FileKind> kind = UnreadKind(opened.begin, StripCompressionSuffix(path));
  if (kind.has_value()) return NotRead(path, *kind);
  return opened;
}

absl::Status SkipTo(absl::string_view path, uint64_t offset, ByteSource* source) {
  const absl::Status status = source->Skip(offset);
  if (absl::IsDataLoss(status)) {
    return Annotate(
        status, absl::StrCat(Snippet(path, 300), ": has the file changed since it was last read?"));
  }
  return Annotate(status, Snippet(path, 300));
}

bool HasSuffix(absl::string_view path, absl::Span<const absl::string_view> suffixes) {
  const absl::string_view name = StripCompressionSuffix(path);
  return std::any_of(suffixes.begin(), suffixes.end(), [&](absl::string_view suffix) {
    return absl::EndsWithIgnoreCase(name, suffix);
  });
}

// Whether a file is read as JSON. A name that says nothing leaves it to the content.
bool IsJson(absl::string_view path, v1::DocumentInput::Format format, absl::string_view begin) {
  if (format != v1::DocumentInput::AUTO) return format == v1::DocumentInput::JSONL;
  if (path == "-") return true;
  if (HasSuffix(path, {".jsonl", ".ndjson", ".jl", ".jsonlines", ".json"})) return true;
  if (!LooksLikeJson(begin)) return false;
  if (!HasSuffix(path, {".txt", ".text", ".md", ".markdown", ".rst", ".tex"})) return true;
  LogWarning(absl::StrCat(Snippet(path, 300),
                          " looks like JSON and is read as one text: format: JSONL reads its "
                          "objects"));
  return false;
}

std::unique_ptr<ValueReader> ValuesOf(std::unique_ptr<ByteSource> source, JsonLayout layout,
                                      uint64_t offset, uint64_t line) {
  if (layout == JsonLayout::kLines) {
    return std::make_unique<ValueReaderOf<LineReader>>(LineReader(std::move(source), offset, line));
  }
  return std::make_unique<ValueReaderOf<JsonValueReader>>(
      JsonValueReader(std::move(source), layout == JsonLayout::kArray, offset, line));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RecordReader>> OpenDocuments(absl::string_view path,
                                                            const v1::DocumentInput& input,
                                                            uint64_t offset, uint64_t line,
                                                            const SourceOptions& options) {
  ASSIGN_OR_RETURN(Opened file, OpenFile(path, options));
  const bool json = IsJson(path, input.format(), file.begin);
  if (json || input.format() == v1::DocumentInput::AUTO) {
    const std::optional<FileKind> markup = MarkupKind(file.begin);
    if (markup.has_value()) return NotRead(path, *markup);
  }
  RETURN_IF_ERROR(SkipTo(path, offset, file.source.get()));
  if (!json) {
    return std::make_unique<TextReader>(path, std::move(file.source), offset > 0 || line > 0);
  }
  const JsonLayout layout = LayoutOf(file.begin);
  return std::make_unique<JsonDocumentReader>(
      path, input, layout, ValuesOf(std::move(file.source), layout, offset, line));
}

absl::StatusOr<std::unique_ptr<RecordReader>> OpenShortRows(absl::string_view path,
                                                            const v1::ShortInput& input,
                                                            uint64_t offset, uint64_t line,
                                                            const SourceOptions& options) {
  ASSIGN_OR_RETURN(Opened file, OpenFile(path, options));
  const std::optional<FileKind> markup = MarkupKind(file.begin);
  if (markup.has_value()) return NotRead(path, *markup);
  RETURN_IF_ERROR(SkipTo(path, offset, file.source.get()));
  const JsonLayout layout = LayoutOf(file.begin);
  return std::make_unique<ShortRowReader>(path, input.format(), layout,
                                          ValuesOf(std::move(file.source), layout, offset, line));
}

}  // namespace quipu::pipelines
