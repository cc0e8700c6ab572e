// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What benchmarks measure with: clocks, this process's memory, and the number
// of operations that a model's tokens take.
//
//   const Stopwatch watch;
//   RunWorkload();
//   figures.seconds = watch.Seconds();
//
// Thread-compatible.
#ifndef QUIPU_TESTS_BENCH_MEASURE_H_
#define QUIPU_TESTS_BENCH_MEASURE_H_

#include <vector>

#include "inference/model/hyper_parameters.h"

namespace quipu::bench {

// The cost of one run, and what it did.
struct Figures {
  double seconds = 0;
  // Processor time of all threads: more reliable if other processes run.
  double cpu_seconds = 0;
  // What had to be computed: no repeated work, no guesses.
  double tokens = 0;
  // The same in operations, two for each multiply-add.
  double operations = 0;
};

// The run with the median time. REQUIRES: not empty.
Figures MedianOf(std::vector<Figures> runs);

class Stopwatch {
 public:
  Stopwatch();
  double Seconds() const;
  double CpuSeconds() const;  // Of this process, all threads.

 private:
  double start_;
  double cpu_start_;
};

// Resident memory of this process now, and the maximum since the last reset, in
// MB (10^6 bytes); 0 if the system does not report it.
double ResidentMb();
double PeakResidentMb();
void ResetPeakResident();

// Operations of the layers for one token with `context` positions to attend to,
// its own included: all weights except the embedding, and attention.
double LayerOperations(const inference::HyperParameters& params, int context);

// The same for `count` tokens after `start` others.
double LayerOperations(const inference::HyperParameters& params, int start, int count);

// Operations of the logits of one token.
double OutputOperations(const inference::HyperParameters& params);

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_MEASURE_H_
