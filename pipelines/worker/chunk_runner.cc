// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/chunk_runner.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/status_macros.h"
#include "base/thread.h"
#include "generator/language.h"

namespace quipu::pipelines {
namespace {

using inference::Completion;
using inference::Prefix;
using inference::ScoreResult;
using Next = generator::TaskRun::Next;

// std::function requires a copyable target.
template <typename T>
std::shared_ptr<T> Shared(T value) {
  return std::make_shared<T>(std::move(value));
}

}  // namespace

struct ChunkRunner::Chunk {
  explicit Chunk(ChunkPtr leased_chunk)
      : lease(std::move(leased_chunk)),
        // All tasks of a chunk have the language of its document.
        language(lease->leased.tasks().empty()
                     ? generator::Language::kEnglish
                     : generator::LanguageOfTaskCode(lease->leased.tasks(0).language())) {}

  const ChunkPtr lease;
  const generator::Language language;
  generator::ChunkPrefixes prefixes;
  std::atomic<int> tasks_left{0};
};

struct ChunkRunner::Task {
  Task(std::shared_ptr<Chunk> of, generator::TaskRun task)
      : chunk(std::move(of)), run(std::move(task)) {}

  const std::shared_ptr<Chunk> chunk;
  generator::TaskRun run;  // Used by one thread at a time.
};

absl::StatusOr<std::unique_ptr<ChunkRunner>> ChunkRunner::Create(
    inference::Engine* engine, const v1::RunSpec& spec, std::shared_ptr<Prefix> without_chunk,
    Events events) {
  const int threads = NumCores() + 1;
  ASSIGN_OR_RETURN(std::unique_ptr<WorkQueue> pool, WorkQueue::Create(threads, "chunks"));
  return std::unique_ptr<ChunkRunner>(
      new ChunkRunner(engine, spec, std::move(without_chunk), std::move(events), std::move(pool)));
}

ChunkRunner::ChunkRunner(inference::Engine* engine, const v1::RunSpec& spec,
                         std::shared_ptr<Prefix> without_chunk, Events events,
                         std::unique_ptr<WorkQueue> pool)
    : engine_(engine),
      spec_(spec),
      events_(std::move(events)),
      without_chunk_{{generator::Language::kEnglish, std::move(without_chunk)}},
      pool_(std::move(pool)) {}

ChunkRunner::~ChunkRunner() { AwaitFewerThan(1); }

void ChunkRunner::Run(ChunkPtr chunk) {
  {
    absl::MutexLock lock(&mutex_);
    ++in_flight_;
  }
  pool_->Post([this, opening = std::make_shared<Chunk>(std::move(chunk))] { Open(opening); });
}

void ChunkRunner::AwaitFewerThan(int limit) {
  absl::MutexLock lock(&mutex_);
  const auto fewer = [this, limit]()
                         ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return in_flight_ < limit; };
  mutex_.Await(absl::Condition(&fewer));
}

void ChunkRunner::Open(const std::shared_ptr<Chunk>& chunk) {
  {
    absl::MutexLock lock(&mutex_);
    const auto found = without_chunk_.find(chunk->language);
    if (found != without_chunk_.end()) chunk->prefixes.without_chunk = found->second;
  }
  if (chunk->prefixes.without_chunk != nullptr) return OpenWith(chunk);
  engine_->OpenPrefixAsync(generator::ChunkPrefixRequest(spec_, chunk->language, ""),
                           [this, chunk](absl::StatusOr<std::unique_ptr<Prefix>> prefix) {
                             pool_->Post([this, chunk, opened = Shared(std::move(prefix))] {
                               OnWithout(chunk, std::move(*opened));
                             });
                           });
}

void ChunkRunner::OnWithout(const std::shared_ptr<Chunk>& chunk,
                            absl::StatusOr<std::unique_ptr<Prefix>> prefix) {
  if (!prefix.ok()) {
    events_.failure(chunk->lease, prefix.status());
    return EndChunk(chunk.get());
  }
  {
    absl::MutexLock lock(&mutex_);
    // Two first chunks of a language may both have opened it: the first one's is shared.
    std::shared_ptr<Prefix>& shared = without_chunk_[chunk->language];
    if (shared == nullptr) shared = *std::move(prefix);
    chunk->prefixes.without_chunk = shared;
  }
  OpenWith(chunk);
}

void ChunkRunner::OpenWith(const std::shared_ptr<Chunk>& chunk) {
  engine_->OpenPrefixAsync(
      generator::ChunkPrefixRequest(spec_, chunk->language, chunk->lease->leased.text()),
      [this, chunk](absl::StatusOr<std::unique_ptr<Prefix>> prefix) {
        pool_->Post([this, chunk, opened = Shared(std::move(prefix))] {
          OnOpened(chunk, std::move(*opened));
        });
      });
}

void ChunkRunner::OnOpened(const std::shared_ptr<Chunk>& chunk,
                           absl::StatusOr<std::unique_ptr<Prefix>> prefix) {
  const v1::LeasedChunk& leased = chunk->lease->leased;
  if (absl::IsResourceExhausted(prefix.status())) {
    // If the engine cannot hold a chunk, none of its tasks can be done.
    for (const v1::Task& task : leased.tasks()) {
      events_.result(chunk->lease, generator::EngineLimitResult(task, prefix.status()));
    }
    return EndChunk(chunk.get());
  }
  if (!prefix.ok()) {
    events_.failure(chunk->lease, prefix.status());
    return EndChunk(chunk.get());
  }
  if (leased.tasks().empty()) return EndChunk(chunk.get());
  chunk->prefixes.with_chunk = *std::move(prefix);
  chunk->tasks_left = leased.tasks_size();
  for (const v1::Task& task : leased.tasks()) {
    Step(std::make_shared<Task>(chunk,
                                generator::TaskRun(spec_, engine_->info(), leased.text(), task)));
  }
}

void ChunkRunner::Step(const std::shared_ptr<Task>& task) {
  generator::TaskRun& run = task->run;
  if (run.next() == Next::kEnd) return EndTask(task);
  const Prefix& prefix = task->chunk->prefixes.For(run.next());
  if (run.completes()) {
    engine_->CompleteAsync(prefix, run.completion(),
                           [this, task](absl::StatusOr<Completion> completion) {
                             pool_->Post([this, task, completion = std::move(completion)] {
                               task->run.OnCompletion(completion);
                               Step(task);
                             });
                           });
    return;
  }
  engine_->ScoreAsync(prefix, run.score(), [this, task](absl::StatusOr<ScoreResult> scored) {
    pool_->Post([this, task, scored = std::move(scored)] {
      task->run.OnScore(scored);
      Step(task);
    });
  });
}

void ChunkRunner::EndTask(const std::shared_ptr<Task>& task) {
  Chunk* const chunk = task->chunk.get();
  absl::StatusOr<v1::Result> result = task->run.TakeResult();
  if (result.ok()) {
    events_.result(chunk->lease, *std::move(result));
  } else {
    events_.failure(chunk->lease, result.status());
  }
  if (--chunk->tasks_left == 0) EndChunk(chunk);
}

void ChunkRunner::EndChunk(Chunk* chunk) {
  // Before another chunk may start, which waits for this memory.
  chunk->prefixes = generator::ChunkPrefixes();
  absl::MutexLock lock(&mutex_);
  --in_flight_;
}

}  // namespace quipu::pipelines
