// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/chunk_cache.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/simulation/memory_run_store.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

std::vector<simulation::PlannedChunk> Plan(int chunks, size_t bytes) {
  std::vector<simulation::PlannedChunk> plan(chunks);
  for (int i = 0; i < chunks; ++i) {
    plan[i].id.set_document_id(absl::StrCat("document ", i));
    plan[i].content.text = std::string(bytes, 'x');
  }
  return plan;
}

class CountingRunStore : public simulation::MemoryRunStore {
 public:
  using MemoryRunStore::MemoryRunStore;
  absl::StatusOr<ChunkContent> ReadChunk(const v1::ChunkId& chunk) override {
    ++reads;
    return MemoryRunStore::ReadChunk(chunk);
  }
  int reads = 0;
};

TEST(ChunkCacheTest, ReadsAChunkOnceAndForgetsTheOneUnusedLongest) {
  simulation::MemoryDisk disk({}, Plan(5, 1000));
  CountingRunStore run_store(&disk);
  ChunkCache cache(&run_store, 4500);
  const auto get = [&](int i) {
    const auto content = cache.Get(disk.chunks()[i].id);
    ASSERT_OK(content);
    EXPECT_EQ((*content)->text.size(), 1000u);
  };
  for (int i : {0, 1, 2, 0, 1, 2}) get(i);
  EXPECT_EQ(run_store.reads, 3);
  get(3);  // Forgets 0.
  for (int i : {1, 2, 3}) get(i);
  EXPECT_EQ(run_store.reads, 4);
  get(0);
  EXPECT_EQ(run_store.reads, 5);
}

TEST(ChunkCacheTest, CountsTasksAsTheyAreInMemory) {
  std::vector<simulation::PlannedChunk> plan = Plan(3, 0);
  v1::Task task;
  task.set_id(std::string(16, 'i'));
  task.set_document_id(std::string(16, 'd'));
  task.set_language("en");
  for (simulation::PlannedChunk& chunk : plan) chunk.content.tasks.assign(50, task);
  simulation::MemoryDisk disk({}, plan);
  CountingRunStore run_store(&disk);
  const size_t on_disk = 50 * task.ByteSizeLong();
  ChunkCache cache(&run_store, 10 * on_disk);

  for (int i : {0, 1, 2, 0}) ASSERT_OK(cache.Get(disk.chunks()[i].id));

  EXPECT_EQ(run_store.reads, 4) << "ten times the bytes of the messages do not hold three chunks";
}

TEST(ChunkCacheTest, HoldsOneHoweverLargeAndTellsErrors) {
  simulation::MemoryDisk disk({}, Plan(2, 1000));
  CountingRunStore run_store(&disk);
  ChunkCache cache(&run_store, 10);
  for (int i : {0, 0, 1, 1, 0}) ASSERT_OK(cache.Get(disk.chunks()[i].id));
  EXPECT_EQ(run_store.reads, 3);
  v1::ChunkId none;
  none.set_document_id("none");
  EXPECT_FALSE(cache.Get(none).ok());
}

}  // namespace
}  // namespace quipu::pipelines
