// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <arrow/io/file.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/table_builder.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/posix_error.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/tables/arrow_status.h"
#include "pipelines/tables/arrow_type.h"
#include "pipelines/tables/table_writer.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

constexpr int kZstdLevel = 3;

// Rows are encoded, and their memory used again, at this size: it stays in the processor's cache.
constexpr uint64_t kPieceBytes = 1 << 20;

// Where batches go.
class BatchSink {
 public:
  virtual ~BatchSink() = default;
  // `ends_group`: the next batch begins another row group.
  virtual arrow::Status Write(const arrow::RecordBatch& batch, bool ends_group) = 0;
  virtual arrow::Status Close() = 0;
  // Whether a group may come in several batches.
  virtual bool TakesPieces() const = 0;
};

class ParquetSink : public BatchSink {
 public:
  explicit ParquetSink(std::unique_ptr<parquet::arrow::FileWriter> writer)
      : writer_(std::move(writer)) {}

  arrow::Status Write(const arrow::RecordBatch& batch, bool ends_group) override {
    if (!in_group_) ARROW_RETURN_NOT_OK(writer_->NewBufferedRowGroup());
    in_group_ = !ends_group;
    return writer_->WriteRecordBatch(batch);
  }
  arrow::Status Close() override { return writer_->Close(); }
  bool TakesPieces() const override { return true; }

 private:
  const std::unique_ptr<parquet::arrow::FileWriter> writer_;
  bool in_group_ = false;
};

class IpcSink : public BatchSink {
 public:
  explicit IpcSink(std::shared_ptr<arrow::ipc::RecordBatchWriter> writer)
      : writer_(std::move(writer)) {}

  // A batch is a group.
  arrow::Status Write(const arrow::RecordBatch& batch, bool /*ends_group*/) override {
    return writer_->WriteRecordBatch(batch);
  }
  arrow::Status Close() override { return writer_->Close(); }
  bool TakesPieces() const override { return false; }

 private:
  const std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

arrow::Result<std::unique_ptr<BatchSink>> OpenSink(
    const TableWriter::Options& options, const std::shared_ptr<arrow::Schema>& schema,
    const std::shared_ptr<arrow::io::OutputStream>& out) {
  if (options.format == TableFormat::kParquet) {
    parquet::WriterProperties::Builder properties;
    properties.max_row_group_length(static_cast<int64_t>(options.group_rows));
    // The file is the same whichever version of Arrow wrote it says so.
    properties.created_by("quipu");
    if (options.compress) {
      properties.compression(parquet::Compression::ZSTD)->compression_level(kZstdLevel);
    }
    // So that lists read back with the types they were written with.
    auto arrow_properties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    ARROW_ASSIGN_OR_RAISE(auto writer, parquet::arrow::FileWriter::Open(
                                           *schema, arrow::default_memory_pool(), out,
                                           properties.build(), std::move(arrow_properties)));
    return std::make_unique<ParquetSink>(std::move(writer));
  }
  arrow::ipc::IpcWriteOptions ipc = arrow::ipc::IpcWriteOptions::Defaults();
  ipc.use_threads = false;
  auto writer = options.format == TableFormat::kArrowFile
                    ? arrow::ipc::MakeFileWriter(out, schema, ipc)
                    : arrow::ipc::MakeStreamWriter(out, schema, ipc);
  ARROW_RETURN_NOT_OK(writer.status());
  return std::make_unique<IpcSink>(*std::move(writer));
}

class ArrowTableWriter : public TableWriter {
 public:
  ArrowTableWriter(std::string path, const Options& options, std::shared_ptr<arrow::Schema> schema,
                   std::shared_ptr<arrow::io::FileOutputStream> file,
                   std::unique_ptr<arrow::RecordBatchBuilder> builder,
                   std::unique_ptr<BatchSink> sink)
      : path_(std::move(path)),
        group_rows_(options.group_rows),
        group_bytes_(options.group_bytes),
        schema_(std::move(schema)),
        file_(std::move(file)),
        builder_(std::move(builder)),
        sink_(std::move(sink)) {}

  absl::Status Add(absl::string_view json) override {
    padded_.assign(json.data(), json.size());
    padded_.resize(json.size() + simdjson::SIMDJSON_PADDING);
    ASSIGN_OR_RETURN(const dom::object object,
                     parser_.ParseObject(absl::string_view(padded_.data(), json.size())));
    RETURN_IF_ERROR(CheckFields(object));
    RETURN_IF_ERROR(Guard([&] { return AddFields(object); }));
    return EndRow(json.size());
  }

  absl::Status AddCells(absl::Span<const TableCell> cells) override {
    if (static_cast<int>(cells.size()) != schema_->num_fields()) {
      return absl::InvalidArgumentError(absl::StrCat("a row of ", cells.size(), " values for ",
                                                     schema_->num_fields(), " columns"));
    }
    uint64_t bytes = 0;
    RETURN_IF_ERROR(Guard([&] {
      for (int i = 0; i < schema_->num_fields(); ++i) {
        const arrow::Field& column = *schema_->field(i);
        RETURN_IF_ERROR(AppendCell(cells[static_cast<size_t>(i)], *column.type(), column.name(),
                                   builder_->GetField(i)));
        bytes += CellBytes(cells[static_cast<size_t>(i)]);
      }
      return absl::OkStatus();
    }));
    return EndRow(bytes);
  }

  absl::StatusOr<uint64_t> Bytes() const override {
    const arrow::Result<int64_t> position = file_->Tell();
    RETURN_IF_ERROR(AtPath(FromArrow(position.status())));
    return static_cast<uint64_t>(*position);
  }

  absl::Status Finish() override {
    RETURN_IF_ERROR(Guard([&] { return Flush(/*ends_group=*/true); }));
    RETURN_IF_ERROR(AtPath(Guard([&] { return FromArrow(sink_->Close()); })));
    if (fsync(file_->file_descriptor()) != 0) return PosixError(errno, "cannot sync", path_);
    return AtPath(FromArrow(file_->Close()));
  }

 private:
  absl::Status AtPath(const absl::Status& status) const { return Annotate(status, path_); }

  absl::Status CheckFields(const dom::object& object) const {
    for (const dom::key_value_pair field : object) {
      if (schema_->GetFieldIndex(std::string(field.key)) < 0) {
        return absl::InvalidArgumentError(
            absl::StrCat("the table has no column \"", Snippet(ToAbsl(field.key)), "\""));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddFields(const dom::object& object) {
    for (int i = 0; i < schema_->num_fields(); ++i) {
      const arrow::Field& column = *schema_->field(i);
      ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(object, column.name()));
      if (!value.has_value()) {
        RETURN_IF_ERROR(FromArrow(builder_->GetField(i)->AppendNull()));
      } else {
        RETURN_IF_ERROR(AppendJson(*value, *column.type(), column.name(), builder_->GetField(i)));
      }
    }
    return absl::OkStatus();
  }

  absl::Status EndRow(uint64_t bytes) {
    bytes_ += bytes;
    piece_bytes_ += bytes;
    ++piece_rows_;
    const bool ends_group = ++rows_ >= group_rows_ || bytes_ >= group_bytes_;
    if (!ends_group && (piece_bytes_ < kPieceBytes || !sink_->TakesPieces())) {
      return absl::OkStatus();
    }
    return Guard([&] { return Flush(ends_group); });
  }

  // Passes the rows of the builder on.
  absl::Status Flush(bool ends_group) {
    if (piece_rows_ == 0) return absl::OkStatus();
    auto batch = builder_->Flush();
    RETURN_IF_ERROR(FromArrow(batch.status()));
    piece_rows_ = 0;
    piece_bytes_ = 0;
    if (ends_group) {
      rows_ = 0;
      bytes_ = 0;
    }
    return AtPath(FromArrow(sink_->Write(**batch, ends_group)));
  }

  const std::string path_;
  const uint64_t group_rows_;
  const uint64_t group_bytes_;
  const std::shared_ptr<arrow::Schema> schema_;
  const std::shared_ptr<arrow::io::FileOutputStream> file_;
  const std::unique_ptr<arrow::RecordBatchBuilder> builder_;
  const std::unique_ptr<BatchSink> sink_;
  JsonParser parser_;
  std::string padded_;
  // Of the group.
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
  // In the builder.
  uint64_t piece_rows_ = 0;
  uint64_t piece_bytes_ = 0;
};

absl::StatusOr<std::shared_ptr<arrow::Schema>> SchemaOf(const TableWriter::Options& options) {
  arrow::FieldVector fields;
  for (const TableColumn& column : options.columns) {
    ASSIGN_OR_RETURN(auto type, TypeOf(column.type));
    fields.push_back(arrow::field(column.name, std::move(type)));
  }
  auto schema = arrow::schema(std::move(fields));
  if (options.metadata.empty()) return schema;
  auto metadata = std::make_shared<arrow::KeyValueMetadata>();
  for (const auto& [name, value] : options.metadata) metadata->Append(name, value);
  return schema->WithMetadata(std::move(metadata));
}

}  // namespace

absl::StatusOr<std::unique_ptr<TableWriter>> TableWriter::Create(absl::string_view path,
                                                                 const Options& options) {
  ASSIGN_OR_RETURN(std::shared_ptr<arrow::Schema> schema, SchemaOf(options));
  std::unique_ptr<TableWriter> writer;
  const absl::Status created = Guard([&] {
    auto file = arrow::io::FileOutputStream::Open(std::string(path));
    RETURN_IF_ERROR(FromArrow(file.status()));
    auto builder = arrow::RecordBatchBuilder::Make(schema, arrow::default_memory_pool());
    RETURN_IF_ERROR(FromArrow(builder.status()));
    auto sink = OpenSink(options, schema, *file);
    RETURN_IF_ERROR(FromArrow(sink.status()));
    writer = std::make_unique<ArrowTableWriter>(std::string(path), options, schema, *file,
                                                *std::move(builder), *std::move(sink));
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(Annotate(created, path));
  return writer;
}

}  // namespace quipu::pipelines
