// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/shard_writer.h"

#include <string>
#include <vector>

#include "base/file.h"
#include "base/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::ElementsAre;

TEST(ShardWriter, ClosesAShardWhenItHasItsSize) {
  TempDir dir;
  OutputDir out(dir.path());
  ShardWriter writer(&out, "rows-", ".jsonl", 8);
  for (const char* line : {"1234\n", "56\n", "7\n", "a long line\n", "9\n"}) {
    ASSERT_OK(writer.Append(line));
  }
  ASSERT_OK(writer.Finish());

  const std::vector<ShardInfo> shards = out.Files();
  ASSERT_EQ(shards.size(), 3u);
  EXPECT_EQ(shards[0].name, "rows-00000.jsonl");
  EXPECT_EQ(shards[0].rows, 2u);
  EXPECT_EQ(shards[0].bytes, 8u);
  EXPECT_EQ(shards[1].rows, 2u);
  EXPECT_EQ(shards[2].name, "rows-00002.jsonl");
  EXPECT_THAT(ReadFile(dir.Path("rows-00001.jsonl"), 100),
              IsOkAndHolds(std::string("7\na long line\n")));
  EXPECT_EQ(shards[1].sha256, Sha256Hex("7\na long line\n"));
}

TEST(ShardWriter, MakesNoEmptyShards) {
  TempDir dir;
  OutputDir out(dir.path());
  ShardWriter none(&out, "none-", ".jsonl", 8);
  ASSERT_OK(none.Finish());
  EXPECT_THAT(out.Files(), ::testing::SizeIs(0));
  ShardWriter full(&out, "full-", ".jsonl", 2);
  ASSERT_OK(full.Append("1\n"));
  ASSERT_OK(full.Finish());
  EXPECT_THAT(full.names(), ElementsAre("full-00000.jsonl"));
}

TEST(ShardWriter, MakesFoldersAndCompresses) {
  TempDir dir;
  OutputDir out(dir.path());
  ShardWriter writer(&out, "messages/train/", ".jsonl", 100, ShardCompression::kGzip);
  ASSERT_OK(writer.Append("1\n"));
  ASSERT_OK(writer.Finish());
  ASSERT_OK(out.Sync());

  EXPECT_THAT(writer.names(), ElementsAre("messages/train/00000.jsonl.gz"));
  ASSERT_OK_AND_ASSIGN(const std::string bytes,
                       ReadFile(dir.Path("messages/train/00000.jsonl.gz"), 1000));
  EXPECT_EQ(bytes.substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(out.Files().at(0).sha256, Sha256Hex(bytes));
  EXPECT_EQ(out.Files().at(0).bytes, bytes.size());
}

TEST(ShardWriter, PassesOnErrors) {
  TempDir dir;
  OutputDir out(dir.Path("none"));
  ShardWriter writer(&out, "rows-", ".jsonl", 8);
  EXPECT_THAT(writer.Append("1\n"), StatusIs(absl::StatusCode::kNotFound, "rows-00000.jsonl"));
}

}  // namespace
}  // namespace quipu::pipelines
