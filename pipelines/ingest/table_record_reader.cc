// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/table_record_reader.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/tables/table_reader.h"
#include "simdjson.h"

namespace quipu::pipelines {
namespace {

class TableRecordReader : public RecordReader {
 public:
  TableRecordReader(absl::string_view path, std::unique_ptr<TableReader> rows,
                    std::unique_ptr<ObjectParser> parser, uint64_t first_row)
      : source_(PathAsText(path)),
        rows_(std::move(rows)),
        parser_(std::move(parser)),
        row_(first_row) {}

  absl::StatusOr<bool> Next(Record* record) override {
    ASSIGN_OR_RETURN(const bool more, rows_->Next(&json_));
    if (!more) return false;
    *record = Record();
    record->provenance.set_source(source_);
    record->provenance.set_offset(row_);
    record->provenance.set_line(++row_);
    record->next_offset = row_;
    record->next_line = row_;
    if (json_.size() > kMaxRecordBytes) {
      SetBad(absl::InvalidArgumentError(absl::StrCat(
                 "row of ", json_.size(), " bytes is too long, the limit is ", kMaxRecordBytes)),
             record);
      return true;
    }
    const size_t size = json_.size();
    json_.resize(size + simdjson::SIMDJSON_PADDING);
    parser_->Parse(absl::string_view(json_.data(), size), record);
    record->holds_records = false;  // It is a row.
    if (!record->status.ok()) AddColumns(record);
    return true;
  }

 private:
  // A first row without its text has been read with the wrong name.
  void AddColumns(Record* record) const {
    if (row_ != 1) return;
    record->status = absl::InvalidArgumentError(
        absl::StrCat(record->status.message(), "; the table's columns: ", rows_->Describe()));
  }

  const std::string source_;
  const std::unique_ptr<TableReader> rows_;
  const std::unique_ptr<ObjectParser> parser_;
  std::string json_;
  uint64_t row_;  // The next one.
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecordReader>> OpenTable(absl::string_view path,
                                                        std::unique_ptr<ObjectParser> parser,
                                                        uint64_t first_row) {
  ASSIGN_OR_RETURN(std::unique_ptr<TableReader> rows,
                   TableReader::Open(path, parser->Fields(), first_row));
  return std::make_unique<TableRecordReader>(path, std::move(rows), std::move(parser), first_row);
}

}  // namespace quipu::pipelines
