// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/shard_writer.h"

#include "base/sha256.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;

TEST(ShardWriter, ClosesAShardWhenItHasItsSize) {
  TempDir dir;
  ShardWriter writer(dir.path(), "rows", 8);
  for (const char* line : {"1234\n", "56\n", "7\n", "a long line\n", "9\n"}) {
    ASSERT_OK(writer.Append(line));
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<ShardInfo> shards, writer.Finish());

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
  ShardWriter none(dir.path(), "none", 8);
  EXPECT_THAT(none.Finish(), IsOkAndHolds(::testing::SizeIs(0)));
  ShardWriter full(dir.path(), "full", 2);
  ASSERT_OK(full.Append("1\n"));
  EXPECT_THAT(full.Finish(), IsOkAndHolds(::testing::SizeIs(1)));
}

TEST(ShardWriter, PassesOnErrors) {
  TempDir dir;
  ShardWriter writer(dir.Path("none"), "rows", 8);
  EXPECT_THAT(writer.Append("1\n"), StatusIs(absl::StatusCode::kNotFound, "rows-00000.jsonl"));
}

}  // namespace
}  // namespace quipu::pipelines
