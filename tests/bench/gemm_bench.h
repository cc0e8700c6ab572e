// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The products of a model file's own matrices, each kind once.
//
//   GemmOptions options;
//   options.int8 = true;
//   Figures sum = RunGemm(*gguf, options, &pool);
//
// Thread-compatible.
#ifndef QUIPU_TESTS_BENCH_GEMM_BENCH_H_
#define QUIPU_TESTS_BENCH_GEMM_BENCH_H_

#include "base/thread_pool.h"
#include "inference/gguf/gguf.h"
#include "inference/kernels/weight_panels.h"
#include "tests/bench/measure.h"

namespace quipu::bench {

struct GemmOptions {
  bool int8 = false;  // If the weights are quantised.
  int repeats = 5;    // The best one counts.
  bool print = true;  // One line per matrix and number of columns.
};

// The best time of `weights` times `columns` columns.
Figures TimeGemm(const inference::WeightPanels& weights, int columns, bool int8, int repeats,
                 ThreadPool* pool);

// Every type and shape among the file's matrices (except vocabularies), with 1
// to 256 columns; returns the sum of those with 256.
Figures RunGemm(const inference::GgufFile& gguf, const GemmOptions& options, ThreadPool* pool);

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_GEMM_BENCH_H_
