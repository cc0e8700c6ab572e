// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What this machine can do at most, measured: the scale beside every figure.
//
//   Peaks peaks = MeasurePeaks(&pool);
//   ... the work ...
//   peaks = Best(peaks, MeasurePeaks(&pool));
//
// Thread-compatible.
#ifndef QUIPU_TESTS_BENCH_PEAK_H_
#define QUIPU_TESTS_BENCH_PEAK_H_

#include <string>

#include "base/thread_pool.h"

namespace quipu::bench {

// All threads together; the best of several short runs each.
struct Peaks {
  // Billions of float operations a second: fused multiply-adds (two each) on
  // registers alone, with the widest vectors that the kernels use.
  double fp32_gflops = 0;
  // Billions of operations a second of dot products of bytes into 32-bit sums
  // (two for each pair of bytes), on registers alone.
  double int8_gops = 0;
  // Billions of bytes read a second from memory, far more than caches hold.
  double memory_gb_s = 0;
};

double Fp32PeakGflops(ThreadPool* pool);
double Int8PeakGops(ThreadPool* pool);
double MemoryGbPerSecond(ThreadPool* pool);

Peaks MeasurePeaks(ThreadPool* pool);

// The larger one of each.
Peaks Best(const Peaks& a, const Peaks& b);

// The vector target that the kernels run on, and what the peak of int8 was
// measured with, e.g. "AVX3, AVX-512 VNNI".
std::string CpuDescription();

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_PEAK_H_
