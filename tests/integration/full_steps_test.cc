// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks that the engine's steps are full, and that nothing is computed twice,
// under the load of a build: simulates the callers over the scheduler, without
// a model. Lengths have the demo's distribution.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "inference/batching/scheduler.h"
#include "inference/engine.h"
#include "pipelines/worker/worker.h"
#include "protos/run_spec.pb.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using inference::CachedPrefix;
using inference::EngineStats;
using inference::FullPages;
using inference::Job;
using inference::KvCache;
using inference::KvShape;
using inference::KvType;
using inference::PagesFor;
using inference::Scheduler;
using inference::SchedulerOptions;
using inference::Step;
using inference::TokenId;
using inference::TokenSequence;
using testing::TestFingerprint;

// A call with `prompt` tokens that samples `sampled` tokens, out of at most
// `most`.
class Call : public Job {
 public:
  Call(std::shared_ptr<CachedPrefix> prefix, int prompt, int sampled, int most)
      : Job(std::move(prefix)), length_(prompt + most), left_(sampled) {
    TokenSequence sequence;
    sequence.pending.assign(prompt, 7);
    sequence.first_output = prompt - 1;
    sequences_.push_back(sequence);
  }

  int64_t max_length() const override { return prefix()->size() + length_; }
  int max_pages() const override { return PagesFor(max_length()) - FullPages(prefix()->size()); }
  absl::Status OnLogits(const TokenSequence&, int, absl::Span<float>) override {
    return absl::OkStatus();
  }
  absl::StatusOr<bool> Advance(KvCache*) override {
    TokenSequence& sequence = sequences_[0];
    if (sequence.left() > 0) return false;
    if (left_-- <= 0) return done = true;
    sequence.pending = {8};
    sequence.done = 0;
    sequence.first_output = 0;
    sequence.decoding = sequence.first_is_sampled = true;
    return false;
  }

  bool done = false;

 private:
  const int length_;
  int left_;
};

constexpr int kCalls = 4;  // Of a pair.

struct Load {
  int chunks = 200;
  int in_flight = 0;  // Chunks that have callers at a time.
  int pairs = 4;
  int chunk_tokens = 384;  // On average.
  int max_question = 64;
  int max_answer = 160;
  int pages = 3000;
  int max_step_tokens = 256;
};

// The callers of a build. A pair is generated, then its verdict is scored, then
// its answer with and without the chunk; every call starts one step after the
// previous one ended.
class Simulation {
 public:
  Simulation(const Load& load, const Fingerprint& seed)
      : load_(load),
        rng_(seed, "load"),
        cache_(KvShape{1, 1, 1, KvType::kF16}, load.pages),
        scheduler_(SchedulerOptions{load.max_step_tokens, load.max_step_tokens, 1 << 16}, &cache_) {
  }

  void Run() {
    without_chunk_ = Open(40, -1);
    RunUntilOpened();
    for (int i = 0; i < load_.in_flight; ++i) NextChunk();
    while (ended_ < load_.chunks) {
      for (Chunk& chunk : in_flight_) Work(&chunk);
      if (ended_ == load_.chunks) break;
      scheduler_.Admit(false);
      if (!DoStep()) {
        ASSERT_TRUE(scheduler_.Admit(/*may_evict=*/true));
        ++stalls_;
      }
    }
  }

  const EngineStats& stats() const { return scheduler_.stats(); }
  int stalls() const { return stalls_; }
  // Columns per step while there were chunks to start.
  double columns() const { return columns_ / std::max(1.0, steps_); }

 private:
  struct Pair {
    int stage = 0;  // Calls that have ended.
    int answer = 0;
    std::shared_ptr<Call> call;
  };
  struct Chunk {
    bool busy = false;
    std::shared_ptr<CachedPrefix> prefix;
    std::vector<Pair> pairs;
  };

  int Between(int least, int most) {
    return least + static_cast<int>(rng_.Below(most - least + 1));
  }

  std::shared_ptr<CachedPrefix> Open(int tokens, TokenId first) {
    std::vector<TokenId> ids(tokens, 1);
    ids[0] = first;
    return scheduler_.Open(std::move(ids)).value();
  }

  void RunUntilOpened() {
    while (!without_chunk_->opened.HasBeenNotified()) {
      scheduler_.Admit(false);
      ASSERT_TRUE(DoStep());
    }
  }

  void NextChunk() {
    in_flight_.emplace_back();
    Begin(&in_flight_.back());
  }

  void Begin(Chunk* chunk) {
    *chunk = Chunk();
    if (begun_ == load_.chunks) return;
    chunk->busy = true;
    chunk->pairs.resize(load_.pairs);
    chunk->prefix = Open(Between(load_.chunk_tokens * 2 / 3, load_.chunk_tokens * 4 / 3), ++begun_);
  }

  void Add(Pair* pair, const std::shared_ptr<CachedPrefix>& prefix, int prompt, int sampled,
           int most) {
    pair->call = std::make_shared<Call>(prefix, prompt, sampled, most);
    EXPECT_OK(scheduler_.Add(pair->call));
  }

  // The actions of a chunk's callers after a step.
  void Work(Chunk* chunk) {
    if (!chunk->busy || !chunk->prefix->opened.HasBeenNotified()) return;
    bool all_ended = true;
    for (Pair& pair : chunk->pairs) {
      if (pair.stage == kCalls) continue;
      if (pair.call != nullptr && !pair.call->done) {
        all_ended = false;
        continue;
      }
      if (pair.call != nullptr) ++pair.stage;
      if (pair.stage == 0) {
        // Half of the answers are short.
        pair.answer = rng_.Below(2) == 0 ? Between(2, load_.max_answer / 5)
                                         : Between(load_.max_answer / 5, load_.max_answer * 3 / 4);
        const int question = Between(8, load_.max_question * 2 / 3);
        Add(&pair, chunk->prefix, 100, question + pair.answer,
            load_.max_question + load_.max_answer);
      } else if (pair.stage == 1) {
        Add(&pair, chunk->prefix, 60 + pair.answer, 0, 0);
      } else if (pair.stage == 2) {
        Add(&pair, chunk->prefix, 30 + pair.answer, 0, 0);
      } else if (pair.stage < kCalls) {
        Add(&pair, without_chunk_, 30 + pair.answer, 0, 0);
      }
      all_ended = all_ended && pair.stage == kCalls;
    }
    if (!all_ended) return;
    scheduler_.Close(chunk->prefix.get());
    ++ended_;
    Begin(chunk);
  }

  bool DoStep() {
    if (!scheduler_.BuildStep(&step_)) return false;
    if (begun_ < load_.chunks && begun_ > 0) {
      ++steps_;
      columns_ += static_cast<double>(step_.batch.tokens.size());
    }
    scheduler_.FinishStep(absl::OkStatus(), std::vector<absl::Status>(step_.outputs.size()));
    return true;
  }

  const Load load_;
  Rng rng_;
  KvCache cache_;
  Scheduler scheduler_;
  Step step_;
  std::shared_ptr<CachedPrefix> without_chunk_;
  std::vector<Chunk> in_flight_;
  int begun_ = 0;
  int ended_ = 0;
  int stalls_ = 0;
  double steps_ = 0;
  double columns_ = 0;
};

// A spec and the load that it gives.
Load LoadOf(int pairs, int chunk_tokens, int max_step_tokens) {
  v1::RunSpec spec;
  spec.mutable_generation()->set_pairs_per_chunk(pairs);
  spec.mutable_chunks()->set_min_tokens(chunk_tokens * 2 / 3);
  spec.mutable_chunks()->set_max_tokens(chunk_tokens * 4 / 3);
  spec.mutable_performance()->set_max_step_tokens(max_step_tokens);
  Load load;
  load.pairs = pairs;
  load.chunk_tokens = chunk_tokens;
  load.max_step_tokens = max_step_tokens;
  load.in_flight = pipelines::ChunksInFlight(spec);
  load.chunks = std::max(200, 8 * load.in_flight);
  return load;
}

double Ratio(const EngineStats& stats) {
  return static_cast<double>(stats.prompt_tokens_computed) /
         static_cast<double>(stats.prompt_tokens_needed);
}

TEST(FullSteps, WithTheChunksInFlightThatABuildChooses) {
  const Fingerprint seed = TestFingerprint();
  for (const int max_step_tokens : {128, 256, 512}) {
    for (const auto& [pairs, chunk_tokens] :
         {std::pair(4, 384), std::pair(1, 384), std::pair(8, 1000), std::pair(30, 1000),
          std::pair(2, 100)}) {
      Load load = LoadOf(pairs, chunk_tokens, max_step_tokens);
      load.pages = 20000;
      SCOPED_TRACE(absl::StrCat(pairs, " pairs, ", chunk_tokens, " tokens, ", max_step_tokens,
                                " a step, ", load.in_flight, " in flight"));
      Simulation simulation(load, seed);
      simulation.Run();
      EXPECT_GE(simulation.columns(), 0.98 * max_step_tokens);
      EXPECT_LE(Ratio(simulation.stats()), 1.02);
      EXPECT_EQ(simulation.stalls(), 0);
    }
  }
}

// The pages of a 1.5B model in the default of 2 GiB, and far fewer: the
// scheduler bounds resident memory, whatever callers request.
TEST(FullSteps, WithLittleMemory) {
  for (const auto& [pages, share] :
       {std::pair(2300, 0.98), std::pair(600, 0.8), std::pair(300, 0.4)}) {
    for (const int in_flight : {0, 100}) {
      Load load = LoadOf(4, 384, 256);
      if (in_flight > 0) load.in_flight = in_flight;
      load.pages = pages;
      SCOPED_TRACE(absl::StrCat(pages, " pages, ", load.in_flight, " in flight"));
      Simulation simulation(load, TestFingerprint());
      simulation.Run();
      EXPECT_GE(simulation.columns(), share * 256);
      EXPECT_LE(Ratio(simulation.stats()), 1.02);
    }
  }
}

TEST(FullSteps, ComputeNothingTwice) {
  Load load;
  load.chunks = 16;
  load.in_flight = 16;
  load.pairs = 2;  // Of four calls each.
  Simulation simulation(load, TestFingerprint());
  simulation.Run();
  EXPECT_EQ(simulation.stats().prompt_tokens_computed, simulation.stats().prompt_tokens_needed);
  EXPECT_EQ(simulation.stats().evictions, 0);
}

}  // namespace
}  // namespace quipu
