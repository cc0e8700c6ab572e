// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The workload W through the engine, as pipelines drive it: a chunk's prefix of
// 1,000 tokens is opened once; 4 generations of 20 + 60 tokens continue it,
// each followed by a verification of 80 tokens that compares two words. Several
// chunks are in flight at a time.
//
//   ASSIGN_OR_RETURN(auto bench, ChunkBench::Create(engine.get(), params));
//   RETURN_IF_ERROR(bench->Run(/*chunks=*/16, /*in_flight=*/8, &figures));
//
// Thread-compatible.
#ifndef QUIPU_TESTS_BENCH_CHUNK_BENCH_H_
#define QUIPU_TESTS_BENCH_CHUNK_BENCH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/rng.h"
#include "inference/engine.h"
#include "inference/model/hyper_parameters.h"
#include "tests/bench/measure.h"

namespace quipu::bench {

struct ChunkFigures {
  Figures per_chunk;
  inference::EngineStats stats;  // Of the run.
};

// Of one chunk: 1,000 + 4 * (20 + 59 + 80) tokens, and the logits of 4 * 60 of
// them. (The last sampled token is not run; a verification computes only two
// words of its output, which count as nothing.)
double ChunkTokens();
double ChunkOperations(const inference::HyperParameters& params);

class ChunkBench {
 public:
  // The engine must outlive it. INTERNAL if its tokenizer and template cannot
  // make texts of the right lengths.
  static absl::StatusOr<std::unique_ptr<ChunkBench>> Create(
      inference::Engine* engine, const inference::HyperParameters& params);

  // Runs `chunks` chunks that have never run before, `in_flight` at a time.
  absl::Status Run(int chunks, int in_flight, ChunkFigures* figures);

 private:
  ChunkBench(inference::Engine* engine, const inference::HyperParameters& params);

  absl::Status MakeRequests();
  absl::StatusOr<std::string> MakeText(int prefix_tokens, int rest_tokens, uint64_t number) const;
  absl::StatusOr<std::vector<std::string>> MakeChunks(int count);
  absl::Status RunChunk(const std::string& text, uint64_t number);
  absl::Status RunBranch(const inference::Prefix& prefix, uint64_t number);

  inference::Engine* const engine_;
  const inference::HyperParameters params_;
  std::vector<std::string> words_;  // One token each.
  std::string instruction_;         // The text after the chunk.
  std::string question_;            // The text to verify.
  uint64_t chunks_made_ = 0;
};

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_CHUNK_BENCH_H_
