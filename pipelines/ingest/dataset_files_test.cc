// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/dataset_files.h"

#include <string>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/tables/folder_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::ElementsAre;

TEST(RowFiles, AreThoseThatSaveToDiskLists) {
  const TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("state.json"),
                            R"({"_data_files":[{"filename":"data-00000-of-00001.arrow"}]})"));

  EXPECT_THAT(RowFiles({dir.Path("cache-0a1b.arrow"), dir.Path("data-00000-of-00001.arrow"),
                        dir.Path("dataset_info.json"), dir.Path("state.json")}),
              IsOkAndHolds(ElementsAre(dir.Path("data-00000-of-00001.arrow"))));
}

TEST(RowFiles, AreNotTheCardBesideTables) {
  EXPECT_THAT(RowFiles({"d/.gitattributes", "d/README.md", "d/data/train-0.parquet", "d/a.jsonl"}),
              IsOkAndHolds(ElementsAre("d/data/train-0.parquet", "d/a.jsonl")));
}

TEST(RowFiles, AreAllFilesWithoutATable) {
  EXPECT_THAT(RowFiles({"d/README.md", "d/state.json", "d/a.txt"}),
              IsOkAndHolds(ElementsAre("d/README.md", "d/state.json", "d/a.txt")));
}

TEST(RowFiles, AreNotTheCardBesideJsonAlone) {
  EXPECT_THAT(RowFiles({"d/README.md", "d/a.jsonl", "d/b.json.gz", "d/dataset_infos.json"}),
              IsOkAndHolds(ElementsAre("d/a.jsonl", "d/b.json.gz")));
  EXPECT_THAT(RowFiles({"d/README.md", "d/a.jl", "d/b.jl.zst"}),
              IsOkAndHolds(ElementsAre("d/a.jl", "d/b.jl.zst")));
  EXPECT_THAT(RowFiles({"d/README.md", "d/a.jsonl", "d/b.md"}),
              IsOkAndHolds(ElementsAre("d/README.md", "d/a.jsonl", "d/b.md")));
  EXPECT_THAT(RowFiles({"d/LICENSE", "d/README.md"}),
              IsOkAndHolds(ElementsAre("d/LICENSE", "d/README.md")));
}

TEST(RowFiles, AreNotTheMarksOfPrograms) {
  EXPECT_THAT(RowFiles({"d/_SUCCESS", "d/_committed_12", "d/_started_12", "d/part-0",
                        "d/_notes.txt", "d/Thumbs.db", "d/desktop.ini"}),
              IsOkAndHolds(ElementsAre("d/part-0", "d/_notes.txt")));
  EXPECT_THAT(RowFiles({"d/_SUCCESS"}), IsOkAndHolds(ElementsAre("d/_SUCCESS")));
}

TEST(RowFiles, IsTheFileThatTheUserNamed) {
  EXPECT_THAT(RowFiles({"d/cache-1.arrow"}), IsOkAndHolds(ElementsAre("d/cache-1.arrow")));
}

TEST(RowFiles, AStateThatIsNoneIsAFileAsAnyOther) {
  const TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("state.json"), "{"));

  EXPECT_THAT(RowFiles({dir.Path("a.arrow"), dir.Path("state.json")}),
              IsOkAndHolds(ElementsAre(dir.Path("a.arrow"), dir.Path("state.json"))));
}

TEST(RowFiles, AStateThatCannotBeReadIsAnError) {
  EXPECT_THAT(RowFiles({"nowhere/a.arrow", "nowhere/state.json"}),
              StatusIs(absl::StatusCode::kNotFound, "nowhere/state.json"));
}

TEST(ListDataFiles, AreThoseOfAFolderOrAPattern) {
  const TempDir dir;
  for (const char* const name : {"a.parquet", "b.parquet", "README.md"}) {
    ASSERT_OK(WriteFileAtomic(dir.Path(name), "x"));
  }

  EXPECT_THAT(ListDataFiles(dir.Path("")),
              IsOkAndHolds(ElementsAre(dir.Path("a.parquet"), dir.Path("b.parquet"))));
  EXPECT_THAT(ListDataFiles(dir.Path("b*")), IsOkAndHolds(ElementsAre(dir.Path("b.parquet"))));
  EXPECT_THAT(ListDataFiles("-"), IsOkAndHolds(ElementsAre("-")));
  EXPECT_THAT(ListDataFiles(dir.Path("c*")), StatusIs(absl::StatusCode::kNotFound, "no file"));
}

TEST(ListDataFiles, AreThoseThatSaveToDiskListsInAStoreToo) {
  const TempDir dir;
  StoreFaults faults;
  if (!ServeFolder(dir.Path(""), "bucket", &faults)) GTEST_SKIP() << "no Arrow";
  ASSERT_OK(MakeDirs(dir.Path("bucket/saved")));
  ASSERT_OK(WriteFileAtomic(dir.Path("bucket/saved/state.json"),
                            R"({"_data_files":[{"filename":"data-00000-of-00001.arrow"}]})"));
  for (const char* const name :
       {"data-00000-of-00001.arrow", "cache-0a1b.arrow", "dataset_info.json"}) {
    ASSERT_OK(WriteFileAtomic(dir.Path(std::string("bucket/saved/") + name), "x"));
  }

  EXPECT_THAT(ListDataFiles("s3://bucket/saved"),
              IsOkAndHolds(ElementsAre("s3://bucket/saved/data-00000-of-00001.arrow")));
  // A store that does not answer is no reason to read the caches.
  faults.good_reads = 0;
  EXPECT_THAT(ListDataFiles("s3://bucket/saved"),
              StatusIs(absl::StatusCode::kUnavailable, "saved/state.json"));
}

}  // namespace
}  // namespace quipu::pipelines
