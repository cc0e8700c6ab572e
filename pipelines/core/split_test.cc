// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/split.h"

#include "absl/strings/escaping.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOkAndHolds;
using testing::StatusIs;
using testing::TempDir;

v1::ShardOf Shard(uint32_t index, uint32_t count) {
  v1::ShardOf shard;
  shard.set_index(index);
  shard.set_count(count);
  return shard;
}

TEST(ParseShardFlag, TakesIndexAndCount) {
  for (const auto& [text, index, count] : std::vector<std::tuple<std::string, uint32_t, uint32_t>>{
           {"0/1", 0, 1}, {"2/7", 2, 7}, {"99999/100000", 99999, kMaxShards}}) {
    ASSERT_OK_AND_ASSIGN(const v1::ShardOf shard, ParseShardFlag(text));
    EXPECT_EQ(shard.index(), index) << text;
    EXPECT_EQ(shard.count(), count) << text;
  }
}

TEST(ParseShardFlag, RefusesEverythingElse) {
  for (const char* text : {"",
                           "/",
                           "1",
                           "1/",
                           "/1",
                           "1/1",
                           "7/7",
                           "0/0",
                           "-1/7",
                           "1/-7",
                           "+1/7",
                           " 1/7",
                           "1/7 ",
                           "1/7/9",
                           "a/b",
                           "1.0/7",
                           "0/100001",
                           "0x1/7",
                           "4294967296/4294967297",
                           "2-of-7"}) {
    EXPECT_THAT(ParseShardFlag(text).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, "want i/n"))
        << text;
  }
}

TEST(CheckShard, NamesWhoseItIs) {
  EXPECT_OK(CheckShard(Shard(0, 1), "x"));
  EXPECT_OK(CheckShard(Shard(99999, kMaxShards), "x"));
  for (const v1::ShardOf& bad : {Shard(0, 0), Shard(1, 1), Shard(0, kMaxShards + 1)}) {
    EXPECT_THAT(CheckShard(bad, "store a/b"),
                StatusIs(absl::StatusCode::kDataLoss, "store a/b says"));
  }
}

TEST(ShardHolds, GoesByTheLastEightBytesAsANumber) {
  const std::string id = absl::HexStringToBytes("ffffffffffffffff000000000000010a");  // 266.
  EXPECT_TRUE(ShardHolds(Shard(266 % 7, 7), id));
  EXPECT_FALSE(ShardHolds(Shard(1, 7), id));
  const std::string large = absl::HexStringToBytes("0000000000000000fffffffffffffffe");
  EXPECT_TRUE(ShardHolds(Shard(static_cast<uint32_t>(0xfffffffffffffffeull % 1000), 1000), large));
  EXPECT_TRUE(ShardHolds(v1::ShardOf(), id)) << "not split";
}

TEST(ShardHolds, GivesEveryIdToOneShardAndAboutAsManyToEach) {
  constexpr uint32_t kShards = 7;
  std::vector<int> ids(kShards);
  for (uint64_t i = 0; i < 7000; ++i) {
    const std::string id = FingerprintBuilder("document").Add(i).Build().ToBytes();
    int holders = 0;
    for (uint32_t s = 0; s < kShards; ++s) {
      if (!ShardHolds(Shard(s, kShards), id)) continue;
      ++holders;
      ++ids[s];
    }
    ASSERT_EQ(holders, 1);
  }
  for (const int count : ids) EXPECT_NEAR(count, 1000, 150);
}

TEST(ShardStorePath, StandsBesideTheStore) {
  EXPECT_EQ(ShardStorePath("out/store", Shard(2, 7)), "out/store.shard-2-of-7");
  EXPECT_EQ(ShardStorePath("out/store//", Shard(0, 1)), "out/store.shard-0-of-1");
  EXPECT_EQ(ShardStorePath("store", Shard(0, 1)), "store.shard-0-of-1");
}

TEST(FindShardStores, FindsThemByNumber) {
  TempDir dir;
  const std::string store = dir.Path("store");
  EXPECT_THAT(FindShardStores(store), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(FindShardStores(dir.Path("nowhere/store")), IsOkAndHolds(IsEmpty()));
  for (const char* name :
       {"store", "store.shard-10-of-11", "store.shard-9-of-11", "store.shard-0-of-2",
        "store.shard-x-of-2", "store.shard-1-of-", "store.shard-1", "other.shard-0-of-2",
        "store.shard-1-of-2.old", "store.shard--1-of-2"}) {
    ASSERT_OK(MakeDirs(dir.Path(name)));
  }
  EXPECT_THAT(FindShardStores(store + "/"),
              IsOkAndHolds(ElementsAre(store + ".shard-0-of-2", store + ".shard-9-of-11",
                                       store + ".shard-10-of-11")));
}

}  // namespace
}  // namespace quipu::pipelines
