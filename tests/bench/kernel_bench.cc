// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The kernels alone, on one thread, at the shapes of a small and a large model
// (SmolLM2-135M, Qwen2.5-1.5B).
//
//   kernel_bench --instructions AVX2 --benchmark_filter='gemm/int8/Q4_K/.*/128$'
//
// --instructions, which must come first, chooses what this machine could do.
// Names: gemm/MATH/TYPE/ROWSxDEPTH/COLUMNS,
// attention/WHAT/MODEL/KEYS-AND-VALUES, and the rest by width. Weights and
// activations are random; a weight matrix repeats 64 random rows.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "benchmark/benchmark.h"
#include "inference/gguf/quants.h"
#include "inference/kernels/attention.h"
#include "inference/kernels/gemm.h"
#include "inference/kernels/int8_gemm.h"
#include "inference/kernels/kv_cache.h"
#include "inference/kernels/kv_store.h"
#include "inference/kernels/log_softmax.h"
#include "inference/kernels/rms_norm.h"
#include "inference/kernels/rope.h"
#include "inference/kernels/swiglu.h"
#include "inference/kernels/weight_panels.h"
#include "inference/model/packed_activations.h"
#include "tests/bench/instructions.h"
#include "tests/support/quantize.h"

namespace quipu::bench {
namespace {

using benchmark::Counter;
using inference::kPageTokens;
using inference::kTileColumns;
using inference::KvType;
using inference::PackedActivations;
using inference::PageTable;
using inference::TensorType;
using inference::WeightPanels;

struct Shape {
  int64_t rows;
  int depth;
};

constexpr Shape kShapes[] = {
    // Small: Q and output of attention, gate and up, down, vocabulary.
    {576, 576},
    {1536, 576},
    {576, 1536},
    {49152, 576},
    // Large: the same with K and V beside Q; no vocabulary.
    {1536, 1536},
    {256, 1536},
    {8960, 1536},
    {1536, 8960},
};

constexpr TensorType kTypes[] = {TensorType::kF32,  TensorType::kF16,  TensorType::kBF16,
                                 TensorType::kQ8_0, TensorType::kQ4_0, TensorType::kQ4_1,
                                 TensorType::kQ5_0, TensorType::kQ5_1, TensorType::kQ4_K,
                                 TensorType::kQ5_K, TensorType::kQ6_K};

constexpr int kColumns[] = {1, 8, 32, 128, 256};

// Number of distinct weight rows.
constexpr int kRandomRows = 64;

std::vector<float> RandomFloats(size_t count) {
  Rng rng(FingerprintOf("kernel bench"), "values");
  std::vector<float> values(count);
  for (float& v : values) v = static_cast<float>(2 * rng.Uniform() - 1);
  return values;
}

// Weights of one type and shape, cached until another is requested.
const WeightPanels& Weights(TensorType type, Shape shape) {
  static std::tuple<TensorType, int64_t, int> kept;
  static std::unique_ptr<WeightPanels> panels;
  const auto wanted = std::tuple(type, shape.rows, shape.depth);
  if (panels != nullptr && kept == wanted) return *panels;
  const std::vector<float> values = RandomFloats(size_t{kRandomRows} * shape.depth);
  const std::string some = testing::Quantize(type, values);
  std::string all;
  for (int64_t row = 0; row < shape.rows; row += kRandomRows) all += some;
  const inference::WeightMatrix matrix = {type, reinterpret_cast<const uint8_t*>(all.data()),
                                          shape.rows, shape.depth};
  panels = std::make_unique<WeightPanels>(matrix);
  for (int p = 0; p < panels->count(); ++p) panels->Fill(matrix, p);
  kept = wanted;
  return *panels;
}

void SetGflops(benchmark::State& state, double operations) {
  state.counters["GFLOP/s"] = Counter(operations * 1e-9, Counter::kIsIterationInvariantRate);
}

void SetBytes(benchmark::State& state, double bytes) {
  state.counters["GB/s"] = Counter(bytes * 1e-9, Counter::kIsIterationInvariantRate);
}

// ---- Products ----

PackedActivations Pack(int columns, int depth, bool int8) {
  const std::vector<float> rows = RandomFloats(size_t{kTileColumns} * depth);
  PackedActivations x;
  x.Resize(columns, depth, {!int8, int8});
  for (int t = 0; t < x.tiles(); ++t) x.Pack(rows.data(), depth, t);
  return x;
}

void Gemm(benchmark::State& state, TensorType type, Shape shape, bool int8, int columns) {
  const WeightPanels& w = Weights(type, shape);
  const PackedActivations x = Pack(columns, shape.depth, int8);
  std::vector<float> out(shape.rows * columns);
  inference::GemmScratch scratch;
  inference::Int8Scratch int8_scratch;
  for (auto _ : state) {
    for (int p = 0; p < w.count(); ++p) {
      if (int8) {
        MultiplyPanelInt8(w, p, x.ints(), x.ints().all_tiles(), out.data(), shape.rows,
                          &int8_scratch);
      } else {
        MultiplyPanel(w, p, x.floats(), x.floats().all_tiles(), out.data(), shape.rows, &scratch);
      }
    }
    benchmark::DoNotOptimize(out.data());
  }
  SetGflops(state, 2.0 * static_cast<double>(shape.rows) * shape.depth * columns);
  SetBytes(state, static_cast<double>(w.bytes()));
}

// Packs 128 columns; for int8, this includes rounding.
void PackColumns(benchmark::State& state, int depth, bool int8) {
  constexpr int kCount = 128;
  const std::vector<float> rows = RandomFloats(size_t{kCount} * depth);
  PackedActivations x;
  x.Resize(kCount, depth, {!int8, int8});
  for (auto _ : state) {
    for (int t = 0; t < x.tiles(); ++t)
      x.Pack(rows.data() + int64_t{t} * kTileColumns * depth, depth, t);
    benchmark::ClobberMemory();
  }
  SetBytes(state, 4.0 * kCount * depth);
}

// ---- Attention ----

struct Heads {
  const char* model;
  int head_dim;
  int group;  // Query heads of a key/value head.
};

constexpr Heads kHeads[] = {{"small", 64, 3}, {"large", 128, 6}};

// Query columns that the model passes to one call.
constexpr int kQueryColumns = 96;

// One call for one key/value head. `shared`: each row is its own sequence on a
// prefix of `prefix` tokens; otherwise the rows are neighbours in a prompt.
void Attention(benchmark::State& state, Heads heads, KvType type, bool shared, int prefix) {
  const int rows = kQueryColumns / heads.group;
  inference::KvCache cache({1, 1, heads.head_dim, type}, prefix / kPageTokens + rows + 2);
  std::vector<PageTable> tables(shared ? rows + 1 : 1);
  const std::vector<float> vectors = RandomFloats(2 * heads.head_dim + prefix);
  const auto fill = [&](PageTable* table, int from, int to) {
    if (!cache.Extend(table, to).ok()) return false;
    for (int i = from; i < to; ++i) {
      StoreKeyValue(vectors.data() + i % prefix, vectors.data() + (7 * i) % prefix,
                    (*table)[i / kPageTokens], i % kPageTokens, 0, 0, &cache);
    }
    return true;
  };
  bool filled = fill(&tables[0], 0, shared ? prefix : prefix + rows);
  for (size_t i = 1; i < tables.size(); ++i) {
    tables[i] = cache.Fork(tables[0], prefix).value();
    filled = filled && fill(&tables[i], prefix, prefix + 16);
  }
  if (!filled) return state.SkipWithError("the cache is too small");
  const int width = heads.group * heads.head_dim;
  const std::vector<float> queries = RandomFloats(size_t{1} * rows * width);
  std::vector<float> out(queries.size());
  inference::AttentionWork work;
  work.heads = heads.group;
  work.scale = 1.0f / std::sqrt(static_cast<float>(heads.head_dim));
  work.shared_pages = shared ? prefix / kPageTokens : 0;
  double operations = 0;
  for (int i = 0; i < rows; ++i) {
    const int position = shared ? prefix + 15 : prefix + i;
    work.rows.push_back({queries.data() + i * width, out.data() + i * width,
                         &tables[shared ? i + 1 : 0], position});
    operations += 4.0 * width * (position + 1);
  }
  inference::AttentionScratch scratch;
  for (auto _ : state) {
    Attend(cache, work, &scratch);
    benchmark::DoNotOptimize(out.data());
  }
  SetGflops(state, operations);
}

// ---- The rest ----

void RmsNorm(benchmark::State& state, int width) {
  const std::vector<float> x = RandomFloats(width);
  std::vector<float> out(width);
  for (auto _ : state) {
    inference::RmsNorm(x.data(), x.data(), width, 1e-5f, out.data());
    benchmark::DoNotOptimize(out.data());
  }
  SetGflops(state, 4.0 * width);
  SetBytes(state, 12.0 * width);
}

void SwiGlu(benchmark::State& state, int width) {
  const std::vector<float> gate = RandomFloats(width);
  std::vector<float> out(width);
  for (auto _ : state) {
    inference::SwiGlu(gate.data(), gate.data(), width, out.data());
    benchmark::DoNotOptimize(out.data());
  }
  SetBytes(state, 12.0 * width);
}

void Rope(benchmark::State& state, inference::RopePairs pairs, int head_dim) {
  // A repeated rotation that neither grows nor shrinks.
  const std::vector<float> cos(head_dim, 0.6f);
  const std::vector<float> sin(head_dim, 0.8f);
  std::vector<float> x = RandomFloats(head_dim);
  for (auto _ : state) {
    inference::Rotate(pairs, cos.data(), sin.data(), head_dim, x.data());
    benchmark::DoNotOptimize(x.data());
  }
  SetBytes(state, 8.0 * head_dim);
}

void LogSumExp(benchmark::State& state, int vocabulary) {
  const std::vector<float> logits = RandomFloats(vocabulary);
  for (auto _ : state) benchmark::DoNotOptimize(inference::LogSumExp(logits));
  SetBytes(state, 4.0 * vocabulary);
}

// ---- Names ----

template <typename Run>
void Register(const std::string& name, Run run) {
  benchmark::RegisterBenchmark(name.c_str(), run);
}

void RegisterGemm(TensorType type, Shape shape, bool int8) {
  for (const int columns : kColumns) {
    Register(absl::StrCat("gemm/", int8 ? "int8" : "float", "/", TensorTypeName(type), "/",
                          shape.rows, "x", shape.depth, "/", columns),
             [=](benchmark::State& state) { Gemm(state, type, shape, int8, columns); });
  }
}

void RegisterProducts() {
  for (const TensorType type : kTypes) {
    for (const Shape& shape : kShapes) {
      if (shape.depth % BlockElements(type) != 0) continue;
      RegisterGemm(type, shape, false);
      if (inference::FormatOf(type).quantised()) RegisterGemm(type, shape, true);
    }
  }
  for (const int depth : {576, 1536, 8960}) {
    for (const bool int8 : {false, true}) {
      Register(absl::StrCat("pack/", int8 ? "int8" : "float", "/", depth),
               [=](benchmark::State& state) { PackColumns(state, depth, int8); });
    }
  }
}

void RegisterAttention() {
  const std::map<std::string, KvType> types = {
      {"f16", KvType::kF16}, {"f32", KvType::kF32}, {"q8", KvType::kQ8}};
  for (const Heads& heads : kHeads) {
    for (const auto& [name, type] : types) {
      for (const bool shared : {false, true}) {
        Register(
            absl::StrCat("attention/", shared ? "decode" : "prefill", "/", heads.model, "/", name),
            [heads, type = type, shared](benchmark::State& state) {
              Attention(state, heads, type, shared, 1024);
            });
      }
      for (const int prefix : {8192, 16384, 32768}) {
        Register(absl::StrCat("attention/prefill-", prefix, "/", heads.model, "/", name),
                 [heads, type = type, prefix](benchmark::State& state) {
                   Attention(state, heads, type, false, prefix);
                 });
      }
    }
  }
}

void RegisterRest() {
  for (const int width : {576, 1536}) {
    Register(absl::StrCat("rms_norm/", width),
             [=](benchmark::State& state) { RmsNorm(state, width); });
  }
  for (const int width : {1536, 8960}) {
    Register(absl::StrCat("swiglu/", width),
             [=](benchmark::State& state) { SwiGlu(state, width); });
  }
  Register("rope/adjacent/64",
           [](benchmark::State& state) { Rope(state, inference::RopePairs::kAdjacent, 64); });
  Register("rope/halves/128",
           [](benchmark::State& state) { Rope(state, inference::RopePairs::kHalves, 128); });
  for (const int vocabulary : {49152, 151936}) {
    Register(absl::StrCat("log_sum_exp/", vocabulary),
             [=](benchmark::State& state) { LogSumExp(state, vocabulary); });
  }
}

}  // namespace
}  // namespace quipu::bench

int main(int argc, char** argv) {
  if (argc > 2 && absl::string_view(argv[1]) == "--instructions") {
    if (!quipu::bench::UseInstructions(argv[2])) {
      std::fprintf(stderr, "kernel_bench: this machine has no instructions \"%s\", it has: %s\n",
                   argv[2], absl::StrJoin(quipu::bench::InstructionNames(), ", ").c_str());
      return 1;
    }
    argv[2] = argv[0];
    argv += 2;
    argc -= 2;
  }
  quipu::bench::RegisterProducts();
  quipu::bench::RegisterAttention();
  quipu::bench::RegisterRest();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
