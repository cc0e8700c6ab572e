// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What benchmarks measure by: clocks, memory of this process, and how many
// operations a model's tokens take.
//
//   const Stopwatch watch;
//   ... the work ...
//   figures.seconds = watch.Seconds();
//
// Thread-compatible.
#ifndef QUIPU_TESTS_BENCH_MEASURE_H_
#define QUIPU_TESTS_BENCH_MEASURE_H_

#include <vector>

#include "inference/model/hyper_parameters.h"

namespace quipu::bench {

// What one run took, and what it did.
struct Figures {
  double seconds = 0;
  // Processor time of all threads: what tells more where other processes run.
  double cpu_seconds = 0;
  // That had to be computed: not what was computed twice, and no guesses.
  double tokens = 0;
  // The same in operations, two for each multiply-add.
  double operations = 0;
};

// The run that took the median time. REQUIRES: not empty.
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

// Resident memory of this process now, and the most since the last reset, in
// MB (10^6 bytes); 0 where the system does not tell.
double ResidentMb();
double PeakResidentMb();
void ResetPeakResident();

// Operations of one token's layers that has `context` positions to look at,
// itself among them: all weights but the embedding, and attention.
double LayerOperations(const inference::HyperParameters& params, int context);

// The same for `count` tokens after `start` others.
double LayerOperations(const inference::HyperParameters& params, int start, int count);

// Operations of the logits of one token.
double OutputOperations(const inference::HyperParameters& params);

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_MEASURE_H_
