// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/benchmark_reader.h"

#include <string>
#include <vector>

#include "base/file.h"
#include "base/stop.h"
#include "gtest/gtest.h"
#include "tests/support/compress.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::StatusIs;
using testing::TempDir;

constexpr char kAnn[] = R"({"question": "Who sold the old mill by the river?", "answer": "Ann"})";
constexpr char kTom[] = R"({"question": "Who bought the old mill by the river?", "answer": "Tom"})";

class BenchmarkReaderTest : public ::testing::Test {
 protected:
  void SetUp() override { ResetStopForTest(); }
  void TearDown() override { ResetStopForTest(); }

  std::string Write(const std::string& name, const std::string& content) {
    const std::string path = dir_.Path(name);
    EXPECT_OK(WriteFileAtomic(path, content));
    return path;
  }
  static absl::StatusOr<std::vector<std::string>> Names(const std::string& path) {
    std::vector<std::string> names;
    const absl::Status read =
        ReadBenchmarkFile(path, [&](const generator::BenchmarkRecord& record) {
          names.push_back(record.name);
          return absl::OkStatus();
        });
    if (!read.ok()) return read;
    return names;
  }
  static v1::DecontaminationSpec SpecOf(const std::vector<std::string>& paths) {
    v1::DecontaminationSpec spec;
    for (const std::string& path : paths) spec.add_benchmarks(path);
    return spec;
  }

  TempDir dir_;
};

using Strings = std::vector<std::string>;

TEST_F(BenchmarkReaderTest, ReadsLinesListsAndSingleObjects) {
  const std::string two = std::string(kAnn) + "\n\n" + kTom + "\n";
  const std::string squad =
      R"({"data": [{"paragraphs": [{"context": "A", "qas": []}, {"context": "B", "qas": []}]}]})";

  EXPECT_THAT(*Names(Write("a.jsonl", "\xef\xbb\xbf" + two)), (Strings{"a.jsonl:1", "a.jsonl:3"}));
  EXPECT_THAT(*Names(Write("a.json", std::string("[") + kAnn + ",\n" + kTom + "]")),
              (Strings{"a.json item 1", "a.json item 2"}));
  EXPECT_THAT(*Names(Write("b.json", std::string("[") + kAnn + "]")), (Strings{"b.json item 1"}));
  EXPECT_THAT(*Names(Write("c.json", "{\n \"question\": \"Who?\",\n \"answer\": \"Ann\"\n}\n")),
              (Strings{"c.json"}));
  EXPECT_THAT(*Names(Write("s.json", squad)), (Strings{"s.json:1 record 1", "s.json:1 record 2"}));
}

TEST_F(BenchmarkReaderTest, ReadsCompressedFiles) {
  EXPECT_THAT(*Names(Write("a.jsonl.gz", testing::Gzip(kAnn))), (Strings{"a.jsonl.gz:1"}));
  EXPECT_THAT(*Names(Write("a.json.zst", testing::Zstd(std::string("[\n") + kAnn + "\n]"))),
              (Strings{"a.json.zst item 1"}));
}

TEST_F(BenchmarkReaderTest, SaysWhereARecordIsBad) {
  EXPECT_THAT(Names(Write("a.jsonl", std::string(kAnn) + "\n{\"question\": \n")),
              StatusIs(absl::StatusCode::kInvalidArgument, "a.jsonl:2: not valid JSON"));
  EXPECT_THAT(Names(Write("b.jsonl", std::string(kAnn) + "\n{\"id\": 1}\n")),
              StatusIs(absl::StatusCode::kInvalidArgument, "b.jsonl:2: not a benchmark's layout"));
  EXPECT_THAT(Names(Write("c.json", "[7]")), StatusIs(absl::StatusCode::kInvalidArgument,
                                                      "c.json item 1: a number, want an object"));
  EXPECT_THAT(Names(Write("d.csv", "question,answer\nWho?,Ann\n")),
              StatusIs(absl::StatusCode::kInvalidArgument, "d.csv: neither JSON"));
  EXPECT_THAT(Names(Write("e.jsonl", "\n")),
              StatusIs(absl::StatusCode::kInvalidArgument, "e.jsonl: no record"));
  EXPECT_THAT(Names(dir_.Path("none")), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(BenchmarkReaderTest, RefusesARecordOverTheLimit) {
  const auto ignore = [](const generator::BenchmarkRecord&) { return absl::OkStatus(); };
  const std::string path = Write("a.jsonl", std::string(kAnn) + "\n");

  EXPECT_OK(ReadBenchmarkFile(path, ignore, sizeof(kAnn)));
  EXPECT_THAT(ReadBenchmarkFile(path, ignore, sizeof(kAnn) - 2),
              StatusIs(absl::StatusCode::kInvalidArgument, "bytes, the limit"));
}

TEST_F(BenchmarkReaderTest, HashesContentAndNotPaths) {
  const std::string a = Write("a.jsonl", kAnn);
  const std::string b = Write("b.jsonl", kTom);
  ASSERT_OK_AND_ASSIGN(const std::string hash, HashBenchmarks(SpecOf({a, b})));

  EXPECT_EQ(*HashBenchmarks(SpecOf({b, a})), hash);
  EXPECT_EQ(*HashBenchmarks(SpecOf({dir_.Path("*.jsonl")})), hash);
  EXPECT_EQ(*HashBenchmarks(SpecOf({Write("x.json", kTom), a, b})), hash) << "a copy of b";
  EXPECT_NE(*HashBenchmarks(SpecOf({a})), hash);
  EXPECT_THAT(HashBenchmarks(SpecOf({dir_.Path("none*")})),
              StatusIs(absl::StatusCode::kNotFound, "decontamination.benchmarks"));
}

TEST_F(BenchmarkReaderTest, LoadsWhatTheSpecNames) {
  v1::DecontaminationSpec spec = SpecOf({Write("a.jsonl", kAnn), Write("b.jsonl", kTom)});
  ASSERT_OK_AND_ASSIGN(const auto benchmarks, LoadBenchmarks(spec));

  EXPECT_TRUE(benchmarks->FindPair("Who sold the old mill by the river?", "It was Ann."));
  EXPECT_TRUE(benchmarks->FindPair("Who bought the old mill by the river?", "Tom"));

  spec.set_benchmarks_sha256(std::string(64, '0'));
  EXPECT_THAT(LoadBenchmarks(spec), StatusIs(absl::StatusCode::kFailedPrecondition, "want 0000"));
}

TEST_F(BenchmarkReaderTest, StopsWhenAsked) {
  const std::string path = Write("a.jsonl", kAnn);
  RequestStopForTest();

  EXPECT_THAT(Names(path), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace quipu::pipelines
