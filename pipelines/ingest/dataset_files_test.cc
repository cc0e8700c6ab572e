// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/dataset_files.h"

#include <string>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::TempDir;
using ::testing::ElementsAre;

TEST(RowFiles, AreThoseThatSaveToDiskLists) {
  const TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("state.json"),
                            R"({"_data_files":[{"filename":"data-00000-of-00001.arrow"}]})"));

  EXPECT_THAT(RowFiles({dir.Path("cache-0a1b.arrow"), dir.Path("data-00000-of-00001.arrow"),
                        dir.Path("dataset_info.json"), dir.Path("state.json")}),
              ElementsAre(dir.Path("data-00000-of-00001.arrow")));
}

TEST(RowFiles, AreNotTheCardBesideTables) {
  EXPECT_THAT(RowFiles({"d/.gitattributes", "d/README.md", "d/data/train-0.parquet", "d/a.jsonl"}),
              ElementsAre("d/data/train-0.parquet", "d/a.jsonl"));
}

TEST(RowFiles, AreAllFilesWithoutATable) {
  EXPECT_THAT(RowFiles({"d/README.md", "d/state.json", "d/a.txt"}),
              ElementsAre("d/README.md", "d/state.json", "d/a.txt"));
}

TEST(RowFiles, AreNotTheCardBesideJsonAlone) {
  EXPECT_THAT(RowFiles({"d/README.md", "d/a.jsonl", "d/b.json.gz", "d/dataset_infos.json"}),
              ElementsAre("d/a.jsonl", "d/b.json.gz"));
  EXPECT_THAT(RowFiles({"d/README.md", "d/a.jsonl", "d/b.md"}),
              ElementsAre("d/README.md", "d/a.jsonl", "d/b.md"));
  EXPECT_THAT(RowFiles({"d/LICENSE", "d/README.md"}), ElementsAre("d/LICENSE", "d/README.md"));
}

TEST(RowFiles, AreNotTheMarksOfPrograms) {
  EXPECT_THAT(RowFiles({"d/_SUCCESS", "d/_committed_12", "d/_started_12", "d/part-0",
                        "d/_notes.txt", "d/Thumbs.db", "d/desktop.ini"}),
              ElementsAre("d/part-0", "d/_notes.txt"));
  EXPECT_THAT(RowFiles({"d/_SUCCESS"}), ElementsAre("d/_SUCCESS"));
}

TEST(RowFiles, IsTheFileThatTheUserNamed) {
  EXPECT_THAT(RowFiles({"d/cache-1.arrow"}), ElementsAre("d/cache-1.arrow"));
}

TEST(RowFiles, AStateThatIsNoneIsAFileAsAnyOther) {
  const TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("state.json"), "{"));

  EXPECT_THAT(RowFiles({dir.Path("a.arrow"), dir.Path("state.json")}),
              ElementsAre(dir.Path("a.arrow"), dir.Path("state.json")));
}

}  // namespace
}  // namespace quipu::pipelines
