// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/chunk_runner.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/thread.h"
#include "generator/pairs/task_kind.h"
#include "generator/words/language.h"

namespace quipu::pipelines {
namespace {

using inference::Completion;
using inference::Prefix;
using inference::ScoreResult;

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
  std::shared_ptr<Prefix> without_chunk;
  std::unique_ptr<PassagePrefixes> prefixes = std::make_unique<PassagePrefixes>();
  std::vector<std::shared_ptr<Task>> tasks;  // Until they start.
  std::atomic<int> tasks_left{0};
};

struct ChunkRunner::Task {
  Task(std::shared_ptr<Chunk> of, std::unique_ptr<generator::TaskSteps> task)
      : chunk(std::move(of)), steps(std::move(task)) {}

  const std::shared_ptr<Chunk> chunk;
  const std::unique_ptr<generator::TaskSteps> steps;  // Used by one thread at a time.
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
  const absl::Status prepared = Prepare(chunk);
  if (!prepared.ok()) events_.failure(chunk->lease, prepared);
  if (!prepared.ok() || chunk->tasks.empty()) return EndChunk(chunk.get());
  {
    absl::MutexLock lock(&mutex_);
    const auto found = without_chunk_.find(chunk->language);
    if (found != without_chunk_.end()) chunk->without_chunk = found->second;
  }
  if (chunk->without_chunk != nullptr) return OpenFirst(chunk);
  OpenPassage(chunk, "", [this, chunk](absl::StatusOr<std::unique_ptr<Prefix>> prefix) {
    OnWithout(chunk, std::move(prefix));
  });
}

absl::Status ChunkRunner::Prepare(const std::shared_ptr<Chunk>& chunk) {
  const v1::LeasedChunk& leased = chunk->lease->leased;
  for (const v1::Task& task : leased.tasks()) {
    ASSIGN_OR_RETURN(
        std::unique_ptr<generator::TaskSteps> steps,
        generator::KindOfTask(task.kind()).Start(spec_, engine_->info(), leased.text(), task));
    chunk->tasks.push_back(std::make_shared<Task>(chunk, std::move(steps)));
  }
  return absl::OkStatus();
}

void ChunkRunner::OpenPassage(const std::shared_ptr<Chunk>& chunk, absl::string_view passage,
                              PassagePrefixes::Opened opened) {
  engine_->OpenPrefixAsync(
      generator::ChunkPrefixRequest(spec_, chunk->language, passage),
      [this, chunk, opened = std::move(opened)](absl::StatusOr<std::unique_ptr<Prefix>> prefix) {
        pool_->Post(
            [chunk, opened, made = Shared(std::move(prefix))] { opened(std::move(*made)); });
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
    chunk->without_chunk = shared;
  }
  OpenFirst(chunk);
}

// The passage that the first task needs first: all tasks of a chunk begin with the same.
void ChunkRunner::OpenFirst(const std::shared_ptr<Chunk>& chunk) {
  GetPrefix(chunk, chunk->tasks[0]->steps->passage(),
            [this, chunk](const absl::StatusOr<std::shared_ptr<Prefix>>& prefix) {
              OnOpened(chunk, prefix.status());
            });
}

void ChunkRunner::GetPrefix(const std::shared_ptr<Chunk>& chunk, absl::string_view passage,
                            PassagePrefixes::Ready ready) {
  chunk->prefixes->Get(
      passage,
      [this, chunk](const std::string& text, PassagePrefixes::Opened opened) {
        OpenPassage(chunk, text, std::move(opened));
      },
      std::move(ready));
}

void ChunkRunner::OnOpened(const std::shared_ptr<Chunk>& chunk, const absl::Status& opened) {
  const v1::LeasedChunk& leased = chunk->lease->leased;
  if (absl::IsResourceExhausted(opened)) {
    // If the engine cannot hold a chunk, none of its tasks can be done.
    for (const v1::Task& task : leased.tasks()) {
      events_.result(chunk->lease, generator::EngineLimitResult(task, opened));
    }
    return EndChunk(chunk.get());
  }
  if (!opened.ok()) {
    events_.failure(chunk->lease, opened);
    return EndChunk(chunk.get());
  }
  // Tasks refer to their chunk: it must not refer to them any longer.
  const std::vector<std::shared_ptr<Task>> tasks = std::move(chunk->tasks);
  chunk->tasks.clear();
  chunk->tasks_left = static_cast<int>(tasks.size());
  for (const std::shared_ptr<Task>& task : tasks) Step(task);
}

void ChunkRunner::Step(const std::shared_ptr<Task>& task) {
  if (task->steps->ended()) return EndTask(task);
  Chunk& chunk = *task->chunk;
  const absl::string_view passage = task->steps->passage();
  if (passage.empty()) return Call(task, chunk.without_chunk);
  // A lone task shares with nobody, and a summary has many passages: only the last one's memory is
  // held.
  if (chunk.lease->leased.tasks_size() == 1) chunk.prefixes->DropOthers(passage);
  GetPrefix(task->chunk, passage, [this, task](const absl::StatusOr<std::shared_ptr<Prefix>>& at) {
    if (at.ok()) return Call(task, *at);
    if (task->steps->completes()) {
      task->steps->OnCompletion(at.status());
    } else {
      task->steps->OnScore(at.status());
    }
    Step(task);
  });
}

void ChunkRunner::Call(const std::shared_ptr<Task>& task, const std::shared_ptr<Prefix>& prefix) {
  generator::TaskSteps& steps = *task->steps;
  if (steps.completes()) {
    engine_->CompleteAsync(*prefix, steps.completion(),
                           [this, task, prefix](absl::StatusOr<Completion> completion) {
                             pool_->Post([this, task, completion = std::move(completion)] {
                               task->steps->OnCompletion(completion);
                               Step(task);
                             });
                           });
    return;
  }
  engine_->ScoreAsync(*prefix, steps.score(),
                      [this, task, prefix](absl::StatusOr<ScoreResult> scored) {
                        pool_->Post([this, task, scored = std::move(scored)] {
                          task->steps->OnScore(scored);
                          Step(task);
                        });
                      });
}

void ChunkRunner::EndTask(const std::shared_ptr<Task>& task) {
  Chunk* const chunk = task->chunk.get();
  absl::StatusOr<v1::Result> result = task->steps->TakeResult();
  if (result.ok()) {
    events_.result(chunk->lease, *std::move(result));
  } else {
    events_.failure(chunk->lease, result.status());
  }
  if (--chunk->tasks_left == 0) EndChunk(chunk);
}

void ChunkRunner::EndChunk(Chunk* chunk) {
  // Before another chunk may start, which waits for this memory.
  chunk->prefixes->DropOthers("");
  chunk->without_chunk = nullptr;
  chunk->tasks.clear();
  absl::MutexLock lock(&mutex_);
  --in_flight_;
}

}  // namespace quipu::pipelines
