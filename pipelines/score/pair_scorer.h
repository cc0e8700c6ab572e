// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Scores a stream of given pairs with the engine, by the run's own code: filters,
// verdict, likelihoods, judge. Many pairs are in flight, memory is flat, and results
// come in the order of the pairs. Pairs with the same chunk share its prefix.
//
//   ASSIGN_OR_RETURN(auto scorer, PairScorer::Create(engine, spec));
//   RETURN_IF_ERROR(scorer->Score(
//       [&]() -> absl::StatusOr<std::optional<PairEntry>> { return ReadOne(); },
//       [&](const ScoredPair& scored) { return Write(scored); }));
//
// Engine and spec must outlive it. Thread-compatible.
#ifndef QUIPU_PIPELINES_SCORE_PAIR_SCORER_H_
#define QUIPU_PIPELINES_SCORE_PAIR_SCORER_H_

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/work_queue.h"
#include "generator/pairs/generate.h"
#include "inference/engine.h"
#include "pipelines/score/given_pair.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"

namespace quipu::pipelines {

// A pair to score, or why a line of the input has none.
struct PairEntry {
  uint64_t line = 0;
  absl::Status status;
  GivenPair pair;
};

struct ScoredPair {
  PairEntry entry;
  v1::Result result;       // Meaningless if the entry has an error.
  int chunk_tokens = 0;    // Of the prefix, shared by the pairs of its chunk.
  int64_t own_tokens = 0;  // Prompt tokens of this pair alone, and tokens sampled for it.
};

class PairScorer {
 public:
  using Next = absl::FunctionRef<absl::StatusOr<std::optional<PairEntry>>()>;
  using Sink = absl::FunctionRef<absl::Status(const ScoredPair&)>;

  // Errors of Thread::Start.
  static absl::StatusOr<std::unique_ptr<PairScorer>> Create(inference::Engine* engine,
                                                            const v1::RunSpec& spec);
  ~PairScorer();
  PairScorer(const PairScorer&) = delete;
  PairScorer& operator=(const PairScorer&) = delete;

  // Scores all pairs of `next`, which returns nothing at the end. Both functions are called by the
  // caller's thread. Entries with an error go to `sink` as they are. Ends with the first error of
  // the functions or of the engine, and with CANCELLED if a stop was requested; after either, the
  // engine is shut down.
  absl::Status Score(Next next, Sink sink);

 private:
  struct Chunk;
  struct Slot;
  using SlotPtr = std::shared_ptr<Slot>;

  PairScorer(inference::Engine* engine, const v1::RunSpec& spec, std::unique_ptr<WorkQueue> pool);

  absl::Status ReadAndScore(Next next, Sink sink);
  absl::StatusOr<SlotPtr> Start(PairEntry entry);
  // The pair's chunk: an open one, or a new one. Only the caller's thread uses the cache.
  absl::StatusOr<std::shared_ptr<Chunk>> ChunkOf(const GivenPair& pair);
  void Open(const std::shared_ptr<Chunk>& chunk);
  // These run on the pool.
  void OnOpened(const std::shared_ptr<Chunk>& chunk,
                absl::StatusOr<std::unique_ptr<inference::Prefix>> prefix);
  void Begin(const SlotPtr& slot);
  void Step(const SlotPtr& slot);
  void End(const SlotPtr& slot, const absl::Status& status);

  inference::Engine* const engine_;
  const generator::TaskSpec spec_;
  // Those that have been needed; only for the caller's thread.
  std::map<generator::Language, std::shared_ptr<inference::Prefix>> without_chunk_;

  // The open chunks, the last used one first.
  std::list<std::shared_ptr<Chunk>> open_chunks_;
  using Key = std::pair<generator::Language, std::string>;
  absl::flat_hash_map<Key, std::list<std::shared_ptr<Chunk>>::iterator> by_key_;
  std::deque<SlotPtr> in_order_;

  absl::Mutex mutex_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;  // Slots and openings that have not ended.

  std::unique_ptr<WorkQueue> pool_;  // The last member: its threads use the others.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_PAIR_SCORER_H_
