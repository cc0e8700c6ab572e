// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes the pairs of many chunks at once, with a few threads: opens each
// chunk's prefix, then runs its tasks, which wait for the engine without
// blocking a thread, and opens the further prefixes that they need. The work after an answer of the engine runs on the pool,
// never on the engine's thread.
//
//   ASSIGN_OR_RETURN(auto runner, ChunkRunner::Create(engine, spec, without_chunk, events));
//   runner->Run(chunk);          // For each; returns at once.
//   runner->AwaitFewerThan(8);
//
// Thread-safe. Engine, spec and prefix must outlive it. The destructor waits
// for the chunks in flight; shut the engine down to end that soon.
#ifndef QUIPU_PIPELINES_WORKER_CHUNK_RUNNER_H_
#define QUIPU_PIPELINES_WORKER_CHUNK_RUNNER_H_

#include <functional>
#include <map>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "base/work_queue.h"
#include "generator/pairs/generate.h"
#include "inference/engine.h"
#include "pipelines/worker/active_leases.h"
#include "pipelines/worker/passage_prefixes.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"

namespace quipu::pipelines {

class ChunkRunner {
 public:
  using ChunkPtr = std::shared_ptr<ActiveLease>;

  // The outcomes of a chunk; called from the pool's threads, several at a time.
  struct Events {
    std::function<void(const ChunkPtr&, v1::Result)> result;
    // The engine failed, on the chunk or on a task of it.
    std::function<void(const ChunkPtr&, const absl::Status&)> failure;
  };

  // Starts one thread per core, plus one. `without_chunk` is that of English; those of other
  // languages are opened when they are needed. Errors of Thread::Start.
  static absl::StatusOr<std::unique_ptr<ChunkRunner>> Create(
      inference::Engine* engine, const v1::RunSpec& spec,
      std::shared_ptr<inference::Prefix> without_chunk, Events events);
  ~ChunkRunner();
  ChunkRunner(const ChunkRunner&) = delete;
  ChunkRunner& operator=(const ChunkRunner&) = delete;

  // Starts a chunk. Each of its tasks ends with a result or a failure. A chunk
  // that cannot be opened ends with one failure, or, if it is too large for the
  // engine, with a result for each task.
  void Run(ChunkPtr chunk);

  // Waits until fewer than `limit` chunks are in flight.
  void AwaitFewerThan(int limit);

 private:
  struct Chunk;
  struct Task;

  ChunkRunner(inference::Engine* engine, const v1::RunSpec& spec,
              std::shared_ptr<inference::Prefix> without_chunk, Events events,
              std::unique_ptr<WorkQueue> pool);

  // Run on the pool.
  void Open(const std::shared_ptr<Chunk>& chunk);
  // Makes the chunk's tasks ready to start.
  absl::Status Prepare(const std::shared_ptr<Chunk>& chunk);
  // Opens the prefix of a passage; `opened` runs on the pool.
  void OpenPassage(const std::shared_ptr<Chunk>& chunk, absl::string_view passage,
                   PassagePrefixes::Opened opened);
  void OnWithout(const std::shared_ptr<Chunk>& chunk,
                 absl::StatusOr<std::unique_ptr<inference::Prefix>> prefix);
  void OpenFirst(const std::shared_ptr<Chunk>& chunk);
  void GetPrefix(const std::shared_ptr<Chunk>& chunk, absl::string_view passage,
                 PassagePrefixes::Ready ready);
  void OnOpened(const std::shared_ptr<Chunk>& chunk, const absl::Status& opened);
  void Step(const std::shared_ptr<Task>& task);
  void Call(const std::shared_ptr<Task>& task, const std::shared_ptr<inference::Prefix>& prefix);
  void EndTask(const std::shared_ptr<Task>& task);
  void EndChunk(Chunk* chunk);

  inference::Engine* const engine_;
  const generator::TaskSpec spec_;
  const Events events_;

  absl::Mutex mutex_;
  // Opened when the first chunk of a language needs one.
  std::map<generator::Language, std::shared_ptr<inference::Prefix>> without_chunk_
      ABSL_GUARDED_BY(mutex_);
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;

  std::unique_ptr<WorkQueue> pool_;  // The last member: its threads use the others.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_WORKER_CHUNK_RUNNER_H_
