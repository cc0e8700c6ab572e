// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/run_store.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/limits.h"
#include "base/serialize.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/chunks/task_chunks.h"
#include "pipelines/coordinator/document_cache.h"
#include "pipelines/core/engine_counters.h"

namespace quipu::pipelines {
namespace {

// Chunks are granted document by document, so few documents are in use at a time.
constexpr size_t kCacheBytes = size_t{32} << 20;
constexpr size_t kIdBytes = 16;

std::string NameOf(absl::string_view document_id) {
  return absl::StrCat("document ", absl::BytesToHexString(document_id));
}

// A task that has a result, and its maker, as an index into the workers' names.
// Small, because a large run has many.
struct Mark {
  std::array<char, kIdBytes> document;
  uint32_t index = 0;
  uint32_t worker = 0;
  bool audited = false;

  absl::string_view id() const { return {document.data(), document.size()}; }
};

absl::StatusOr<Mark> MarkOf(absl::string_view document_id, uint32_t index) {
  Mark mark;
  if (document_id.size() != kIdBytes) {
    return absl::DataLossError(
        absl::StrCat("id of a document has ", document_id.size(), " bytes, want ", kIdBytes));
  }
  std::memcpy(mark.document.data(), document_id.data(), kIdBytes);
  mark.index = index;
  return mark;
}

// Reads the marks in step with the plans: both are ordered by document, then by
// task.
class MarkReader {
 public:
  explicit MarkReader(const std::vector<Mark>& marks) : next_(marks.begin()), end_(marks.end()) {}

  // DATA_LOSS if marks of an earlier document are left: no plan has them.
  absl::Status BeginDocument(absl::string_view id) const {
    return next_ != end_ && next_->id() < id ? NotPlanned() : absl::OkStatus();
  }
  // The marks of a document's tasks before `end`, one by one; null after them.
  const Mark* Next(absl::string_view id, uint32_t end) {
    if (next_ == end_ || next_->id() != id || next_->index >= end) return nullptr;
    return &*next_++;
  }
  absl::Status Finish() const { return next_ != end_ ? NotPlanned() : absl::OkStatus(); }

 private:
  absl::Status NotPlanned() const {
    return absl::DataLossError(absl::StrCat("task ", next_->index, " of ", NameOf(next_->id()),
                                            " has a result but is in no plan"));
  }

  std::vector<Mark>::const_iterator next_;
  const std::vector<Mark>::const_iterator end_;
};

// Calls fn for each chunk of a plan: its index, its first task, its tasks.
// DATA_LOSS unless tasks are numbered in order, chunk after chunk.
absl::Status ForEachChunkOf(
    const v1::DocumentPlan& plan,
    absl::FunctionRef<absl::Status(uint32_t chunk, uint32_t first, uint32_t tasks)> fn) {
  const uint32_t size = static_cast<uint32_t>(plan.tasks_size());
  for (uint32_t first = 0; first < size;) {
    const uint32_t chunk = plan.tasks(first).chunk_index();
    uint32_t end = first;
    for (; end < size && plan.tasks(end).chunk_index() == chunk; ++end) {
      if (plan.tasks(end).index() == end) continue;
      return absl::DataLossError(absl::StrCat("plan of ", NameOf(plan.document_id()), ": task ",
                                              end, " has the index ", plan.tasks(end).index()));
    }
    if (end < size && plan.tasks(end).chunk_index() < chunk) {
      return absl::DataLossError(
          absl::StrCat("plan of ", NameOf(plan.document_id()), ": task ", end, " belongs to chunk ",
                       plan.tasks(end).chunk_index(), ", after a task of chunk ", chunk));
    }
    if (end - first > kMaxTasksPerChunk) {
      return absl::DataLossError(absl::StrCat("plan of ", NameOf(plan.document_id()), ": chunk ",
                                              chunk, " has ", end - first, " tasks, limit ",
                                              kMaxTasksPerChunk));
    }
    RETURN_IF_ERROR(fn(chunk, first, end - first));
    first = end;
  }
  return absl::OkStatus();
}

v1::ChunkId ChunkIdOf(const v1::DocumentPlan& plan, uint32_t chunk) {
  v1::ChunkId id;
  id.set_document_id(plan.document_id());
  id.set_chunk_index(chunk);
  return id;
}

// Whether two tasks have the same chunks.
bool SamePlace(const v1::Task& a, const v1::Task& b) {
  const auto same = [](const generator::TextRange& x, const generator::TextRange& y) {
    return x.begin == y.begin && x.end == y.end;
  };
  const std::vector<generator::TextRange> of_a = generator::ChunksOf(a);
  const std::vector<generator::TextRange> of_b = generator::ChunksOf(b);
  return std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(), same);
}

absl::StatusOr<ChunkContent> ContentOf(const PlannedDocument& planned, const v1::ChunkId& chunk) {
  const std::string name =
      absl::StrCat("chunk ", chunk.chunk_index(), " of ", NameOf(chunk.document_id()));
  ChunkContent content;
  const auto& tasks = planned.plan.tasks();
  // In order; ForEachChunk checks that.
  auto task =
      std::lower_bound(tasks.begin(), tasks.end(), chunk.chunk_index(),
                       [](const v1::Task& t, uint32_t index) { return t.chunk_index() < index; });
  for (; task != tasks.end() && task->chunk_index() == chunk.chunk_index(); ++task) {
    content.tasks.push_back(*task);
  }
  if (content.tasks.empty()) return absl::NotFoundError(absl::StrCat(name, " is not planned"));
  const v1::Task& first = content.tasks[0];
  absl::StatusOr<std::string> text = generator::LeasedText(planned.document.text(), first);
  if (!text.ok()) return Annotate(text.status(), name);
  for (const v1::Task& other : content.tasks) {
    if (SamePlace(first, other)) continue;
    return absl::DataLossError(absl::StrCat(name, ": tasks ", first.index(), " and ", other.index(),
                                            " disagree on its position"));
  }
  content.text = *std::move(text);
  return content;
}

class RunStoreImpl final : public RunStore {
 public:
  explicit RunStoreImpl(storage::Store* store) : store_(store), documents_(store, kCacheBytes) {}

  const v1::RunHeader& header() const override { return store_->header(); }
  uint64_t epoch() const override { return store_->epoch(); }
  uint64_t commit_number() const override { return store_->commit_number(); }

  absl::Status ForEachChunk(
      absl::FunctionRef<absl::Status(const v1::ChunkAdded&)> fn) const override;
  absl::Status ForEachAttempt(
      absl::FunctionRef<absl::Status(const v1::ChunkId&, absl::string_view worker, uint64_t made,
                                     uint64_t audited)>
          fn) const override;
  absl::Status ForEachUpdate(
      absl::FunctionRef<absl::Status(const v1::LeaseUpdate&)> fn) const override {
    return store_->ForEachUpdate(fn);
  }

  absl::StatusOr<ChunkContent> ReadChunk(const v1::ChunkId& chunk) override {
    ASSIGN_OR_RETURN(const std::shared_ptr<const PlannedDocument> planned,
                     documents_.Get(chunk.document_id()));
    return ContentOf(*planned, chunk);
  }
  absl::StatusOr<v1::Result> GetResult(absl::string_view task_id) const override {
    return store_->GetResult(task_id);
  }
  absl::Status Commit(const JournalBatch& batch, bool sync) override {
    return store_->CommitJournaled(batch, sync);
  }
  absl::Status AddCounters(const v1::EngineCounters& work) override {
    absl::MutexLock lock(&work_mutex_);
    ASSIGN_OR_RETURN(v1::EngineCounters sum, store_->GetEngineCounters());
    pipelines::AddCounters(work, &sum);
    return store_->SetEngineCounters(sum);
  }

 private:
  storage::Store* const store_;
  DocumentCache documents_;
  absl::Mutex work_mutex_;  // Guards "read, add, write".
};

absl::Status RunStoreImpl::ForEachChunk(
    absl::FunctionRef<absl::Status(const v1::ChunkAdded&)> fn) const {
  std::vector<Mark> done;
  RETURN_IF_ERROR(
      store_->ForEachDoneTask([&](absl::string_view document, uint32_t index) -> absl::Status {
        ASSIGN_OR_RETURN(const Mark mark, MarkOf(document, index));
        done.push_back(mark);
        return absl::OkStatus();
      }));
  MarkReader reader(done);
  RETURN_IF_ERROR(store_->ForEachPlan([&](const v1::DocumentPlan& plan) -> absl::Status {
    RETURN_IF_ERROR(reader.BeginDocument(plan.document_id()));
    return ForEachChunkOf(plan, [&](uint32_t chunk, uint32_t first, uint32_t tasks) {
      v1::ChunkAdded added;
      *added.mutable_chunk() = ChunkIdOf(plan, chunk);
      added.set_first_task(first);
      added.set_num_tasks(tasks);
      uint64_t bits = 0;
      while (const Mark* mark = reader.Next(plan.document_id(), first + tasks)) {
        bits |= uint64_t{1} << (mark->index - first);
      }
      added.set_done(bits);
      return fn(added);
    });
  }));
  return reader.Finish();
}

absl::Status RunStoreImpl::ForEachAttempt(
    absl::FunctionRef<absl::Status(const v1::ChunkId&, absl::string_view worker, uint64_t made,
                                   uint64_t audited)>
        fn) const {
  std::vector<Mark> made;
  std::vector<std::string> workers;
  absl::flat_hash_map<std::string, uint32_t> numbers;
  RETURN_IF_ERROR(store_->ForEachAttempt(
      [&](absl::string_view document, uint32_t index, const v1::AttemptRecord& by) -> absl::Status {
        ASSIGN_OR_RETURN(Mark mark, MarkOf(document, index));
        const auto [number, fresh] =
            numbers.try_emplace(by.worker(), static_cast<uint32_t>(workers.size()));
        if (fresh) workers.push_back(by.worker());
        mark.worker = number->second;
        mark.audited = by.audited();
        made.push_back(mark);
        return absl::OkStatus();
      }));
  struct Bits {
    uint32_t worker;
    uint64_t made;
    uint64_t audited;
  };
  MarkReader reader(made);
  RETURN_IF_ERROR(store_->ForEachPlan([&](const v1::DocumentPlan& plan) -> absl::Status {
    RETURN_IF_ERROR(reader.BeginDocument(plan.document_id()));
    return ForEachChunkOf(plan, [&](uint32_t chunk, uint32_t first, uint32_t tasks) {
      std::vector<Bits> of_workers;  // Rarely more than one.
      while (const Mark* mark = reader.Next(plan.document_id(), first + tasks)) {
        auto bits = std::find_if(of_workers.begin(), of_workers.end(),
                                 [&](const Bits& b) { return b.worker == mark->worker; });
        if (bits == of_workers.end()) bits = of_workers.insert(bits, {mark->worker, 0, 0});
        const uint64_t bit = uint64_t{1} << (mark->index - first);
        bits->made |= bit;
        if (mark->audited) bits->audited |= bit;
      }
      for (const Bits& bits : of_workers) {
        RETURN_IF_ERROR(fn(ChunkIdOf(plan, chunk), workers[bits.worker], bits.made, bits.audited));
      }
      return absl::OkStatus();
    });
  }));
  return reader.Finish();
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunStore>> MakeRunStore(storage::Store* store) {
  // Half of a token is the epoch.
  if (store->epoch() > std::numeric_limits<uint32_t>::max()) {
    return absl::FailedPreconditionError(absl::StrCat("store ", store->path(), " was opened ",
                                                      store->epoch(), " times, limit ",
                                                      std::numeric_limits<uint32_t>::max()));
  }
  return std::unique_ptr<RunStore>(std::make_unique<RunStoreImpl>(store));
}

bool SameResult(const v1::Result& a, const v1::Result& b) {
  return SerializeDeterministic(a) == SerializeDeterministic(b);
}

}  // namespace quipu::pipelines
