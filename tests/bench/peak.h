// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What this machine can do at most, measured: the scale beside every figure.
#ifndef QUIPU_TESTS_BENCH_PEAK_H_
#define QUIPU_TESTS_BENCH_PEAK_H_

#include "base/thread_pool.h"

namespace quipu::bench {

// Returns billions of float operations a second of fused multiply-adds (two
// each) on registers alone, all threads of the pool together: the best of
// several short runs, with the widest vectors that the kernels use.
double Fp32PeakGflops(ThreadPool* pool);

}  // namespace quipu::bench

#endif  // QUIPU_TESTS_BENCH_PEAK_H_
