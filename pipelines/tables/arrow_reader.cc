// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <arrow/record_batch.h>
#include <arrow/util/config.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/tables/arrow_json.h"
#include "pipelines/tables/arrow_object_file.h"
#include "pipelines/tables/arrow_status.h"
#include "pipelines/tables/object_store.h"
#include "pipelines/tables/table_reader.h"

namespace quipu::pipelines {
namespace {

using BatchPtr = std::shared_ptr<arrow::RecordBatch>;

// How many of a file's first bytes say what it is.
constexpr size_t kBeginBytes = 16;
// Rows of Parquet that are decoded together have about this many bytes.
constexpr int64_t kParquetBatchBytes = 16 << 20;
constexpr int64_t kMostParquetBatchRows = 256;
// Pages are read in pieces, so that a column of a row group is never in memory as a whole.
constexpr int64_t kParquetBufferBytes = 1 << 20;

// Of nested types.
constexpr int kMaxDepth = 64;

// The batches of a file, in order.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  // The next batch, of the chosen columns; nullptr at the end.
  virtual arrow::Result<BatchPtr> Next() = 0;
  virtual std::shared_ptr<arrow::Schema> schema() const = 0;
  // Skips batches before `row` without reading them, where the format allows; returns the row where
  // the next batch begins.
  virtual arrow::Result<uint64_t> SkipTo(uint64_t row) = 0;
};

// The positions of the chosen columns; all of them if none are.
std::vector<int> ChosenColumns(const arrow::Schema& schema,
                               const std::vector<std::string>& columns) {
  std::vector<int> chosen;
  for (int i = 0; i < schema.num_fields(); ++i) {
    if (columns.empty() ||
        std::find(columns.begin(), columns.end(), schema.field(i)->name()) != columns.end()) {
      chosen.push_back(i);
    }
  }
  return chosen;
}

class ParquetSource : public BatchSource {
 public:
  static arrow::Result<std::unique_ptr<BatchSource>> Open(
      const std::shared_ptr<arrow::io::RandomAccessFile>& file,
      const std::vector<std::string>& columns, arrow::MemoryPool* pool) {
    parquet::ReaderProperties properties(pool);
    properties.enable_buffered_stream();
    properties.set_buffer_size(kParquetBufferBytes);
    parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
    arrow_properties.set_pre_buffer(false);
    parquet::arrow::FileReaderBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Open(file, properties));
    std::unique_ptr<parquet::arrow::FileReader> reader;
    ARROW_RETURN_NOT_OK(builder.memory_pool(pool)->properties(arrow_properties)->Build(&reader));
    auto source = std::unique_ptr<ParquetSource>(new ParquetSource(std::move(reader)));
    ARROW_RETURN_NOT_OK(source->reader_->GetSchema(&source->schema_));
    for (const int column : ChosenColumns(*source->schema_, columns)) {
      source->AddLeaves(source->reader_->manifest().schema_fields[static_cast<size_t>(column)]);
    }
    return source;
  }

  arrow::Result<BatchPtr> Next() override {
    while (true) {
      if (batches_ == nullptr) {
        if (group_ == reader_->num_row_groups()) return BatchPtr();
        ARROW_RETURN_NOT_OK(OpenGroup(group_++));
      }
      ARROW_ASSIGN_OR_RAISE(BatchPtr batch, batches_->Next());
      if (batch != nullptr) return batch;
      batches_.reset();
    }
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Result<uint64_t> SkipTo(uint64_t row) override {
    uint64_t begin = 0;
    while (group_ < reader_->num_row_groups()) {
      const auto rows = static_cast<uint64_t>(Metadata().RowGroup(group_)->num_rows());
      if (begin + rows > row) break;
      begin += rows;
      ++group_;
    }
    return begin;
  }

 private:
  explicit ParquetSource(std::unique_ptr<parquet::arrow::FileReader> reader)
      : reader_(std::move(reader)) {}

  const parquet::FileMetaData& Metadata() const { return *reader_->parquet_reader()->metadata(); }

  void AddLeaves(const parquet::arrow::SchemaField& field) {
    if (field.is_leaf()) leaves_.push_back(field.column_index);
    for (const parquet::arrow::SchemaField& child : field.children) AddLeaves(child);
  }

  // As many rows at a time as have about kParquetBatchBytes.
  arrow::Status OpenGroup(int group) {
    const auto metadata = Metadata().RowGroup(group);
    int64_t bytes = 0;
    for (const int leaf : leaves_) {
      bytes += std::max<int64_t>(metadata->ColumnChunk(leaf)->total_uncompressed_size(), 0);
    }
    const int64_t row_bytes = bytes / std::max<int64_t>(metadata->num_rows(), 1) + 1;
    reader_->set_batch_size(
        std::clamp<int64_t>(kParquetBatchBytes / row_bytes, 1, kMostParquetBatchRows));
    return reader_->GetRecordBatchReader({group}, leaves_).Value(&batches_);
  }

  const std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> leaves_;
  int group_ = 0;  // The next one.
  std::unique_ptr<arrow::RecordBatchReader> batches_;
};

arrow::ipc::IpcReadOptions IpcOptions(arrow::MemoryPool* pool) {
  arrow::ipc::IpcReadOptions options = arrow::ipc::IpcReadOptions::Defaults();
  options.memory_pool = pool;
  options.use_threads = false;
  options.max_recursion_depth = kMaxDepth;
  return options;
}

// Lengths and offsets of an Arrow file are whatever it says.
arrow::Result<BatchPtr> Checked(BatchPtr batch) {
  if (batch == nullptr) return batch;
  for (const auto& column : batch->columns()) {
    const absl::Status status = CheckArray(*column);
    if (!status.ok()) return arrow::Status::Invalid(std::string(status.message()));
  }
  return batch;
}

// A file that lists its batches at its end.
class ArrowFileSource : public BatchSource {
 public:
  static arrow::Result<std::unique_ptr<BatchSource>> Open(
      const std::shared_ptr<arrow::io::RandomAccessFile>& file,
      const std::vector<std::string>& columns, arrow::MemoryPool* pool) {
    arrow::ipc::IpcReadOptions options = IpcOptions(pool);
    ARROW_ASSIGN_OR_RAISE(auto reader, arrow::ipc::RecordBatchFileReader::Open(file, options));
    std::shared_ptr<arrow::Schema> schema = reader->schema();
    options.included_fields = ChosenColumns(*schema, columns);
    ARROW_ASSIGN_OR_RAISE(reader, arrow::ipc::RecordBatchFileReader::Open(file, options));
    return std::unique_ptr<BatchSource>(new ArrowFileSource(std::move(reader), std::move(schema)));
  }

  arrow::Result<BatchPtr> Next() override {
    if (batch_ == reader_->num_record_batches()) return BatchPtr();
    ARROW_ASSIGN_OR_RAISE(BatchPtr batch, reader_->ReadRecordBatch(batch_++));
    return Checked(std::move(batch));
  }
  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Result<uint64_t> SkipTo(uint64_t) override { return 0; }

 private:
  ArrowFileSource(std::shared_ptr<arrow::ipc::RecordBatchFileReader> reader,
                  std::shared_ptr<arrow::Schema> schema)
      : reader_(std::move(reader)), schema_(std::move(schema)) {}

  const std::shared_ptr<arrow::ipc::RecordBatchFileReader> reader_;
  const std::shared_ptr<arrow::Schema> schema_;
  int batch_ = 0;
};

class ArrowStreamSource : public BatchSource {
 public:
  static arrow::Result<std::unique_ptr<BatchSource>> Open(
      const std::shared_ptr<arrow::io::RandomAccessFile>& file,
      const std::vector<std::string>& columns, arrow::MemoryPool* pool) {
    arrow::ipc::IpcReadOptions options = IpcOptions(pool);
    ARROW_ASSIGN_OR_RAISE(auto reader, arrow::ipc::RecordBatchStreamReader::Open(file, options));
    std::shared_ptr<arrow::Schema> schema = reader->schema();
    options.included_fields = ChosenColumns(*schema, columns);
    ARROW_RETURN_NOT_OK(file->Seek(0));
    ARROW_ASSIGN_OR_RAISE(reader, arrow::ipc::RecordBatchStreamReader::Open(file, options));
    return std::unique_ptr<BatchSource>(
        new ArrowStreamSource(std::move(reader), std::move(schema)));
  }

  arrow::Result<BatchPtr> Next() override {
    ARROW_ASSIGN_OR_RAISE(BatchPtr batch, reader_->Next());
    return Checked(std::move(batch));
  }
  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Result<uint64_t> SkipTo(uint64_t) override { return 0; }

 private:
  ArrowStreamSource(std::shared_ptr<arrow::ipc::RecordBatchStreamReader> reader,
                    std::shared_ptr<arrow::Schema> schema)
      : reader_(std::move(reader)), schema_(std::move(schema)) {}

  const std::shared_ptr<arrow::ipc::RecordBatchStreamReader> reader_;
  const std::shared_ptr<arrow::Schema> schema_;
};

// Never destroyed: Arrow reads parts of IPC files on threads of its own, and the last
// owner of a buffer may be such a thread, after the reader is gone.
arrow::MemoryPool* Pool() {
  static auto* const pool = new arrow::CappedMemoryPool(arrow::default_memory_pool(),
                                                        static_cast<int64_t>(kMaxTableMemoryBytes));
  return pool;
}

class ArrowTableReader : public TableReader {
 public:
  explicit ArrowTableReader(absl::string_view path) : path_(Snippet(path, 300)) {}

  absl::Status Init(const std::string& path, const std::vector<std::string>& columns,
                    uint64_t first_row) {
    absl::Status opened = Guard([&] {
      ASSIGN_OR_RETURN(const auto file, OpenFile(path));
      auto source = OpenSource(file, columns);
      RETURN_IF_ERROR(FromArrow(source.status()));
      source_ = *std::move(source);
      auto begin = source_->SkipTo(first_row);
      RETURN_IF_ERROR(FromArrow(begin.status()));
      row_ = *begin;
      first_row_ = first_row;
      return absl::OkStatus();
    });
    if (object_ != nullptr) opened = object_->StoreError(opened);
    return Annotate(opened, path_);
  }

  std::string Describe() const override {
    std::vector<std::string> columns;
    for (const auto& field : source_->schema()->fields()) {
      columns.push_back(absl::StrCat(field->name(), " (", field->type()->ToString(), ")"));
    }
    return Snippet(absl::StrJoin(columns, ", "), 1000);
  }

  absl::StatusOr<bool> Next(std::string* json) override {
    bool more = false;
    absl::Status read = Guard([&] { return Read(json, &more); });
    if (read.ok()) return more;
    if (object_ != nullptr) read = object_->StoreError(read);
    const std::string place = absl::StrCat(path_, ": after row ", row_);
    if (absl::IsResourceExhausted(read)) {
      return absl::ResourceExhaustedError(
          absl::StrCat(place, ": a row group or record batch needs more memory than the limit of ",
                       kMaxTableMemoryBytes, " bytes; write the file with smaller ones"));
    }
    if (!absl::IsInvalidArgument(read)) return Annotate(read, place);
    return absl::DataLossError(absl::StrCat(place, ": damaged: ", read.message()));
  }

 private:
  absl::StatusOr<std::shared_ptr<arrow::io::RandomAccessFile>> OpenFile(const std::string& path) {
    if (IsObjectUrl(path)) {
      ASSIGN_OR_RETURN(object_, ObjectFile::Open(path));
      return object_;
    }
    auto file = arrow::io::ReadableFile::Open(path, Pool());
    RETURN_IF_ERROR(FromArrow(file.status()));
    return *std::move(file);
  }

  arrow::Result<std::unique_ptr<BatchSource>> OpenSource(
      const std::shared_ptr<arrow::io::RandomAccessFile>& file,
      const std::vector<std::string>& columns) {
    char begin[kBeginBytes];
    ARROW_ASSIGN_OR_RAISE(const int64_t count, file->ReadAt(0, kBeginBytes, begin));
    const absl::string_view bytes(begin, static_cast<size_t>(count));
    if (IsParquet(bytes)) return ParquetSource::Open(file, columns, Pool());
    if (!IsArrow(bytes)) return arrow::Status::Invalid("not a Parquet or Arrow file");
    ARROW_RETURN_NOT_OK(file->Seek(0));
    if (bytes.front() == 'A') return ArrowFileSource::Open(file, columns, Pool());
    return ArrowStreamSource::Open(file, columns, Pool());
  }

  absl::Status Read(std::string* json, bool* more) {
    while (batch_ == nullptr || at_ == batch_->num_rows()) {
      auto batch = source_->Next();
      RETURN_IF_ERROR(FromArrow(batch.status()));
      batch_ = *std::move(batch);
      at_ = 0;
      if (batch_ == nullptr) {
        if (row_ >= first_row_) return absl::OkStatus();
        return absl::InvalidArgumentError(absl::StrCat("it has ", row_, " rows, not ", first_row_,
                                                       "; has it changed since it was last read?"));
      }
      if (row_ < first_row_) {  // A batch that was read before, or its beginning.
        at_ = static_cast<int64_t>(
            std::min(first_row_ - row_, static_cast<uint64_t>(batch_->num_rows())));
        row_ += static_cast<uint64_t>(at_);
      }
    }
    *more = true;
    ++row_;
    return Render(at_++, json);
  }

  absl::Status Render(int64_t row, std::string* json) const {
    json->assign("{");
    for (int i = 0; i < batch_->num_columns(); ++i) {
      if (i > 0) json->push_back(',');
      AppendJsonString(batch_->schema()->field(i)->name(), json);
      json->push_back(':');
      RETURN_IF_ERROR(AppendCell(*batch_->column(i), row, json));
    }
    json->push_back('}');
    return absl::OkStatus();
  }

  const std::string path_;
  std::shared_ptr<ObjectFile> object_;  // nullptr: a file.
  std::unique_ptr<BatchSource> source_;
  BatchPtr batch_;
  int64_t at_ = 0;    // The next row of the batch.
  uint64_t row_ = 0;  // The next row of the file.
  uint64_t first_row_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TableReader>> TableReader::Open(
    absl::string_view path, const std::vector<std::string>& columns, uint64_t first_row) {
  auto reader = std::make_unique<ArrowTableReader>(path);
  RETURN_IF_ERROR(reader->Init(std::string(path), columns, first_row));
  return reader;
}

}  // namespace quipu::pipelines
