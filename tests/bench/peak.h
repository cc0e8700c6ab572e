// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What this machine can do at most, measured: the scale for every figure.
//
//   Peaks peaks = MeasurePeaks(&pool);
//   RunWorkload();
//   peaks = Best(peaks, MeasurePeaks(&pool));
//
// Thread-compatible.
#ifndef QUIPU_TESTS_BENCH_PEAK_H_
#define QUIPU_TESTS_BENCH_PEAK_H_

#include <string>
#include <utility>
#include <vector>

#include "base/thread_pool.h"

namespace quipu::bench {

// All threads together; the best of several short runs.
struct Peaks {
  // Billions of float operations per second: fused multiply-adds (two each) on
  // registers only, with the widest vectors that the kernels use.
  double fp32_gflops = 0;
  // Billions of operations per second on products of bytes and their sums (two
  // per pair of bytes), on registers only, with the kernels' own instructions:
  // dot products, or multiplications and as many additions in 16 bits.
  double int8_gops = 0;
  // Billions of bytes read per second from memory, far more than caches hold.
  double memory_gb_s = 0;
};

double Fp32PeakGflops(ThreadPool* pool);
double Int8PeakGops(ThreadPool* pool);
double MemoryGbPerSecond(ThreadPool* pool);

// The int8 peak of each of InstructionNames(). Leaves the best one in use, so
// call it before UseInstructions().
std::vector<std::pair<std::string, double>> Int8Peaks(ThreadPool* pool);

Peaks MeasurePeaks(ThreadPool* pool);

// The larger of each.
Peaks Best(const Peaks& a, const Peaks& b);

// The vector target of the kernels, and the instruction behind the int8 peak,
// e.g. "AVX3, AVX-512 VNNI".
std::string CpuDescription();

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_PEAK_H_
