// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/peak.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "inference/kernels/int8_gemm.h"
#include "inference/simd/avx_vnni.h"
#include "inference/simd/targets.h"

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/bench/peak.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "inference/simd/fused-inl.h"

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

// Dot products of bytes: the maximum that the machine's best instructions for
// them reach. The compiler must not see that every round computes the same, so
// an empty assembler statement pretends to change an operand before each one.

#if HWY_TARGET == HWY_AVX3
#pragma GCC push_options
#pragma GCC target("avx512vnni")
#define QUIPU_NAME Vnni
#define QUIPU_VECTOR __m512i
#define QUIPU_REGISTER "v"
#define QUIPU_ZERO() _mm512_setzero_si512()
#define QUIPU_SET(x) _mm512_set1_epi8(x)
#define QUIPU_DOT(c, a, b) _mm512_dpbusd_epi32(c, a, b)
#include "tests/bench/int8_rounds-inl.h"
#pragma GCC pop_options

#define QUIPU_NAME Pairs
#define QUIPU_VECTOR __m512i
#define QUIPU_REGISTER "v"
#define QUIPU_ZERO() _mm512_setzero_si512()
#define QUIPU_SET(x) _mm512_set1_epi8(x)
#define QUIPU_DOT(c, a, b) \
  _mm512_add_epi32(c, _mm512_madd_epi16(_mm512_maddubs_epi16(a, b), _mm512_set1_epi16(1)))
#include "tests/bench/int8_rounds-inl.h"

#elif HWY_TARGET == HWY_AVX2
#pragma GCC push_options
#pragma GCC target("avxvnni")
#define QUIPU_NAME Vnni
#define QUIPU_VECTOR __m256i
#define QUIPU_REGISTER "x"
#define QUIPU_ZERO() _mm256_setzero_si256()
#define QUIPU_SET(x) _mm256_set1_epi8(x)
#define QUIPU_DOT(c, a, b) _mm256_dpbusd_avx_epi32(c, a, b)
#include "tests/bench/int8_rounds-inl.h"
#pragma GCC pop_options

#define QUIPU_NAME Pairs
#define QUIPU_VECTOR __m256i
#define QUIPU_REGISTER "x"
#define QUIPU_ZERO() _mm256_setzero_si256()
#define QUIPU_SET(x) _mm256_set1_epi8(x)
#define QUIPU_DOT(c, a, b) \
  _mm256_add_epi32(c, _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), _mm256_set1_epi16(1)))
#include "tests/bench/int8_rounds-inl.h"

#elif HWY_TARGET == HWY_SSE4
#define QUIPU_NAME Pairs
#define QUIPU_VECTOR __m128i
#define QUIPU_REGISTER "x"
#define QUIPU_ZERO() _mm_setzero_si128()
#define QUIPU_SET(x) _mm_set1_epi8(x)
#define QUIPU_DOT(c, a, b) \
  _mm_add_epi32(c, _mm_madd_epi16(_mm_maddubs_epi16(a, b), _mm_set1_epi16(1)))
#include "tests/bench/int8_rounds-inl.h"

#elif HWY_TARGET == HWY_NEON
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+dotprod")
#define QUIPU_NAME Vnni
#define QUIPU_VECTOR int32x4_t
#define QUIPU_REGISTER "w"
#define QUIPU_ZERO() vdupq_n_s32(0)
#define QUIPU_SET(x) vreinterpretq_s32_s8(vdupq_n_s8(x))
#define QUIPU_DOT(c, a, b) vdotq_s32(c, vreinterpretq_s8_s32(a), vreinterpretq_s8_s32(b))
#include "tests/bench/int8_rounds-inl.h"
#pragma GCC pop_options

#define QUIPU_NAME Pairs
#define QUIPU_VECTOR int32x4_t
#define QUIPU_REGISTER "w"
#define QUIPU_ZERO() vdupq_n_s32(0)
#define QUIPU_SET(x) vreinterpretq_s32_s8(vdupq_n_s8(x))
#define QUIPU_DOT(c, a, b)                                                  \
  vpadalq_s16(c, vpaddq_s16(vmull_s8(vget_low_s8(vreinterpretq_s8_s32(a)),  \
                                     vget_low_s8(vreinterpretq_s8_s32(b))), \
                            vmull_high_s8(vreinterpretq_s8_s32(a), vreinterpretq_s8_s32(b))))
#include "tests/bench/int8_rounds-inl.h"

#else
#define QUIPU_NAME Plain
#define QUIPU_VECTOR int32_t
#define QUIPU_REGISTER "r"
#define QUIPU_ZERO() 0
#define QUIPU_SET(x) x
// Four products of one byte each.
#define QUIPU_DOT(c, a, b) (c + a * b + (a + 1) * b + a * (b + 1) + a * a)
#include "tests/bench/int8_rounds-inl.h"
#endif

namespace quipu::inference {
namespace HWY_NAMESPACE {

// Runs `rounds` rounds with the kernels' own instructions; returns the
// operations.
double Int8Rounds(int64_t rounds, int32_t* sink) {
#if HWY_TARGET == HWY_AVX3
  static const bool has = __builtin_cpu_supports("avx512vnni");
#elif HWY_TARGET == HWY_AVX2
  static const bool has = inference::HasAvxVnni();
#elif HWY_TARGET == HWY_NEON && defined(__linux__)
  static const bool has = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#endif
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2 || \
    (HWY_TARGET == HWY_NEON && defined(__linux__))
  return has ? Int8RoundsVnni(rounds, sink) : Int8RoundsPairs(rounds, sink);
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

constexpr int64_t kRounds = 2000000;
constexpr int kRepeats = 8;
constexpr int kMemoryRepeats = 6;

// What the threads read, each its own memory: 256 MiB, or less with many
// threads, 2 GiB in all.
constexpr int64_t kThreadBytes = int64_t{256} << 20;
constexpr int64_t kMostBytes = int64_t{2} << 30;

// The best of several runs. `run` runs once on each thread and returns its
// amount of work; the result is in billions per second.
double BestRate(ThreadPool* pool, int repeats, absl::FunctionRef<double(int task)> run) {
  const int threads = pool->num_threads();
  std::vector<double> amounts(threads);
  double best = 0;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    pool->ParallelFor(threads, [&](int task, int) { amounts[task] = run(task); });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    double total = 0;
    for (const double n : amounts) total += n;
    best = std::max(best, total / seconds.count() / 1e9);
  }
  return best;
}

}  // namespace

double Fp32PeakGflops(ThreadPool* pool) {
  std::vector<float> sinks(pool->num_threads());
  return BestRate(pool, kRepeats,
                  [&](int task) { return inference::RunFusedRounds(kRounds, &sinks[task]); });
}

double Int8PeakGops(ThreadPool* pool) {
  std::vector<int32_t> sinks(pool->num_threads());
  return BestRate(pool, kRepeats,
                  [&](int task) { return inference::RunInt8Rounds(kRounds, &sinks[task]); });
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
