// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/partition.h"

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

v1::Partition Partition(uint32_t index, uint32_t count) {
  v1::Partition partition;
  partition.set_index(index);
  partition.set_count(count);
  return partition;
}

TEST(ParsePartitionFlag, TakesIndexAndCount) {
  for (const auto& [text, index, count] : std::vector<std::tuple<std::string, uint32_t, uint32_t>>{
           {"0/1", 0, 1}, {"2/7", 2, 7}, {"99999/100000", 99999, kMaxPartitions}}) {
    ASSERT_OK_AND_ASSIGN(const v1::Partition partition, ParsePartitionFlag(text));
    EXPECT_EQ(partition.index(), index) << text;
    EXPECT_EQ(partition.count(), count) << text;
  }
}

TEST(ParsePartitionFlag, RefusesEverythingElse) {
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
    EXPECT_THAT(ParsePartitionFlag(text).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, "want i/n"))
        << text;
  }
}

TEST(CheckPartition, NamesWhoseItIs) {
  EXPECT_OK(CheckPartition(Partition(0, 1), "x"));
  EXPECT_OK(CheckPartition(Partition(99999, kMaxPartitions), "x"));
  for (const v1::Partition& bad :
       {Partition(0, 0), Partition(1, 1), Partition(0, kMaxPartitions + 1)}) {
    EXPECT_THAT(CheckPartition(bad, "store a/b"),
                StatusIs(absl::StatusCode::kDataLoss, "store a/b claims"));
  }
}

TEST(InPartition, GoesByTheLastEightBytesAsANumber) {
  const std::string id = absl::HexStringToBytes("ffffffffffffffff000000000000010a");  // 266.
  EXPECT_TRUE(InPartition(Partition(266 % 7, 7), id));
  EXPECT_FALSE(InPartition(Partition(1, 7), id));
  const std::string large = absl::HexStringToBytes("0000000000000000fffffffffffffffe");
  EXPECT_TRUE(
      InPartition(Partition(static_cast<uint32_t>(0xfffffffffffffffeull % 1000), 1000), large));
  EXPECT_TRUE(InPartition(v1::Partition(), id)) << "not split";
}

TEST(InPartition, GivesEveryIdToOnePartitionAndAboutAsManyToEach) {
  constexpr uint32_t kPartitions = 7;
  std::vector<int> ids(kPartitions);
  for (uint64_t i = 0; i < 7000; ++i) {
    const std::string id = FingerprintBuilder("document").Add(i).Build().ToBytes();
    int holders = 0;
    for (uint32_t s = 0; s < kPartitions; ++s) {
      if (!InPartition(Partition(s, kPartitions), id)) continue;
      ++holders;
      ++ids[s];
    }
    ASSERT_EQ(holders, 1);
  }
  for (const int count : ids) EXPECT_NEAR(count, 1000, 150);
}

TEST(PartitionStorePath, IsBesideTheStore) {
  EXPECT_EQ(PartitionStorePath("out/store", Partition(2, 7)), "out/store.partition-2-of-7");
  EXPECT_EQ(PartitionStorePath("out/store//", Partition(0, 1)), "out/store.partition-0-of-1");
  EXPECT_EQ(PartitionStorePath("store", Partition(0, 1)), "store.partition-0-of-1");
}

TEST(FindPartitionStores, FindsThemByNumber) {
  TempDir dir;
  const std::string store = dir.Path("store");
  EXPECT_THAT(FindPartitionStores(store), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(FindPartitionStores(dir.Path("nowhere/store")), IsOkAndHolds(IsEmpty()));
  for (const char* name :
       {"store", "store.partition-10-of-11", "store.partition-9-of-11", "store.partition-0-of-2",
        "store.partition-x-of-2", "store.partition-1-of-", "store.partition-1",
        "other.partition-0-of-2", "store.partition-1-of-2.old", "store.partition--1-of-2"}) {
    ASSERT_OK(MakeDirs(dir.Path(name)));
  }
  EXPECT_THAT(FindPartitionStores(store + "/"),
              IsOkAndHolds(ElementsAre(store + ".partition-0-of-2", store + ".partition-9-of-11",
                                       store + ".partition-10-of-11")));
}

}  // namespace
}  // namespace quipu::pipelines
