// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/peak.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "inference/kernels/int8_gemm.h"
#include "inference/simd/targets.h"
#include "tests/bench/instructions.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/bench/peak.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/simd/fused-inl.h"

#ifndef QUIPU_TESTS_BENCH_PEAK_ONCE_
#define QUIPU_TESTS_BENCH_PEAK_ONCE_
namespace quipu::inference {

// Whether the instructions of this name are dot products of bytes.
inline bool HasDotName(absl::string_view name) {
  return absl::StrContains(name, "VNNI") || absl::StrContains(name, "dot");
}

}  // namespace quipu::inference
#endif  // QUIPU_TESTS_BENCH_PEAK_ONCE_

HWY_BEFORE_NAMESPACE();
namespace quipu::inference {
namespace HWY_NAMESPACE {

constexpr int kChains = 10;  // Enough to hide the latency on all known processors.

// Runs `rounds` rounds and returns the number of operations; `sink` keeps the
// compiler from removing them.
double FusedRounds(int64_t rounds, float* sink) {
  const FloatTag d;
  const FloatVec a = hn::Set(d, 0.999f);
  const FloatVec b = hn::Set(d, 0.001f);
  // Different initial values, or the compiler would see that all chains are
  // one.
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

// Sums `count` floats, a multiple of 64 (`sink` as above).
void SumFloats(const float* values, int64_t count, float* sink) {
  const FloatTag d;
  FloatVec a = hn::Zero(d), b = a, c = a, e = a;
  for (int64_t i = 0; i < count; i += 4 * kLanes) {
    a = hn::Add(a, hn::Load(d, values + i));
    b = hn::Add(b, hn::Load(d, values + i + kLanes));
    c = hn::Add(c, hn::Load(d, values + i + 2 * kLanes));
    e = hn::Add(e, hn::Load(d, values + i + 3 * kLanes));
  }
  *sink = hn::GetLane(hn::Add(hn::Add(a, b), hn::Add(c, e)));
}

const char* TargetOfKernels() { return hwy::TargetName(HWY_TARGET); }

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference

// Products of bytes: the maximum that the instructions for them reach, in
// assembler, because a compiler removes, spills or moves what it sees through.
// Without dot products that is one multiplication and one addition in 16 bits,
// the least that 4-bit weights need.

#if HWY_TARGET == HWY_AVX3
#pragma GCC push_options
#pragma GCC target("avx512vnni")
#define QUIPU_NAME Dot
#define QUIPU_VECTOR __m512i
#define QUIPU_ZERO() _mm512_setzero_si512()
#define QUIPU_SET(x) _mm512_set1_epi8(x)
#define QUIPU_STEP(c, t, a, b) __asm__ volatile("vpdpbusd %2, %1, %0" : "+v"(c) : "v"(a), "v"(b))
#include "tests/bench/int8_rounds-inl.h"
#pragma GCC pop_options

#define QUIPU_NAME Pairs
#define QUIPU_VECTOR __m512i
#define QUIPU_ZERO() _mm512_setzero_si512()
#define QUIPU_SET(x) _mm512_set1_epi8(x)
#define QUIPU_STEP(c, t, a, b)                                  \
  __asm__ volatile("vpmaddubsw %3, %2, %1\n\tvpaddw %1, %0, %0" \
                   : "+v"(c), "=&v"(t)                          \
                   : "v"(a), "v"(b))
#include "tests/bench/int8_rounds-inl.h"

#elif HWY_TARGET == HWY_AVX2
#pragma GCC push_options
#pragma GCC target("avxvnni")
#define QUIPU_NAME Dot
#define QUIPU_VECTOR __m256i
#define QUIPU_ZERO() _mm256_setzero_si256()
#define QUIPU_SET(x) _mm256_set1_epi8(x)
#define QUIPU_STEP(c, t, a, b) \
  __asm__ volatile("%{vex%} vpdpbusd %2, %1, %0" : "+x"(c) : "x"(a), "x"(b))
#include "tests/bench/int8_rounds-inl.h"
#pragma GCC pop_options

#define QUIPU_NAME Pairs
#define QUIPU_VECTOR __m256i
#define QUIPU_ZERO() _mm256_setzero_si256()
#define QUIPU_SET(x) _mm256_set1_epi8(x)
#define QUIPU_STEP(c, t, a, b)                                  \
  __asm__ volatile("vpmaddubsw %3, %2, %1\n\tvpaddw %1, %0, %0" \
                   : "+x"(c), "=&x"(t)                          \
                   : "x"(a), "x"(b))
#include "tests/bench/int8_rounds-inl.h"

#elif HWY_TARGET == HWY_SSE4
#define QUIPU_NAME Pairs
#define QUIPU_VECTOR __m128i
#define QUIPU_ZERO() _mm_setzero_si128()
#define QUIPU_SET(x) _mm_set1_epi8(x)
#define QUIPU_STEP(c, t, a, b)                                         \
  __asm__ volatile("movdqa %2, %1\n\tpmaddubsw %3, %1\n\tpaddw %1, %0" \
                   : "+x"(c), "=&x"(t)                                 \
                   : "x"(a), "x"(b))
#include "tests/bench/int8_rounds-inl.h"

#elif HWY_TARGET == HWY_NEON
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+dotprod")
#define QUIPU_NAME Dot
#define QUIPU_VECTOR int32x4_t
#define QUIPU_ZERO() vdupq_n_s32(0)
#define QUIPU_SET(x) vreinterpretq_s32_s8(vdupq_n_s8(x))
#define QUIPU_STEP(c, t, a, b) \
  __asm__ volatile("sdot %0.4s, %1.16b, %2.16b" : "+w"(c) : "w"(a), "w"(b))
#include "tests/bench/int8_rounds-inl.h"
#pragma GCC pop_options

#define QUIPU_NAME Pairs
#define QUIPU_VECTOR int32x4_t
#define QUIPU_ZERO() vdupq_n_s32(0)
#define QUIPU_SET(x) vreinterpretq_s32_s8(vdupq_n_s8(x))
#define QUIPU_STEP(c, t, a, b)                                                           \
  __asm__ volatile(                                                                      \
      "smull %1.8h, %2.8b, %3.8b\n\tsmlal2 %1.8h, %2.16b, %3.16b\n\tsadalp %0.4s, %1.8h" \
      : "+w"(c), "=&w"(t)                                                                \
      : "w"(a), "w"(b))
#include "tests/bench/int8_rounds-inl.h"

#else
#define QUIPU_NAME Plain
#define QUIPU_VECTOR int32_t
#define QUIPU_ZERO() 0
#define QUIPU_SET(x) x
// Four products of one byte each.
#define QUIPU_STEP(c, t, a, b)    \
  __asm__ volatile("" : "+r"(a)); \
  c += a * b + (a + 1) * b + a * (b + 1) + a * a
#include "tests/bench/int8_rounds-inl.h"
#endif

namespace quipu::inference {
namespace HWY_NAMESPACE {

// Runs `rounds` rounds with the instructions that Int8InstructionName() names;
// returns the operations.
double Int8Rounds(int64_t rounds, int32_t* sink) {
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2 || \
    (HWY_TARGET == HWY_NEON && defined(__linux__))
  return HasDotName(Int8InstructionName()) ? Int8RoundsDot(rounds, sink)
                                           : Int8RoundsPairs(rounds, sink);
#elif HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_NEON
  return Int8RoundsPairs(rounds, sink);
#else
  return Int8RoundsPlain(rounds, sink);
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace quipu::inference
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace quipu::inference {
namespace {

HWY_EXPORT(FusedRounds);
HWY_EXPORT(Int8Rounds);
HWY_EXPORT(SumFloats);
HWY_EXPORT(TargetOfKernels);

double RunFusedRounds(int64_t rounds, float* sink) {
  return HWY_DYNAMIC_DISPATCH(FusedRounds)(rounds, sink);
}

double RunInt8Rounds(int64_t rounds, int32_t* sink) {
  return HWY_DYNAMIC_DISPATCH(Int8Rounds)(rounds, sink);
}

void RunSumFloats(const float* values, int64_t count, float* sink) {
  HWY_DYNAMIC_DISPATCH(SumFloats)(values, count, sink);
}

const char* RunTargetOfKernels() { return HWY_DYNAMIC_DISPATCH(TargetOfKernels)(); }

}  // namespace
}  // namespace quipu::inference

namespace quipu::bench {
namespace {

// Of registers: a fraction of a millisecond each, so that some have the
// processor alone even if other programs run.
constexpr int64_t kRounds = 100000;
constexpr int kRepeats = 160;
constexpr int kMemoryRepeats = 6;

// What the threads read, each its own memory: 256 MiB, or less with many
// threads, 2 GiB in all.
constexpr int64_t kThreadBytes = int64_t{256} << 20;
constexpr int64_t kMostBytes = int64_t{2} << 30;

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The best of several runs. `run` runs once on each thread and returns its
// amount of work; the result is in billions per second.
double BestRate(ThreadPool* pool, int repeats, absl::FunctionRef<double(int task)> run) {
  const int threads = pool->num_threads();
  std::vector<double> amounts(threads);
  double best = 0;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    pool->ParallelFor(threads, [&](int task, int) { amounts[task] = run(task); });
    const double seconds = SecondsSince(start);
    double total = 0;
    for (const double n : amounts) total += n;
    best = std::max(best, total / seconds / 1e9);
  }
  return best;
}

// The same for what threads do not share: the sum of each thread's best, all of
// them running at the same time.
double SumOfBestRates(ThreadPool* pool, absl::FunctionRef<double(int task)> run) {
  const int threads = pool->num_threads();
  std::vector<double> best(threads);
  pool->ParallelFor(threads, [&](int task, int) {
    for (int i = 0; i < kRepeats; ++i) {
      const auto start = std::chrono::steady_clock::now();
      const double amount = run(task);
      best[task] = std::max(best[task], amount / SecondsSince(start) / 1e9);
    }
  });
  double total = 0;
  for (const double rate : best) total += rate;
  return total;
}

}  // namespace

double Fp32PeakGflops(ThreadPool* pool) {
  std::vector<float> sinks(pool->num_threads());
  return SumOfBestRates(pool,
                        [&](int task) { return inference::RunFusedRounds(kRounds, &sinks[task]); });
}

double Int8PeakGops(ThreadPool* pool) {
  std::vector<int32_t> sinks(pool->num_threads());
  return SumOfBestRates(pool,
                        [&](int task) { return inference::RunInt8Rounds(kRounds, &sinks[task]); });
}

std::vector<std::pair<std::string, double>> Int8Peaks(ThreadPool* pool) {
  std::vector<std::pair<std::string, double>> peaks;
  for (const std::string& name : InstructionNames()) {
    UseInstructions(name);
    peaks.emplace_back(name, Int8PeakGops(pool));
  }
  UseInstructions(peaks.front().first);
  return peaks;
}

double MemoryGbPerSecond(ThreadPool* pool) {
  struct Buffer {
    std::unique_ptr<float[]> memory;
    float* begin = nullptr;  // Aligned to 64 bytes.
  };
  const int threads = pool->num_threads();
  const int64_t count = std::min(kThreadBytes, kMostBytes / threads) / 256 * 64;
  std::vector<Buffer> buffers(threads);
  pool->ParallelFor(threads, [&](int task, int) {
    // Uninitialised, so that the reader touches it first.
    Buffer& buffer = buffers[task];
    buffer.memory.reset(new float[count + 16]);
    const auto address = reinterpret_cast<uintptr_t>(buffer.memory.get());
    buffer.begin = buffer.memory.get() + (64 - address % 64) % 64 / 4;
    std::fill(buffer.begin, buffer.begin + count, 1.0f);
  });
  std::vector<float> sinks(threads);
  return BestRate(pool, kMemoryRepeats, [&](int task) {
    inference::RunSumFloats(buffers[task].begin, count, &sinks[task]);
    return static_cast<double>(count) * sizeof(float);
  });
}

Peaks MeasurePeaks(ThreadPool* pool) {
  return {Fp32PeakGflops(pool), Int8PeakGops(pool), MemoryGbPerSecond(pool)};
}

Peaks Best(const Peaks& a, const Peaks& b) {
  return {std::max(a.fp32_gflops, b.fp32_gflops), std::max(a.int8_gops, b.int8_gops),
          std::max(a.memory_gb_s, b.memory_gb_s)};
}

std::string CpuDescription() {
  return absl::StrCat(inference::RunTargetOfKernels(), ", ", inference::Int8InstructionName());
}

}  // namespace quipu::bench
#endif  // HWY_ONCE
