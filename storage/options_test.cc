// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The settings on which durability rests: whoever changes one should have to
// think twice.
#include "storage/options.h"

#include <string>

#include "gtest/gtest.h"
#include "rocksdb/cache.h"
#include "rocksdb/table.h"

namespace quipu::storage {
namespace {

TEST(Options, RefuseDamageInsteadOfHidingIt) {
  const rocksdb::DBOptions options = MakeDbOptions(false);
  EXPECT_EQ(options.wal_recovery_mode, rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords);
  EXPECT_TRUE(options.paranoid_checks);
  EXPECT_TRUE(options.track_and_verify_wals_in_manifest);
  EXPECT_TRUE(options.verify_sst_unique_id_in_manifest);
  EXPECT_FALSE(options.best_efforts_recovery);
  EXPECT_EQ(options.recycle_log_file_num, 0u);
  EXPECT_NE(options.file_checksum_gen_factory, nullptr);
  EXPECT_TRUE(MakeReadOptions(nullptr).verify_checksums);
  EXPECT_TRUE(MakeScanOptions(nullptr, nullptr).verify_checksums);
}

TEST(Options, NeverGiveUpTheLog) {
  const rocksdb::DBOptions options = MakeDbOptions(false);
  EXPECT_FALSE(options.manual_wal_flush);
  EXPECT_FALSE(options.unordered_write);
  EXPECT_FALSE(MakeWriteOptions(false).disableWAL);
  EXPECT_FALSE(MakeWriteOptions(false).sync);
  EXPECT_TRUE(MakeWriteOptions(true).sync);
}

TEST(Options, NeverResumeAfterAnError) {
  EXPECT_EQ(MakeDbOptions(false).max_bgerror_resume_count, 0);
}

// docs/performance.md and docs/robustness.md name these sums: a store's memory.
TEST(Options, BoundUnflushedDataOfAllFamiliesTogether) {
  EXPECT_EQ(MakeDbOptions(false).db_write_buffer_size, 12u << 20);
  EXPECT_EQ(MakeDbOptions(false, StoreMemory::kService).db_write_buffer_size, 64u << 20);
}

TEST(Options, LetBuffersAndLevelsGrowWithThatBound) {
  for (const StoreMemory memory : {StoreMemory::kSmall, StoreMemory::kService}) {
    const size_t bound = MakeDbOptions(false, memory).db_write_buffer_size;
    for (const auto& family : MakeFamilyDescriptors({Family::kResults}, memory)) {
      EXPECT_EQ(family.options.write_buffer_size * 2, bound);
      EXPECT_EQ(family.options.max_bytes_for_level_base, bound * 4);
      EXPECT_EQ(family.options.target_file_size_base, bound * 2);
    }
  }
}

TEST(Options, ShareOneSmallCache) {
  for (const StoreMemory memory : {StoreMemory::kSmall, StoreMemory::kService}) {
    const auto families = MakeFamilyDescriptors({Family::kTasks, Family::kResults}, memory);
    const auto cache_of = [](const rocksdb::ColumnFamilyDescriptor& family) {
      return family.options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>()
          ->block_cache.get();
    };
    for (const auto& family : families) EXPECT_EQ(cache_of(family), cache_of(families[0]));
    EXPECT_EQ(cache_of(families[0])->GetCapacity(), 4u << 20);
  }
}

TEST(Options, CreateOnlyWhenAsked) {
  EXPECT_FALSE(MakeDbOptions(false).create_if_missing);
  EXPECT_FALSE(MakeDbOptions(false).create_missing_column_families);
  EXPECT_TRUE(MakeDbOptions(true).create_if_missing);
}

TEST(Options, KeepLargeValuesApart) {
  const auto families = MakeFamilyDescriptors({Family::kTasks, Family::kDocuments});
  ASSERT_EQ(families.size(), 3u);
  EXPECT_EQ(families[0].name, "tasks");
  EXPECT_FALSE(families[0].options.enable_blob_files);
  EXPECT_EQ(families[1].name, "documents");
  EXPECT_TRUE(families[1].options.enable_blob_files);
  EXPECT_EQ(families[1].options.min_blob_size, 4096u);
  EXPECT_EQ(families[1].options.blob_compression_type, rocksdb::kZSTD);
  EXPECT_EQ(families[2].name, "default");
  EXPECT_EQ(families[0].options.memtable_protection_bytes_per_key, kProtectionBytes);
}

TEST(Options, KeepPiecesOfFiltersInTheCache) {
  for (const auto& family : MakeFamilyDescriptors({Family::kTasks, Family::kResults})) {
    const auto* table = family.options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
    ASSERT_NE(table, nullptr);
    EXPECT_TRUE(table->partition_filters);
    EXPECT_EQ(table->index_type, rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch);
  }
}

}  // namespace
}  // namespace quipu::storage
