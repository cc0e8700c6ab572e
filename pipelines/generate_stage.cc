// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/generate_stage.h"

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/thread_pool.h"
#include "generator/generate.h"

namespace quipu::pipelines {
namespace {

// Tokens that a pair runs through the model: two prompts, a reply, a verdict,
// and the answer twice.
constexpr int64_t kTokensOfPair = 400;

// Chunks worked on at once, each of which has a thread, and one for each task.
constexpr int64_t kMostInFlight = 128;

// The pending tasks of one chunk.
struct ChunkWork {
  std::string text;
  std::vector<v1::Task> tasks;
};

// Hands out chunks with pending tasks, document by document; texts are read as
// they are needed. Thread-safe.
class WorkQueue {
 public:
  WorkQueue(const storage::Store& store, std::vector<std::string> document_ids)
      : store_(store), document_ids_(std::move(document_ids)) {}

  // False when there is no more.
  absl::StatusOr<bool> Next(ChunkWork* work) {
    absl::MutexLock lock(&mutex_);
    while (pending_.empty()) {
      if (next_document_ == document_ids_.size()) return false;
      RETURN_IF_ERROR(LoadDocument(document_ids_[next_document_++]));
    }
    *work = std::move(pending_.back());
    pending_.pop_back();
    return true;
  }

 private:
  absl::Status LoadDocument(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ASSIGN_OR_RETURN(const v1::DocumentPlan plan, store_.GetPlan(id));
    ASSIGN_OR_RETURN(const std::vector<v1::Result> results, store_.GetResults(id));
    std::vector<bool> done(plan.tasks_size(), false);
    for (const v1::Result& result : results) done[result.task().index()] = true;
    if (std::find(done.begin(), done.end(), false) == done.end()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const v1::Document document, store_.GetDocument(id));
    int chunk = -1;
    for (const v1::Task& task : plan.tasks()) {
      if (done[task.index()]) continue;
      if (static_cast<int>(task.chunk_index()) != chunk) {
        chunk = task.chunk_index();
        const v1::Span& span = task.chunk();
        pending_.push_back({document.text().substr(span.begin(), span.end() - span.begin()), {}});
      }
      pending_.back().tasks.push_back(task);
    }
    std::reverse(pending_.begin(), pending_.end());
    return absl::OkStatus();
  }

  const storage::Store& store_;
  const std::vector<std::string> document_ids_;
  absl::Mutex mutex_;
  size_t next_document_ ABSL_GUARDED_BY(mutex_) = 0;
  // In reverse order of position: the back is next.
  std::vector<ChunkWork> pending_ ABSL_GUARDED_BY(mutex_);
};

class GenerateRun {
 public:
  GenerateRun(const v1::RunSpec& spec, inference::Engine* engine, storage::Store* store,
              Progress* progress, std::vector<std::string> document_ids)
      : spec_(spec),
        engine_(engine),
        store_(store),
        progress_(progress),
        queue_(*store, std::move(document_ids)) {}

  absl::Status Run() {
    ASSIGN_OR_RETURN(without_chunk_, generator::OpenWithoutChunk(*engine_, spec_));
    std::vector<std::thread> workers;
    for (int i = 0; i < ChunksInFlight(spec_); ++i) {
      workers.emplace_back([this, i] {
        SetThreadName(absl::StrCat("chunk-", i));
        Work();
      });
    }
    std::thread watcher([this] { WatchForStop(); });
    for (std::thread& worker : workers) worker.join();
    {
      absl::MutexLock lock(&mutex_);
      finished_ = true;
    }
    watcher.join();
    absl::MutexLock lock(&mutex_);
    if (StopRequested()) return absl::CancelledError("stopped while generating");
    return status_;
  }

 private:
  // A stop ends the engine's calls; the workers see CANCELLED and end.
  void WatchForStop() {
    SetThreadName("stop-watcher");
    absl::MutexLock lock(&mutex_);
    while (!finished_ && status_.ok() && !StopRequested()) {
      mutex_.AwaitWithTimeout(absl::Condition(this, &GenerateRun::EndedLocked),
                              absl::Milliseconds(100));
    }
    if (!finished_) engine_->Shutdown();
  }

  bool EndedLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return finished_ || !status_.ok();
  }

  bool Ended() {
    absl::MutexLock lock(&mutex_);
    return !status_.ok() || StopRequested();
  }

  void Fail(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    status_.Update(status);
  }

  void Work() {
    ChunkWork work;
    while (!Ended()) {
      absl::StatusOr<bool> more = queue_.Next(&work);
      if (!more.ok()) return Fail(more.status());
      if (!*more) return;
      absl::Status done = RunChunk(work);
      if (!done.ok()) return Fail(done);
    }
  }

  absl::Status RunChunk(const ChunkWork& work) {
    const absl::StatusOr<std::unique_ptr<generator::ChunkPrefixes>> opened =
        generator::OpenChunk(*engine_, spec_, work.text, without_chunk_);
    if (absl::IsResourceExhausted(opened.status())) return Refuse(work, opened.status());
    RETURN_IF_ERROR(opened.status());
    const generator::ChunkPrefixes& prefixes = **opened;
    std::vector<absl::Status> statuses(work.tasks.size());
    std::vector<std::thread> threads;
    for (size_t i = 0; i < work.tasks.size(); ++i) {
      threads.emplace_back([&, i] {
        SetThreadName("task");
        statuses[i] = RunOne(prefixes, work.text, work.tasks[i]);
      });
    }
    for (std::thread& thread : threads) thread.join();
    absl::Status first;
    for (const absl::Status& status : statuses) first.Update(status);
    return first;
  }

  // No task of a chunk that the engine cannot hold can be done.
  absl::Status Refuse(const ChunkWork& work, const absl::Status& reason) {
    for (const v1::Task& task : work.tasks) {
      RETURN_IF_ERROR(store_->CommitResult(generator::EngineLimitResult(task, reason)));
      progress_->AddResult(/*accepted=*/false);
    }
    return absl::OkStatus();
  }

  absl::Status RunOne(const generator::ChunkPrefixes& prefixes, absl::string_view text,
                      const v1::Task& task) {
    ASSIGN_OR_RETURN(const v1::Result result,
                     generator::RunTask(*engine_, prefixes, spec_, text, task));
    RETURN_IF_ERROR(store_->CommitResult(result));
    progress_->AddResult(!result.has_reject());
    return absl::OkStatus();
  }

  const v1::RunSpec& spec_;
  inference::Engine* const engine_;
  storage::Store* const store_;
  Progress* const progress_;
  WorkQueue queue_;
  std::shared_ptr<inference::Prefix> without_chunk_;
  absl::Mutex mutex_;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

int ChunksInFlight(const v1::RunSpec& spec) {
  if (spec.performance().chunks_in_flight() > 0) {
    return static_cast<int>(spec.performance().chunks_in_flight());
  }
  // A chunk is in flight for about as many steps as its longest pair has
  // tokens, and brings its own tokens and its pairs' to fill them. Lengths are
  // counted at their most, which is about twice what is usual: steps are to be
  // full beside what ends early, and what is too many waits without harm.
  const v1::GenerationSpec& generation = spec.generation();
  const int64_t steps = generation.max_question_tokens() +
                        std::max(generation.max_long_answer_tokens(),
                                 generation.max_short_answer_tokens());
  const int64_t tokens = (spec.chunks().min_tokens() + spec.chunks().max_tokens()) / 2 +
                         kTokensOfPair * generation.pairs_per_chunk();
  const int64_t wanted = spec.performance().max_step_tokens() * steps / tokens + 1;
  return static_cast<int>(std::clamp<int64_t>(wanted, 2, kMostInFlight));
}

absl::Status GenerateResults(const v1::RunSpec& spec, inference::Engine* engine,
                             storage::Store* store, Progress* progress) {
  ASSIGN_OR_RETURN(std::vector<std::string> ids, store->ListDocumentIds());
  return GenerateRun(spec, engine, store, progress, std::move(ids)).Run();
}

}  // namespace quipu::pipelines
