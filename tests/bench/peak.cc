// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/peak.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "inference/kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/bench/peak.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/kernels/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

constexpr int kChains = 10;  // Enough to hide the latency of all that we know.

// Runs `rounds` rounds and returns the operations done; `sink` keeps the
// compiler from leaving them out.
double FusedRounds(int64_t rounds, float* sink) {
  const FloatTag d;
  const FloatVec a = hn::Set(d, 0.999f);
  const FloatVec b = hn::Set(d, 0.001f);
  // Different beginnings, or the compiler would see that all chains are one.
  float starts[kChains];
  for (int i = 0; i < kChains; ++i) starts[i] = sink[0] + static_cast<float>(i);
  FloatVec c0 = hn::Set(d, starts[0]), c1 = hn::Set(d, starts[1]);
  FloatVec c2 = hn::Set(d, starts[2]), c3 = hn::Set(d, starts[3]);
  FloatVec c4 = hn::Set(d, starts[4]), c5 = hn::Set(d, starts[5]);
  FloatVec c6 = hn::Set(d, starts[6]), c7 = hn::Set(d, starts[7]);
  FloatVec c8 = hn::Set(d, starts[8]), c9 = hn::Set(d, starts[9]);
  for (int64_t i = 0; i < rounds; ++i) {
    c0 = Fused(a, c0, b);
    c1 = Fused(a, c1, b);
    c2 = Fused(a, c2, b);
    c3 = Fused(a, c3, b);
    c4 = Fused(a, c4, b);
    c5 = Fused(a, c5, b);
    c6 = Fused(a, c6, b);
    c7 = Fused(a, c7, b);
    c8 = Fused(a, c8, b);
    c9 = Fused(a, c9, b);
  }
  const FloatVec low = hn::Add(hn::Add(hn::Add(c0, c1), hn::Add(c2, c3)), c4);
  const FloatVec high = hn::Add(hn::Add(hn::Add(c5, c6), hn::Add(c7, c8)), c9);
  *sink = hn::GetLane(hn::Add(low, high));
  return 2.0 * kLanes * kChains * static_cast<double>(rounds);
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {
namespace {

HWY_EXPORT(FusedRounds);

double RunFusedRounds(int64_t rounds, float* sink) {
  return HWY_DYNAMIC_DISPATCH(FusedRounds)(rounds, sink);
}

}  // namespace
}  // namespace quipu::inference

namespace quipu::bench {
namespace {

constexpr int64_t kRounds = 2000000;
constexpr int kRepeats = 8;

}  // namespace

double Fp32PeakGflops(ThreadPool* pool) {
  const int threads = pool->num_threads();
  std::vector<double> operations(threads);
  std::vector<float> sinks(threads);
  double best = 0;
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    pool->ParallelFor(threads, [&](int task, int) {
      operations[task] = inference::RunFusedRounds(kRounds, &sinks[task]);
    });
    const std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - start;
    double total = 0;
    for (const double n : operations) total += n;
    best = std::max(best, total / seconds.count() / 1e9);
  }
  return best;
}

}  // namespace quipu::bench
#endif  // HWY_ONCE
