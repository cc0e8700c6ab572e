// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/ingest/record_reader.h"
#include "pipelines/tables/table_writer.h"
#include "protos/run_spec.pb.h"
#include "tests/support/compress.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::Gzip;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string TestData(absl::string_view name) {
  return absl::StrCat("pipelines/tables/testdata/", name);
}

absl::StatusOr<std::vector<Record>> ReadAll(absl::StatusOr<std::unique_ptr<RecordReader>> reader) {
  if (!reader.ok()) return reader.status();
  std::vector<Record> records;
  Record record;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next(&record);
    if (!more.ok()) return more.status();
    if (!*more) return records;
    records.push_back(record);
  }
}

// The tests need Apache Arrow.
class TableRecordReader : public ::testing::Test {
 protected:
  void SetUp() override {
    const absl::Status created =
        TableWriter::Create(dir_.Path("probe.parquet"), TableWriter::Options()).status();
    if (absl::IsFailedPrecondition(created)) GTEST_SKIP() << created.message();
  }

  absl::StatusOr<std::vector<Record>> Documents(absl::string_view name, uint64_t row = 0) const {
    return ReadAll(OpenDocuments(TestData(name), input_, row, row));
  }

  // Writes a table, and returns its path.
  std::string Table(const std::vector<TableColumn>& columns, const std::vector<std::string>& rows) {
    TableWriter::Options options;
    options.columns = columns;
    std::string path = dir_.Path("rows.parquet");
    absl::StatusOr<std::unique_ptr<TableWriter>> writer = TableWriter::Create(path, options);
    EXPECT_OK(writer.status());
    for (const std::string& row : rows) EXPECT_OK((*writer)->Add(row));
    EXPECT_OK((*writer)->Finish());
    return path;
  }

  TempDir dir_;
  v1::DocumentInput input_;
};

TEST_F(TableRecordReader, RowsAreDocumentsWithTheirIdAndPlace) {
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, Documents("zstd.parquet"));

  ASSERT_THAT(records, SizeIs(5));
  EXPECT_OK(records[1].status);
  EXPECT_EQ(records[1].text, "Der zweite Text: ä, \"q\" \\ \n\ttab.");
  EXPECT_EQ(records[1].provenance.source(), TestData("zstd.parquet"));
  EXPECT_EQ(records[1].provenance.line(), 2);
  EXPECT_EQ(records[1].provenance.offset(), 1);
  EXPECT_EQ(records[1].provenance.external_id(), "11");
  EXPECT_EQ(records[1].next_offset, 2);
}

TEST_F(TableRecordReader, RowsWithoutATextAreBad) {
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, Documents("polars.parquet"));

  EXPECT_THAT(records[2].status,
              StatusIs(absl::StatusCode::kInvalidArgument, "polars.parquet:3: field \"text\""));
  EXPECT_THAT(records[4].status, StatusIs(absl::StatusCode::kInvalidArgument,
                                          "polars.parquet:5: field \"text\" is empty"));
}

TEST_F(TableRecordReader, AColumnThatIsNotThereIsNamedWithThoseThatAre) {
  input_.set_text_field("content");
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, Documents("zstd.parquet"));

  EXPECT_THAT(records[0].status,
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("no field \"content\""),
                             HasSubstr("the table's columns: id (int64), text (string)"))));
}

TEST_F(TableRecordReader, ResumesAtTheStoredRow) {
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, Documents("lz4.feather", 3));

  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].provenance.line(), 4);
  EXPECT_EQ(records[0].text, "第四");
}

TEST_F(TableRecordReader, TextsAndMetadataMayBeNested) {
  input_.set_text_field("/struct/body/text");
  input_.add_metadata_fields("instant");
  input_.add_metadata_fields("/struct/n");
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, Documents("types.arrow"));

  EXPECT_EQ(records[0].text, "deep");
  EXPECT_EQ(records[0].metadata_json, R"({"instant":"2024-02-29T12:30:15.250Z","/struct/n":1})");

  input_.set_text_field("strings");
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> lists, Documents("types.parquet"));
  EXPECT_EQ(lists[0].text, "a\n\nb");
}

TEST_F(TableRecordReader, KeepsOnlyWhatFulfilsItsConditions) {
  input_.add_keep_if()->set_field("id");
  input_.mutable_keep_if(0)->set_pattern("^1[03]$");
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, Documents("snappy.parquet"));

  EXPECT_TRUE(records[0].kept);
  EXPECT_FALSE(records[1].kept);
  EXPECT_THAT(records[1].text, IsEmpty());
  EXPECT_OK(records[1].status);
}

TEST_F(TableRecordReader, MessagesAreShortRows) {
  ASSERT_OK_AND_ASSIGN(
      const std::vector<Record> records,
      ReadAll(OpenShortRows(TestData("messages.parquet"), v1::ShortInput(), 0, 0)));

  ASSERT_THAT(records, SizeIs(3));
  ASSERT_THAT(records[1].messages, SizeIs(2));
  EXPECT_EQ(records[1].messages[0].role(), "user");
  EXPECT_EQ(records[1].messages[1].content(), "Answer 1.");
}

TEST_F(TableRecordReader, OtherShapesOfShortRowsAreReadToo) {
  for (
      const auto& [columns, row] : std::vector<std::pair<std::vector<TableColumn>, std::string>>{
          {{{"instruction", "string"}, {"input", "string"}, {"output", "string"}},
           R"({"instruction":"Q","input":"","output":"A"})"},
          {{{"prompt", "string"}, {"completion", "string"}}, R"({"prompt":"Q","completion":"A"})"},
          {{{"conversations", "list<struct<from: string, value: string>>"}},
           R"({"conversations":[{"from":"human","value":"Q"},{"from":"gpt","value":"A"}]})"},
          {{{"messages", "list<struct<role: string, content: string, tool_calls: list<string>>>"}},
           R"({"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]})"}}) {
    ASSERT_OK_AND_ASSIGN(const std::vector<Record> records,
                         ReadAll(OpenShortRows(Table(columns, {row}), v1::ShortInput(), 0, 0)));

    ASSERT_THAT(records, SizeIs(1));
    ASSERT_OK(records[0].status) << row;
    ASSERT_THAT(records[0].messages, SizeIs(2)) << row;
    EXPECT_EQ(records[0].messages[0].content(), "Q");
    EXPECT_EQ(records[0].messages[1].content(), "A");
  }
}

TEST_F(TableRecordReader, TheContentDecidesIfTheNameSaysNothing) {
  ASSERT_OK_AND_ASSIGN(const std::string table, ReadFile(TestData("zstd.parquet"), 1 << 20));
  for (const absl::string_view name : {"corpus", "corpus.bin"}) {
    ASSERT_OK(WriteFileAtomic(dir_.Path(name), table));
    ASSERT_OK_AND_ASSIGN(const std::vector<Record> records,
                         ReadAll(OpenDocuments(dir_.Path(name), input_, 0, 0)));
    EXPECT_THAT(records, SizeIs(5));
  }
  ASSERT_OK(WriteFileAtomic(dir_.Path("a.jsonl"), table));
  EXPECT_THAT(OpenDocuments(dir_.Path("a.jsonl"), input_, 0, 0).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "a name that ends in .parquet"));
  ASSERT_OK(WriteFileAtomic(dir_.Path("a.parquet"), "a text"));
  EXPECT_THAT(OpenDocuments(dir_.Path("a.parquet"), input_, 0, 0).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "not a Parquet or Arrow file"));
}

TEST_F(TableRecordReader, TablesMayHaveTheNameOfTheirCompression) {
  std::filesystem::copy_file(TestData("gzip.parquet"), dir_.Path("df.parquet.gzip"));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records,
                       ReadAll(OpenDocuments(dir_.Path("df.parquet.gzip"), input_, 0, 0)));

  EXPECT_THAT(records, SizeIs(5));
  EXPECT_EQ(records[0].text, "The first text.");
}

TEST_F(TableRecordReader, OtherFilesByTheNamesOfTablesAreNamed) {
  const std::string path = dir_.Path("a.parquet");
  for (const auto& [content, reason] : std::vector<std::pair<std::string, std::string>>{
           {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS"},
           {"<!doctype html><title>404</title>", "an HTML page"},
           {std::string("FEA1\0\0\0\0", 8), "a Feather file of version 1"},
           {"PAR1 that was cut off", "not a Parquet or Arrow file"}}) {
    ASSERT_OK(WriteFileAtomic(path, content));
    EXPECT_THAT(OpenDocuments(path, input_, 0, 0).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, reason));
  }
}

TEST_F(TableRecordReader, CompressedTablesAndStandardInputAreRefused) {
  ASSERT_OK(WriteFileAtomic(dir_.Path("a.parquet.gz"), Gzip("PAR1 and more")));
  EXPECT_THAT(OpenDocuments(dir_.Path("a.parquet.gz"), input_, 0, 0).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "a compressed table: decompress it"));
  input_.set_format(v1::DocumentInput::PARQUET);
  EXPECT_THAT(OpenDocuments("-", input_, 0, 0).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "not from standard input"));
}

}  // namespace
}  // namespace quipu::pipelines
