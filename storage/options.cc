// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/options.h"

#include <memory>

#include "rocksdb/cache.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

namespace quipu::storage {
namespace {

constexpr size_t kMiB = 1 << 20;

// Unflushed data is what a coordinator's rate depends on: files are written less often. Blocks made
// no difference to it.
constexpr size_t kBlockCacheBytes = 4 * kMiB;
size_t UnflushedBytes(StoreMemory memory) {
  return memory == StoreMemory::kService ? 64 * kMiB : 12 * kMiB;
}

rocksdb::ColumnFamilyOptions MakeFamilyOptions(Family family, size_t unflushed_bytes,
                                               const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  // Of one family; MakeDbOptions bounds all of them together. While one buffer is written to a
  // file, others fill: writers wait for none of them in bursts.
  options.write_buffer_size = unflushed_bytes / 2;
  options.max_write_buffer_number = 4;
  // In proportion to the buffers: with the defaults (256 and 64 MiB), merging a few small files
  // would write a whole first level again, a tenth of the processor time of a large run.
  options.max_bytes_for_level_base = 4 * unflushed_bytes;
  options.target_file_size_base = 2 * unflushed_bytes;
  // Detects a flipped bit of memory on the way from the batch to the file.
  options.memtable_protection_bytes_per_key = kProtectionBytes;
  // Every file that a flush or a compaction writes is read again and compared.
  options.paranoid_file_checks = true;
  // Values are text and numbers; LZ4 costs next to nothing.
  options.compression = rocksdb::kLZ4Compression;

  rocksdb::BlockBasedTableOptions table;
  // One cache for all, index and filters included: memory stays flat.
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // "Is this id stored?" is mostly answered without reading a block.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // In pieces of 4 KiB: the filter of a whole table, a megabyte for a million ids, does not stay
  // in its shard of the cache, and each look-up of an id would read it from the file again.
  table.partition_filters = true;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  // Fixed, so that stores do not depend on the library's default.
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

  // Written once, read rarely, large: kept out of the tree, so that no
  // compaction copies text. A value under 4 KiB is not worth a second read.
  if (family == Family::kDocuments || family == Family::kResults || family == Family::kSequences) {
    options.enable_blob_files = true;
    options.min_blob_size = 4096;
    options.blob_compression_type = rocksdb::kZSTD;
    options.blob_file_size = 256 * kMiB;
  }
  // Packing that starts over leaves dead training rows behind; the other
  // families are never written twice.
  options.enable_blob_garbage_collection = family == Family::kSequences;
  return options;
}

}  // namespace

rocksdb::DBOptions MakeDbOptions(bool create, StoreMemory memory) {
  rocksdb::DBOptions options;
  // Completes a creation that was killed half-way.
  options.create_if_missing = create;
  options.create_missing_column_families = create;
  // The default mode (point in time) silently drops acknowledged rows after a
  // flipped bit; this one tolerates a record cut short at the end, and nothing
  // else.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Old bytes of a reused log could pass for new ones.
  options.recycle_log_file_num = 0;
  // Never opens the rest of a damaged store as if it were complete.
  options.best_efforts_recovery = false;
  // Stop at the first sign of damage.
  options.paranoid_checks = true;
  // A file swapped for another store's is refused at opening.
  options.verify_sst_unique_id_in_manifest = true;
  // A missing closed log is refused at opening (for the live log see
  // high_water.h).
  options.track_and_verify_wals_in_manifest = true;
  // Whole-file checksums, for CheckIntegrity.
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // A disk that cannot take the options file cannot take data either.
  options.fail_if_options_file_error = true;
  // After an error the owner closes the database and opens it again: RocksDB never resumes by
  // itself (first_error.h has its other way of doing so).
  options.max_bgerror_resume_count = 0;
  // One flush and one compaction: generation has the cores.
  options.max_background_jobs = 2;
  // Unflushed data of all families; each may have four buffers, which would be 14 times as much.
  // Above it, the family with the oldest data is written to a file.
  options.db_write_buffer_size = UnflushedBytes(memory);
  // Bounds what opening has to replay after a crash.
  options.max_total_wal_size = 256 * kMiB;
  // Bounds open files and the memory of their readers.
  options.max_open_files = 512;
  // All families in one log: a batch is atomic over them without it, and a
  // flush of one need not flush the others.
  options.atomic_flush = false;
  // No periodic statistics: nobody reads them.
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> MakeFamilyDescriptors(
    absl::Span<const Family> families, StoreMemory memory) {
  const size_t unflushed_bytes = UnflushedBytes(memory);
  // Reads are scans (uncached) and lookups, whose filters are read in pieces of 4 KiB from the
  // system's cache if they are not here.
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const Family family : families) {
    descriptors.emplace_back(kFamilyNames[static_cast<int>(family)],
                             MakeFamilyOptions(family, unflushed_bytes, cache));
  }
  // RocksDB requires it.
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName,
                           MakeFamilyOptions(Family::kMeta, unflushed_bytes, cache));
  return descriptors;
}

rocksdb::WriteOptions MakeWriteOptions(bool sync) {
  rocksdb::WriteOptions options;
  // Off: survives the process, not the machine. On: survives both, 4 ms.
  options.sync = sync;
  return options;
}

rocksdb::ReadOptions MakeReadOptions(const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  // The default; set because everything depends on it.
  options.verify_checksums = true;
  return options;
}

rocksdb::ReadOptions MakeShortScanOptions(const rocksdb::Slice* upper_bound) {
  rocksdb::ReadOptions options = MakeReadOptions(nullptr);
  options.iterate_upper_bound = upper_bound;
  // Blocks stay in the cache: the next scan often begins in the last one. Nothing is read ahead
  // but what RocksDB does by itself after a few blocks.
  return options;
}

rocksdb::ReadOptions MakeScanOptions(const rocksdb::Snapshot* snapshot,
                                     const rocksdb::Slice* upper_bound) {
  rocksdb::ReadOptions options = MakeReadOptions(snapshot);
  options.iterate_upper_bound = upper_bound;
  // A scan would evict everything else from the cache.
  options.fill_cache = false;
  // Few large reads; spinning and network disks need them.
  options.readahead_size = 2 * kMiB;
  return options;
}

}  // namespace quipu::storage
