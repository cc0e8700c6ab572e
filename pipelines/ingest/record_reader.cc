// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/record_reader.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "pipelines/ingest/document_filter.h"
#include "pipelines/ingest/file_kind.h"
#include "pipelines/ingest/json_layout.h"
#include "pipelines/ingest/json_value_reader.h"
#include "pipelines/ingest/line_reader.h"
#include "pipelines/ingest/object_parser.h"
#include "pipelines/ingest/peek_source.h"
#include "pipelines/ingest/table_record_reader.h"
#include "pipelines/ingest/warc_record_reader.h"
#include "pipelines/markup/epub_text.h"
#include "pipelines/markup/html_text.h"
#include "pipelines/markup/markdown_text.h"
#include "pipelines/tables/table_reader.h"

namespace quipu::pipelines {
namespace {

// How a file is read.
enum class FileFormat { kJson, kTable, kText, kHtml, kMarkdown, kEpub, kWarc };

// The values of a file, one after the other.
class ValueReader {
 public:
  virtual ~ValueReader() = default;
  virtual absl::StatusOr<bool> Next(Line* value) = 0;
  // Frees what a long value needed, and its text.
  virtual void Release() = 0;
};

template <typename Reader>
class ValueReaderOf : public ValueReader {
 public:
  explicit ValueReaderOf(Reader reader) : reader_(std::move(reader)) {}
  absl::StatusOr<bool> Next(Line* value) override { return reader_.Next(value); }
  void Release() override { reader_.Release(); }

 private:
  Reader reader_;
};

// A file of JSON objects.
class JsonReader : public RecordReader {
 public:
  JsonReader(absl::string_view path, JsonLayout layout, std::unique_ptr<ValueReader> values,
             std::unique_ptr<ObjectParser> parser)
      : source_(PathAsText(path)),
        layout_(layout),
        values_(std::move(values)),
        parser_(std::move(parser)) {}

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
    if (pending_.empty() && last_.length > kLargeRecordBytes) {
      values_->Release();
      last_.text = absl::string_view();
    }
    return true;
  }

 private:
  // Reads the next value into last_ and pending_. False at the end.
  absl::StatusOr<bool> ReadValue() {
    do {
      ASSIGN_OR_RETURN(const bool more, values_->Next(&last_));
      if (!more) return false;
      // Where files were concatenated, a mark may begin any line.
      last_.text = SkipBlank(last_.text);
      const bool lines = layout_ == JsonLayout::kLines;
      // Lines of an array without its brackets.
      if (lines) last_.text = SkipComma(last_.text);
      text_offset_ = last_.offset + last_.length - last_.text.size();
      // As a part of a line, so that a bad record has one message wherever reading began.
      last_.text = DropBlankEnd(last_.text);
      if (lines) last_.text = DropCommaEnd(last_.text);
    } while (!last_.too_long && last_.text.empty());
    pending_.push_back(last_);
    return true;
  }

  // If the last line has several objects, makes them pending.
  bool SplitLine() {
    const std::vector<absl::string_view> objects = SplitObjects(last_.text);
    // A part begins where the last one ended, as it does for a reader that resumes there.
    uint64_t offset = last_.offset;
    for (const absl::string_view object : objects) {
      const uint64_t end =
          text_offset_ + static_cast<uint64_t>(object.data() - last_.text.data()) + object.size();
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
    if (!value.too_long) {
      parser_->Parse(value.text, record);
      return;
    }
    SetBad(absl::InvalidArgumentError(
               absl::StrCat(layout_ == JsonLayout::kLines ? "line" : "value", " of ", value.length,
                            " bytes is too long, the limit is ", kMaxRecordBytes)),
           record);
  }

  const std::string source_;
  const JsonLayout layout_;
  const std::unique_ptr<ValueReader> values_;
  const std::unique_ptr<ObjectParser> parser_;
  Line last_;                 // As it was read, its text without blanks around it.
  uint64_t text_offset_ = 0;  // Where that text begins.
  std::deque<Line> pending_;
};

// A file that is one document.
class TextReader : public RecordReader {
 public:
  TextReader(absl::string_view path, std::unique_ptr<ByteSource> source, FileFormat format,
             DocumentFilter filter, bool done)
      : path_(path),
        source_(std::move(source)),
        format_(format),
        filter_(std::move(filter)),
        done_(done) {}

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
    const absl::Status status = Use(std::move(text), record);
    if (!status.ok()) SetBad(status, record);
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

  absl::Status Use(std::string text, Record* record) const {
    if (text.empty()) return absl::InvalidArgumentError("the file is empty");
    if (text.size() > kMaxRecordBytes) {
      return absl::InvalidArgumentError(absl::StrCat(
          "text of ", text.size(), " bytes or more is too long, the limit is ", kMaxRecordBytes));
    }
    ASSIGN_OR_RETURN(record->text, TextOfFile(std::move(text)));
    if (record->text.empty()) return absl::InvalidArgumentError("the page has no text");
    ASSIGN_OR_RETURN(record->kept, filter_.Keeps(nullptr, record->text));
    if (!record->kept) record->text.clear();
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> TextOfFile(std::string file) const {
    if (format_ == FileFormat::kHtml) return HtmlText(file);
    if (format_ == FileFormat::kMarkdown) return MarkdownText(file);
    if (format_ == FileFormat::kEpub) return EpubText(file);
    const size_t invalid = FirstInvalidUtf8(file);
    if (invalid == file.size()) return file;
    return absl::InvalidArgumentError(absl::StrCat(
        "invalid UTF-8 at byte ", invalid,
        ": if it is text in another encoding, write it as UTF-8 first (iconv -f LATIN1 -t UTF-8)"));
  }

  const std::string path_;
  const std::unique_ptr<ByteSource> source_;
  const FileFormat format_;
  const DocumentFilter filter_;
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
  return opened;
}

// As wikiextractor and TREC's collections write several documents into a file.
bool BeginsWithDocument(absl::string_view begin) {
  const absl::string_view text = SkipBlank(begin);
  return absl::StartsWithIgnoreCase(text, "<doc>") || absl::StartsWithIgnoreCase(text, "<doc id=");
}

absl::Status CheckKind(absl::string_view path, absl::string_view begin) {
  if (CompressionOfName(path) != Compression::kNone &&
      CompressionOfContent(begin) != Compression::kNone) {
    return NotRead(path, {"compressed twice", "decompress it once"});
  }
  const std::optional<FileKind> kind = UnreadKind(begin, StripCompressionSuffix(path));
  return kind.has_value() ? NotRead(path, *kind) : absl::OkStatus();
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

bool IsTableName(absl::string_view path) {
  return HasSuffix(path, {".parquet", ".arrow", ".feather"});
}

bool IsJsonName(absl::string_view path) {
  return path == "-" || HasSuffix(path, {".jsonl", ".ndjson", ".jl", ".jsonlines", ".json"});
}

// By the name, or by the content if the name says nothing. `begin`: of the file.
FileFormat GuessFormat(absl::string_view path, absl::string_view begin) {
  if (IsJsonName(path)) return FileFormat::kJson;
  if (HasSuffix(path, {".html", ".htm", ".xhtml"})) return FileFormat::kHtml;
  const bool markdown = HasSuffix(path, {".md", ".markdown"});
  if (markdown || HasSuffix(path, {".txt", ".text", ".rst", ".tex"})) {
    if (LooksLikeJson(begin)) {
      LogWarning(absl::StrCat(Snippet(path, 300),
                              " looks like JSON and is read as one text: format: JSONL reads its "
                              "objects"));
    }
    return markdown ? FileFormat::kMarkdown : FileFormat::kText;
  }
  if (CompressionOfName(path) == Compression::kNone && (IsParquet(begin) || IsArrow(begin))) {
    return FileFormat::kTable;
  }
  if (IsEpub(begin)) return FileFormat::kEpub;
  if (IsWarc(begin)) return FileFormat::kWarc;
  if (IsHtml(begin)) return FileFormat::kHtml;
  return LooksLikeJson(begin) ? FileFormat::kJson : FileFormat::kText;
}

FileFormat FormatOf(absl::string_view path, v1::DocumentInput::Format format,
                    absl::string_view begin) {
  switch (format) {
    case v1::DocumentInput::JSONL:
      return FileFormat::kJson;
    case v1::DocumentInput::TEXT:
      return FileFormat::kText;
    case v1::DocumentInput::HTML:
      return FileFormat::kHtml;
    case v1::DocumentInput::MARKDOWN:
      return FileFormat::kMarkdown;
    case v1::DocumentInput::PARQUET:
    case v1::DocumentInput::ARROW:
      return FileFormat::kTable;
    case v1::DocumentInput::AUTO:
      break;
  }
  return IsTableName(path) ? FileFormat::kTable : GuessFormat(path, begin);
}

// Tables are read at any place, so not from a stream.
absl::StatusOr<std::unique_ptr<RecordReader>> OpenTableFile(absl::string_view path,
                                                            std::unique_ptr<ObjectParser> parser,
                                                            uint64_t first_row) {
  if (path == "-") {
    return absl::InvalidArgumentError("tables are read from files, not from standard input");
  }
  absl::StatusOr<std::unique_ptr<RecordReader>> table =
      OpenTable(path, std::move(parser), first_row);
  if (!absl::IsInvalidArgument(table.status())) return table;
  // Not those that pandas' users call "df.parquet.gzip": their pages are compressed.
  if (CompressionOfName(path) != Compression::kNone) {
    return absl::InvalidArgumentError(
        absl::StrCat(Snippet(path, 300),
                     ": a compressed table: decompress it (Parquet and Arrow compress their "
                     "own pages)"));
  }
  // A download that failed is a page or a pointer by the name of a table.
  const absl::StatusOr<Opened> file = OpenFile(path, SourceOptions());
  if (!file.ok() || IsParquet(file->begin) || IsArrow(file->begin)) return table;
  const std::optional<FileKind> markup = MarkupKind(file->begin, "");
  if (markup.has_value()) return NotRead(path, *markup);
  RETURN_IF_ERROR(CheckKind(path, file->begin));
  return table;
}

std::unique_ptr<ValueReader> ValuesOf(std::unique_ptr<ByteSource> source, JsonLayout layout,
                                      uint64_t offset, uint64_t line) {
  if (layout == JsonLayout::kLines) {
    return std::make_unique<ValueReaderOf<LineReader>>(LineReader(std::move(source), offset, line));
  }
  return std::make_unique<ValueReaderOf<JsonValueReader>>(
      JsonValueReader(std::move(source), layout == JsonLayout::kArray, offset, line));
}

std::unique_ptr<RecordReader> OpenJson(absl::string_view path, Opened file,
                                       std::unique_ptr<ObjectParser> parser, uint64_t offset,
                                       uint64_t line) {
  const JsonLayout layout = LayoutOf(file.begin);
  return std::make_unique<JsonReader>(
      path, layout, ValuesOf(std::move(file.source), layout, offset, line), std::move(parser));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RecordReader>> OpenDocuments(absl::string_view path,
                                                            const v1::DocumentInput& input,
                                                            uint64_t offset, uint64_t line,
                                                            const SourceOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<ObjectParser> parser, DocumentParser(input));
  // Before it is opened, so that a table that is not there is named as such.
  if (FormatOf(path, input.format(), "") == FileFormat::kTable) {
    return OpenTableFile(path, std::move(parser), offset);
  }
  ASSIGN_OR_RETURN(Opened file, OpenFile(path, options));
  const FileFormat format = FormatOf(path, input.format(), file.begin);
  if (format == FileFormat::kTable) return OpenTableFile(path, std::move(parser), offset);
  if (format != FileFormat::kEpub && format != FileFormat::kWarc) {
    RETURN_IF_ERROR(CheckKind(path, file.begin));
  }
  const bool automatic = input.format() == v1::DocumentInput::AUTO;
  if (format == FileFormat::kJson || (format == FileFormat::kText && automatic)) {
    const std::optional<FileKind> markup = MarkupKind(file.begin, StripCompressionSuffix(path));
    if (markup.has_value()) return NotRead(path, *markup);
  }
  if (format == FileFormat::kText && automatic && BeginsWithDocument(file.begin)) {
    LogWarning(absl::StrCat(Snippet(path, 300),
                            " begins with <doc>: its documents are read as one text, with their "
                            "tags; write a line of JSON for each (wikiextractor --json)"));
  }
  RETURN_IF_ERROR(SkipTo(path, offset, file.source.get()));
  if (format == FileFormat::kWarc) {
    return OpenWarc(path, std::move(file.source), std::move(parser), offset, line);
  }
  if (format != FileFormat::kJson) {
    ASSIGN_OR_RETURN(DocumentFilter filter, DocumentFilter::Create(input.keep_if()));
    return std::make_unique<TextReader>(path, std::move(file.source), format, std::move(filter),
                                        offset > 0 || line > 0);
  }
  return OpenJson(path, std::move(file), std::move(parser), offset, line);
}

absl::StatusOr<std::unique_ptr<RecordReader>> OpenShortRows(absl::string_view path,
                                                            const v1::ShortInput& input,
                                                            uint64_t offset, uint64_t line,
                                                            const SourceOptions& options) {
  std::unique_ptr<ObjectParser> parser = ShortRowParser(input);
  if (IsTableName(path)) return OpenTableFile(path, std::move(parser), offset);
  ASSIGN_OR_RETURN(Opened file, OpenFile(path, options));
  if (!IsJsonName(path) && GuessFormat(path, file.begin) == FileFormat::kTable) {
    return OpenTableFile(path, std::move(parser), offset);
  }
  RETURN_IF_ERROR(CheckKind(path, file.begin));
  const std::optional<FileKind> markup = MarkupKind(file.begin, StripCompressionSuffix(path));
  if (markup.has_value()) return NotRead(path, *markup);
  RETURN_IF_ERROR(SkipTo(path, offset, file.source.get()));
  return OpenJson(path, std::move(file), std::move(parser), offset, line);
}

}  // namespace quipu::pipelines
