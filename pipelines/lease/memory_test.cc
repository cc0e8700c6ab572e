// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How much memory a lease table needs for each chunk: a run of ten million tasks has
// millions of chunks. Counts the bytes of every allocation of this program.
#include <malloc.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>

#include "base/fingerprint.h"
#include "gtest/gtest.h"
#include "pipelines/lease/table.h"
#include "protos/lease.pb.h"
#include "tests/support/status_matchers.h"

namespace {

std::atomic<int64_t> allocated{0};

}  // namespace

void* operator new(std::size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  allocated += static_cast<int64_t>(malloc_usable_size(memory));
  return memory;
}
void operator delete(void* memory) noexcept {
  allocated -= static_cast<int64_t>(malloc_usable_size(memory));
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace quipu::pipelines {
namespace {

constexpr uint32_t kDocuments = 1025;
constexpr uint32_t kChunksPerDocument = 32;
// One more than a power of two times the rest: a table whose capacity doubles has the most
// unused room then.
constexpr int64_t kChunks = int64_t{kDocuments} * kChunksPerDocument;
constexpr int64_t kMostBytesPerChunk = 128;

void AddChunks(LeaseTable* table) {
  v1::LeaseUpdate update;
  v1::ChunkAdded& added = *update.mutable_chunk_added();
  added.set_num_tasks(3);
  for (uint32_t document = 0; document < kDocuments; ++document) {
    added.mutable_chunk()->set_document_id(FingerprintOf(std::to_string(document)).ToBytes());
    for (uint32_t chunk = 0; chunk < kChunksPerDocument; ++chunk) {
      added.mutable_chunk()->set_chunk_index(chunk);
      added.set_first_task(3 * chunk);
      ASSERT_OK(table->Apply(update));
    }
  }
}

// One worker completes every chunk.
void Complete(LeaseTable* table) {
  int64_t done = 0;
  while (!table->Done()) {
    for (const v1::LeaseUpdate& grant : table->Grant("ann", 8, absl::Seconds(1))) {
      ASSERT_OK(table->Apply(grant));
      for (const v1::LeaseUpdate& update :
           table->Store(grant.granted().chunk(), "ann", 0b111, {}, absl::Seconds(1))) {
        ASSERT_OK(table->Apply(update));
      }
      ++done;
    }
    ASSERT_LE(done, kChunks);
  }
}

TEST(LeaseTableMemory, IsBoundedForEachChunkPendingOrComplete) {
  LeaseOptions options;
  options.key = FingerprintOf("key");
  const int64_t before = allocated;
  LeaseTable table(options, /*epoch=*/3);

  AddChunks(&table);
  const int64_t pending = allocated - before;
  Complete(&table);
  const int64_t complete = allocated - before;

  EXPECT_LE(pending, kMostBytesPerChunk * kChunks) << pending / kChunks << " bytes a chunk";
  EXPECT_LE(complete, kMostBytesPerChunk * kChunks) << complete / kChunks << " bytes a chunk";
  EXPECT_GT(pending, kChunks * 32) << "the allocations were not counted";
}

}  // namespace
}  // namespace quipu::pipelines
