// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/tables/folder_store.h"
#include "pipelines/tables/table_reader.h"
#include "pipelines/tables/table_writer.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Rows = std::vector<std::string>;

std::string TestData(absl::string_view name) {
  return absl::StrCat("pipelines/tables/testdata/", name);
}

absl::StatusOr<Rows> ReadRows(const std::string& path, const std::vector<std::string>& columns = {},
                              uint64_t first_row = 0) {
  absl::StatusOr<std::unique_ptr<TableReader>> reader = TableReader::Open(path, columns, first_row);
  if (!reader.ok()) return reader.status();
  Rows rows;
  std::string json;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next(&json);
    if (!more.ok()) return more.status();
    if (!*more) return rows;
    rows.push_back(json);
  }
}

// Not synced, for many files.
void Write(const std::string& path, absl::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// The tests need Apache Arrow.
class WithArrow : public ::testing::Test {
 protected:
  void SetUp() override {
    const absl::Status opened = TableReader::Open("nowhere.parquet", {}, 0).status();
    if (absl::IsFailedPrecondition(opened)) GTEST_SKIP() << opened.message();
  }
  TempDir dir_;
};

class TableReaderTest : public WithArrow {};
class TableWriterTest : public WithArrow {};

// As testdata/write.py made them.
const char* const kFiveRows[] = {
    R"({"id":10,"text":"The first text."})",
    R"({"id":11,"text":"Der zweite Text: ä, \"q\" \\ \n\ttab."})",
    R"({"id":12,"text":null})",
    R"({"id":13,"text":"第四"})",
    R"({"id":14,"text":""})",
};

TEST_F(TableReaderTest, ReadsWhatEachLibraryWrites) {
  for (const absl::string_view name :
       {"none.parquet", "snappy.parquet", "gzip.parquet", "brotli.parquet", "lz4.parquet",
        "zstd.parquet", "pages_v2.parquet", "uncompressed.feather", "lz4.feather", "zstd.feather",
        "pandas.parquet", "pandas.feather", "polars.parquet", "polars.arrow", "polars_stream.arrow",
        "datasets.parquet", "saved/train/data-00000-of-00001.arrow"}) {
    EXPECT_THAT(ReadRows(TestData(name), {"id", "text"}),
                IsOkAndHolds(::testing::ElementsAreArray(kFiveRows)))
        << name;
  }
}

TEST_F(TableReaderTest, EachTypeBecomesJson) {
  const std::string first =
      R"({"string":"a","large_string":"a","string_view":"a","dictionary":"x","bool":true,)"
      R"("int8":-128,"uint64":0,"float":0.5,"double":0.1,"decimal":"1.50","date":"2024-02-29",)"
      R"("time":"12:30:15.250000","timestamp":"2024-02-29T12:30:15.250000",)"
      R"("instant":"2024-02-29T12:30:15.250Z","bytes":"text","strings":["a","b"],)"
      R"("large_list":[1,2],"pair":[1,2],"struct":{"body":{"text":"deep"},"n":1},"map":{"k":1}})";
  const std::string second =
      R"({"string":"b","large_string":"b","string_view":"a text of more than twelve bytes",)"
      R"("dictionary":"x","bool":false,"int8":127,"uint64":18446744073709551615,"float":-1.25,)"
      R"("double":null,"decimal":"-2.25","date":"2024-02-29","time":"12:30:15.250000",)"
      R"("timestamp":"2024-02-29T12:30:15.250000","instant":"2024-02-29T12:30:15.250Z",)"
      R"("bytes":null,"strings":[],"large_list":[],"pair":[3,4],"struct":{"body":null,"n":2},)"
      R"("map":{}})";
  for (const absl::string_view name : {"types.parquet", "types.arrow", "types_stream.arrow"}) {
    ASSERT_OK_AND_ASSIGN(const Rows rows, ReadRows(TestData(name)));

    ASSERT_THAT(rows, SizeIs(3)) << name;
    EXPECT_EQ(rows[0], first) << name;
    EXPECT_EQ(rows[1], second) << name;
    EXPECT_FALSE(absl::StrContains(rows[2], "\":\"")) << rows[2];
  }
}

TEST_F(TableReaderTest, TypesOfArrowAloneBecomeJson) {
  EXPECT_THAT(ReadRows(TestData("newer_types.arrow")),
              IsOkAndHolds(ElementsAre(R"({"runs":"a","list_view":["a","b"],"large_list_view":[1],)"
                                       R"("dense_union":"a","sparse_union":"a"})",
                                       R"({"runs":"a","list_view":[],"large_list_view":[2,3],)"
                                       R"("dense_union":7,"sparse_union":8})",
                                       R"({"runs":null,"list_view":null,"large_list_view":null,)"
                                       R"("dense_union":"b","sparse_union":"c"})")));
}

TEST_F(TableReaderTest, HalfFloatsAreNumbers) {
  EXPECT_THAT(ReadRows(TestData("halves.parquet")),
              IsOkAndHolds(ElementsAre(R"({"weight":0.5})", R"({"weight":-2048})",
                                       R"({"weight":null})", R"({"weight":null})")));
}

TEST_F(TableReaderTest, ReadsListsOfStructs) {
  EXPECT_THAT(ReadRows(TestData("messages.parquet"), {"messages"}, 2),
              IsOkAndHolds(ElementsAre(R"({"messages":[{"role":"user","content":"Question 2?"},)"
                                       R"({"role":"assistant","content":"Answer 2."}]})")));
}

TEST_F(TableReaderTest, BeginsAtAnyRow) {
  for (const absl::string_view name :
       {"zstd.parquet", "polars.arrow", "polars_stream.arrow", "lz4.feather"}) {
    for (uint64_t row = 0; row <= 5; ++row) {
      EXPECT_THAT(ReadRows(TestData(name), {"id", "text"}, row),
                  IsOkAndHolds(::testing::ElementsAreArray(kFiveRows + row, kFiveRows + 5)))
          << name << " " << row;
    }
  }
}

TEST_F(TableReaderTest, AFileThatBecameShorterIsAnError) {
  EXPECT_THAT(ReadRows(TestData("zstd.parquet"), {}, 6),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("it has 5 rows, not 6"), HasSubstr("has it changed"))));
}

TEST_F(TableReaderTest, AColumnThatIsNotThereIsLeftOut) {
  EXPECT_THAT(ReadRows(TestData("empty.parquet"), {"nothing"}), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(ReadRows(TestData("zstd.parquet"), {"nothing"}),
              IsOkAndHolds(ElementsAre("{}", "{}", "{}", "{}", "{}")));
}

TEST_F(TableReaderTest, DescribesTheColumns) {
  ASSERT_OK_AND_ASSIGN(auto reader, TableReader::Open(TestData("messages.parquet"), {}, 0));

  EXPECT_EQ(reader->Describe(),
            "messages (list<element: struct<role: string, content: string>>), source (string)");
}

TEST_F(TableReaderTest, OtherFilesAreRefused) {
  const std::string path = dir_.Path("x.parquet");
  EXPECT_THAT(ReadRows(path), StatusIs(absl::StatusCode::kUnavailable, "x.parquet"));
  for (const absl::string_view text : {"", "PAR1", "a text", "ARROW1"}) {
    ASSERT_OK(WriteFileAtomic(path, text));
    EXPECT_THAT(ReadRows(path),
                StatusIs(absl::StatusCode::kInvalidArgument, "not a Parquet or Arrow file"));
  }
}

// Every damage is an error or changes values; none ends the process.
TEST_F(TableReaderTest, DamagedFilesAreErrors) {
  const std::string path = dir_.Path("damaged");
  for (const absl::string_view name : {"types.parquet", "types.arrow", "types_stream.arrow",
                                       "lz4.feather", "polars.arrow", "newer_types.arrow"}) {
    ASSERT_OK_AND_ASSIGN(const std::string whole, ReadFile(TestData(name), 1 << 20));
    ASSERT_OK_AND_ASSIGN(const Rows rows, ReadRows(TestData(name)));
    int errors = 0;
    constexpr size_t kSteps = 200;
    for (size_t i = 0; i < kSteps; ++i) {
      const size_t at = whole.size() * i / kSteps;
      Write(path, whole.substr(0, at));
      const absl::StatusOr<Rows> cut = ReadRows(path);
      // A stream may end after any of its messages.
      EXPECT_TRUE(!cut.ok() || (absl::StrContains(name, "stream") && cut->size() < rows.size() + 1))
          << name << " " << at;
      std::string flipped = whole;
      flipped[at] = static_cast<char>(~flipped[at]);
      Write(path, flipped);
      errors += ReadRows(path).ok() ? 0 : 1;
    }
    EXPECT_GT(errors, 0) << name;
  }
}

// Invalid UTF-8 in a map is the fault of its row, as it is in any other column.
TEST_F(TableReaderTest, ReadsRowsBesideInvalidUtf8InAMap) {
  const Rows rows = {R"({"id":1,"meta":{"k":"a"}})", "{\"id\":2,\"meta\":{\"k\":\"\xff\"}}",
                     "{\"id\":3,\"meta\":{\"\xff\":\"b\"}}", R"({"id":4,"meta":{}})",
                     R"({"id":5,"meta":{"k":"c","l":"d"}})"};
  for (const absl::string_view name :
       {"broken_map.parquet", "broken_map.arrow", "broken_map_stream.arrow"}) {
    EXPECT_THAT(ReadRows(TestData(name)), IsOkAndHolds(::testing::ElementsAreArray(rows))) << name;
  }
}

// Tables that are objects of a store which fails.
class TableObjectTest : public WithArrow {
 protected:
  void SetUp() override {
    WithArrow::SetUp();
    ServeFolder("pipelines/tables", "testdata", &faults_);
  }

  static std::string Url(absl::string_view name) { return absl::StrCat("s3://testdata/", name); }

  StoreFaults faults_;
};

constexpr const char* kTables[] = {"zstd.parquet", "polars.arrow", "polars_stream.arrow"};

TEST_F(TableObjectTest, CallsThatFailAreRetried) {
  for (const char* const name : kTables) {
    faults_.failing = 3;
    auto reader = TableReader::Open(Url(name), {"id", "text"}, 0);
    ASSERT_OK(reader) << name;
    faults_.failing = 3;
    std::string json;

    EXPECT_THAT((*reader)->Next(&json), IsOkAndHolds(true)) << name;
    EXPECT_EQ(json, kFiveRows[0]) << name;
    faults_.failing = 0;
  }
}

// Not of the file: what is unavailable is read when the run is started again.
TEST_F(TableObjectTest, AStoreThatFailsIsUnavailableWhateverWasRead) {
  for (const char* const name : kTables) {
    faults_.reads = 0;
    faults_.good_reads = 1000;
    ASSERT_OK(ReadRows(Url(name))) << name;
    const int reads = faults_.reads;
    ASSERT_GT(reads, 1) << name;
    for (int i = 0; i < reads; ++i) {
      faults_.good_reads = i;
      EXPECT_THAT(ReadRows(Url(name)), StatusIs(absl::StatusCode::kUnavailable, "AWS Error"))
          << name << " " << i;
    }
  }
  faults_.failing = 1000;
  EXPECT_THAT(ReadRows(Url("zstd.parquet")), StatusIs(absl::StatusCode::kUnavailable, "AWS Error"));
}

TEST_F(TableObjectTest, ADamagedFileIsDamagedInAStoreToo) {
  StoreFaults none;
  ASSERT_OK(MakeDirs(dir_.Path("damaged")));
  ServeFolder(dir_.Path(""), "damaged", &none);
  ASSERT_OK_AND_ASSIGN(std::string bytes, ReadFile(TestData("zstd.parquet"), 1 << 20));
  ASSERT_OK(WriteFileAtomic(dir_.Path("damaged/cut.parquet"), bytes.substr(0, bytes.size() / 2)));
  for (size_t i = 20; i < 60; ++i) bytes[i] = static_cast<char>(~bytes[i]);
  ASSERT_OK(WriteFileAtomic(dir_.Path("damaged/flipped.parquet"), bytes));

  EXPECT_THAT(ReadRows("s3://damaged/cut.parquet"),
              StatusIs(absl::StatusCode::kInvalidArgument, "s3://damaged/cut.parquet"));
  EXPECT_THAT(ReadRows("s3://damaged/flipped.parquet"),
              StatusIs(absl::StatusCode::kDataLoss, "damaged"));
  EXPECT_THAT(ReadRows("s3://damaged/none.parquet"),
              StatusIs(absl::StatusCode::kNotFound, "no object"));
}

TEST_F(TableWriterTest, WritesWhatItsReaderReads) {
  const Rows rows = {
      R"({"id":"a","ids":[1,-2],"weights":[0.5],"ok":true,"n":7,"turns":[{"role":"user","text":"ä"}]})",
      R"({"id":null,"ids":[],"weights":null,"ok":null,"n":null,"turns":[]})",
      R"({"id":"c","ids":[3],"weights":[1.0],"ok":false,"n":-9000000000,"turns":[]})"};
  for (const TableFormat format :
       {TableFormat::kParquet, TableFormat::kArrowFile, TableFormat::kArrowStream}) {
    TableWriter::Options options;
    options.format = format;
    options.columns = {{"id", "string"},
                       {"ids", "list<int32>"},
                       {"weights", "list<float>"},
                       {"ok", "bool"},
                       {"n", "int64"},
                       {"turns", "list<struct<role: string, text: string>>"}};
    options.group_rows = 2;
    const std::string path = dir_.Path("out");
    ASSERT_OK_AND_ASSIGN(auto writer, TableWriter::Create(path, options));
    for (const std::string& row : rows) ASSERT_OK(writer->Add(row));
    ASSERT_OK(writer->Finish());

    ASSERT_OK_AND_ASSIGN(const Rows read, ReadRows(path));

    ASSERT_THAT(read, SizeIs(3));
    EXPECT_EQ(read[0], rows[0]);
    EXPECT_EQ(read[1], rows[1]);
    EXPECT_THAT(read[2], AllOf(HasSubstr(R"("weights":[1])"), HasSubstr(R"("n":-9000000000)")));
  }
}

TEST_F(TableWriterTest, CellsGiveTheBytesOfJson) {
  TableWriter::Options options;
  options.columns = {{"id", "string"},
                     {"ids", "list<int32>"},
                     {"mask", "list<int8>"},
                     {"weights", "list<double>"},
                     {"sources", "list<string>"}};
  const std::vector<int32_t> ids = {1, -2, 70000};
  const std::vector<int32_t> mask = {0, 1, -128};
  const std::vector<double> weights = {0.5, 1.0};
  const std::vector<std::string> sources = {"a", ""};
  ASSERT_OK_AND_ASSIGN(auto cells, TableWriter::Create(dir_.Path("cells"), options));
  ASSERT_OK(
      cells->AddCells({absl::string_view("x"), absl::MakeConstSpan(ids), absl::MakeConstSpan(mask),
                       absl::MakeConstSpan(weights), absl::MakeConstSpan(sources)}));
  ASSERT_OK(cells->Finish());
  ASSERT_OK_AND_ASSIGN(auto json, TableWriter::Create(dir_.Path("json"), options));
  ASSERT_OK(json->Add(R"({"id":"x","ids":[1,-2,70000],"mask":[0,1,-128],"weights":[0.5,1.0],)"
                      R"("sources":["a",""]})"));
  ASSERT_OK(json->Finish());
  EXPECT_EQ(ReadFile(dir_.Path("cells"), 1 << 20).value_or("?"),
            ReadFile(dir_.Path("json"), 1 << 20).value_or("!"));

  ASSERT_OK_AND_ASSIGN(auto writer, TableWriter::Create(dir_.Path("wrong"), options));
  const absl::Span<const int32_t> numbers(ids);
  EXPECT_THAT(writer->AddCells({numbers}),
              StatusIs(absl::StatusCode::kInvalidArgument, "a row of 1 values for 5 columns"));
  EXPECT_THAT(writer->AddCells({numbers, numbers, numbers, numbers, numbers}),
              StatusIs(absl::StatusCode::kInvalidArgument, "column \"id\": a value that is not"));
  EXPECT_THAT(writer->AddCells({absl::string_view("x"), numbers, numbers,
                                absl::MakeConstSpan(weights), absl::MakeConstSpan(sources)}),
              StatusIs(absl::StatusCode::kInvalidArgument, "\"mask\": 70000 is out of range"));
}

// Rows are encoded before their group is complete; the file has whole groups nevertheless.
TEST_F(TableWriterTest, WritesAGroupInPieces) {
  constexpr int kRows = 2500;
  TableWriter::Options options;
  options.columns = {{"id", "string"}, {"ids", "list<int32>"}};
  const std::string path = dir_.Path("pieces");
  ASSERT_OK_AND_ASSIGN(auto writer, TableWriter::Create(path, options));
  const auto numbers = [](int row) {
    std::vector<int32_t> ids;
    for (int i = 0; i < 1000; ++i) ids.push_back(row * 1000 + i * 7919 % 1000);
    return ids;
  };
  uint64_t bytes_of_first_group = 0;
  for (int row = 0; row < kRows; ++row) {
    const std::string id = absl::StrCat("row ", row);
    const std::vector<int32_t> ids = numbers(row);
    ASSERT_OK(writer->AddCells({absl::string_view(id), absl::MakeConstSpan(ids)}));
    ASSERT_OK_AND_ASSIGN(const uint64_t bytes, writer->Bytes());
    // Only the magic until the group is written, which the next one's first piece causes.
    if (row < 999) {
      ASSERT_EQ(bytes, 4u) << row;
    }
    if (row == 1500) bytes_of_first_group = bytes;
  }
  ASSERT_OK(writer->Finish());
  EXPECT_GT(bytes_of_first_group, 100'000u);

  ASSERT_OK_AND_ASSIGN(const Rows read, ReadRows(path));

  ASSERT_THAT(read, SizeIs(kRows));
  for (int row = 0; row < kRows; ++row) {
    ASSERT_EQ(read[row], absl::StrCat("{\"id\":\"row ", row, "\",\"ids\":[",
                                      absl::StrJoin(numbers(row), ","), "]}"));
  }
}

TEST_F(TableWriterTest, TheSameRowsGiveTheSameBytes) {
  std::string bytes[2];
  for (std::string& of : bytes) {
    TableWriter::Options options;
    options.columns = {{"text", "string"}};
    options.metadata = {{"made by", "a test"}};
    ASSERT_OK_AND_ASSIGN(auto writer, TableWriter::Create(dir_.Path("t.parquet"), options));
    for (int i = 0; i < 2500; ++i)
      ASSERT_OK(writer->Add(absl::StrCat(R"({"text":"row )", i, "\"}")));
    ASSERT_OK(writer->Finish());
    ASSERT_OK_AND_ASSIGN(of, ReadFile(dir_.Path("t.parquet"), 1 << 20));
  }

  EXPECT_EQ(bytes[0], bytes[1]);
  EXPECT_THAT(bytes[0], HasSubstr("made by"));
}

TEST_F(TableWriterTest, RefusesWhatIsNotOfAColumnsType) {
  TableWriter::Options options;
  options.columns = {{"n", "int8"}};
  ASSERT_OK_AND_ASSIGN(auto writer, TableWriter::Create(dir_.Path("t.parquet"), options));

  EXPECT_THAT(writer->Add(R"({"n":"1"})"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "column \"n\": a string is not of the type int8"));
  EXPECT_THAT(writer->Add(R"({"n":128})"),
              StatusIs(absl::StatusCode::kInvalidArgument, "128 is out of range"));
  EXPECT_THAT(writer->Add(R"({"m":1})"),
              StatusIs(absl::StatusCode::kInvalidArgument, "the table has no column \"m\""));
  options.columns = {{"n", "list<integer>"}};
  EXPECT_THAT(TableWriter::Create(dir_.Path("t.parquet"), options).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "not a type of columns: integer"));
}

}  // namespace
}  // namespace quipu::pipelines
