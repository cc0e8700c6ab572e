// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A run for benchmarks of the coordinator: a store whose plan waits for its results, and
// results that pass the checks without a model.
//
//   RETURN_IF_ERROR(MakeBenchStore(path, 6250));
//   ASSIGN_OR_RETURN(BenchRun run, OpenBenchRun(path));
//   run.coordinator->Submit(...);  // With BenchResults(chunk, kLargeAnswer).
//
// Thread-compatible.
#ifndef QUIPU_TESTS_BENCH_BENCH_RUN_H_
#define QUIPU_TESTS_BENCH_BENCH_RUN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/run_store.h"
#include "protos/coordinator.pb.h"
#include "protos/store.pb.h"
#include "storage/store.h"

namespace quipu::bench {

inline constexpr int kTasksPerDocument = 16;
// Bytes of an answer: results of 4 KiB, which only an answer at its limit reaches, and the
// usual size of long-form answers.
inline constexpr size_t kLargeAnswer = 3900;
inline constexpr size_t kUsualAnswer = 400;

v1::RunHeader BenchHeader();
// A whole run that waits for its results, in chunks of four.
absl::Status MakeBenchStore(const std::string& path, int documents,
                            storage::StoreMemory memory = storage::StoreMemory::kService);
// The results of a leased chunk. `answer_bytes`: one of the two above.
v1::LeaseResults BenchResults(const v1::LeasedChunk& chunk, size_t answer_bytes);
// Chunks with four tasks each, of no run: more than a thread remembers the texts of.
std::vector<v1::LeasedChunk> BenchChunks();

// The opened store, with a coordinator that is not driven yet.
struct BenchRun {
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<pipelines::RunStore> run_store;
  std::unique_ptr<pipelines::Coordinator> coordinator;
  double seconds = 0;  // That it took to open.
};
absl::StatusOr<BenchRun> OpenBenchRun(const std::string& path,
                                      storage::StoreMemory memory = storage::StoreMemory::kService);

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_BENCH_RUN_H_
