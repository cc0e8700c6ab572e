// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/warc_record_reader.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "pipelines/ingest/warc_page.h"
#include "pipelines/ingest/warc_stream.h"
#include "simdjson.h"

namespace quipu::pipelines {
namespace {

// "<urn:uuid:5f2b...>" -> "5f2b..."
absl::string_view IdOf(absl::string_view id) {
  absl::ConsumePrefix(&id, "<");
  absl::ConsumeSuffix(&id, ">");
  absl::ConsumePrefix(&id, "urn:uuid:");
  return id;
}

std::string ObjectOf(const WarcRecord& page, absl::string_view text) {
  std::string json;
  JsonWriter writer(&json);
  writer.BeginObject();
  const auto add = [&writer](absl::string_view key, absl::string_view value) {
    if (value.empty() || FirstInvalidUtf8(value) < value.size()) return;
    writer.Key(key).String(value);
  };
  add("id", IdOf(page.Field("WARC-Record-ID")));
  add("url", page.Field("WARC-Target-URI"));
  add("date", page.Field("WARC-Date"));
  add("language", page.Field("WARC-Identified-Content-Language"));
  writer.Key("text").String(text);
  writer.EndObject();
  return json;
}

class WarcRecordReader : public RecordReader {
 public:
  WarcRecordReader(absl::string_view path, WarcStream stream, std::unique_ptr<ObjectParser> parser,
                   uint64_t line)
      : source_(PathAsText(path)),
        stream_(std::move(stream)),
        parser_(std::move(parser)),
        line_(line) {}

  absl::StatusOr<bool> Next(Record* record) override {
    WarcRecord page;
    do {
      const absl::StatusOr<bool> more = stream_.Next(&page);
      if (!more.ok()) return Annotate(more.status(), Snippet(source_, 300));
      if (!*more) return false;
      ++line_;
    } while (IsAboutTheCrawl(page));
    *record = Record();
    record->provenance.set_source(source_);
    record->provenance.set_line(line_);
    record->provenance.set_offset(page.offset);
    record->next_offset = page.next_offset;
    record->next_line = line_;
    const absl::Status used = Use(page, record);
    if (!used.ok()) SetBad(used, record);
    return true;
  }

 private:
  absl::Status Use(const WarcRecord& page, Record* record) {
    if (page.length > kMaxRecordBytes) {
      return absl::InvalidArgumentError(absl::StrCat(
          "record of ", page.length, " bytes is too long, the limit is ", kMaxRecordBytes));
    }
    ASSIGN_OR_RETURN(const std::optional<std::string> text, PageText(page));
    if (!text.has_value()) {  // A picture, a redirection: counted.
      record->kept = false;
      return absl::OkStatus();
    }
    std::string json = ObjectOf(page, *text);
    const size_t size = json.size();
    json.resize(size + simdjson::SIMDJSON_PADDING);
    parser_->Parse(absl::string_view(json.data(), size), record);
    return absl::OkStatus();
  }

  const std::string source_;
  WarcStream stream_;
  const std::unique_ptr<ObjectParser> parser_;
  uint64_t line_;  // Of the last record.
};

}  // namespace

std::unique_ptr<RecordReader> OpenWarc(absl::string_view path, std::unique_ptr<ByteSource> source,
                                       std::unique_ptr<ObjectParser> parser, uint64_t offset,
                                       uint64_t line) {
  return std::make_unique<WarcRecordReader>(path, WarcStream(std::move(source), offset),
                                            std::move(parser), line);
}

}  // namespace quipu::pipelines
