// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Fingerprints of what the kernels and tiny models compute from fixed seeds. On
// one machine: the same on every vector target. Between machines: each is
// printed as a line `bits NAME FINGERPRINT`, and tools/check_neon.sh compares
// the lines of x86 with those of 64-bit ARM.
//
// To add a kernel: a function from an Rng to the bytes of its results, and a
// line in Entries().
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "base/exact_math.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "inference/gguf/gguf.h"
#include "inference/gguf/quants.h"
#include "inference/kernels/attention.h"
#include "inference/kernels/gemm.h"
#include "inference/kernels/int8_gemm.h"
#include "inference/kernels/kv_cache.h"
#include "inference/kernels/kv_store.h"
#include "inference/kernels/log_softmax.h"
#include "inference/kernels/rms_norm.h"
#include "inference/kernels/rope.h"
#include "inference/kernels/softmax.h"
#include "inference/kernels/swiglu.h"
#include "inference/model/model.h"
#include "inference/simd/float16_rows.h"
#include "tests/support/dot_instructions.h"
#include "tests/support/model_runner.h"
#include "tests/support/quantize.h"
#include "tests/support/random_floats.h"
#include "tests/support/tiny_model.h"
#include "tests/support/vector_targets.h"

namespace quipu::inference {
namespace {

using quipu::testing::ModelRunner;
using quipu::testing::Quantize;
using quipu::testing::RandomFloats;
using quipu::testing::RunOptions;
using quipu::testing::ScopedDotInstructions;
using quipu::testing::ScopedVectorTarget;
using quipu::testing::TinyModel;
using quipu::testing::TinyModelOptions;
using quipu::testing::VectorTargets;

struct Entry {
  std::string name;  // Letters, digits and underscores.
  // The bytes that must not differ.
  std::function<std::string(Rng* rng)> compute;
};

constexpr TensorType kTypes[] = {TensorType::kF32,  TensorType::kF16,  TensorType::kBF16,
                                 TensorType::kQ8_0, TensorType::kQ4_0, TensorType::kQ4_1,
                                 TensorType::kQ5_0, TensorType::kQ5_1, TensorType::kQ4_K,
                                 TensorType::kQ5_K, TensorType::kQ6_K};

template <typename T>
std::string BytesOf(const std::vector<T>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

// --- Scalar mathematics, and conversions.

std::string ExactMath(Rng* rng) {
  std::vector<double> out;
  for (int i = 0; i < 5000; ++i) {
    const double x = 2 * rng->Uniform() - 1;
    const double positive = std::ldexp(1 + x, static_cast<int>(rng->Below(60)));
    out.insert(out.end(), {ExactExp(600 * x), ExactLog(positive + 1e-9), ExactSin(1e6 * x),
                           ExactCos(1e6 * x), ExactPow(positive + 1e-9, 3 * x)});
  }
  return BytesOf(out);
}

std::string HalvesToFloatsBits(Rng*) {
  std::vector<uint16_t> halves(65536);
  for (uint32_t h = 0; h < 65536; ++h) halves[h] = static_cast<uint16_t>(h);
  std::vector<float> floats(65536);
  HalvesToFloats(halves.data(), 65536, floats.data());
  return BytesOf(floats);
}

// From below the least half to above the greatest one.
std::string FloatsToHalvesBits(Rng* rng) {
  std::vector<float> floats = RandomFloats(rng, 20003);
  for (float& x : floats) x = std::ldexp(x, static_cast<int>(rng->Below(48)) - 28);
  std::vector<uint16_t> halves(floats.size());
  FloatsToHalves(floats.data(), static_cast<int>(floats.size()), halves.data());
  return BytesOf(halves);
}

std::string Dequantized(TensorType type, Rng* rng) {
  const std::string blocks = Quantize(type, RandomFloats(rng, 8192, 3));
  std::vector<float> out(8192);
  DequantizeRow(type, reinterpret_cast<const uint8_t*>(blocks.data()), 8192, out.data());
  return blocks + BytesOf(out);
}

// --- Kernels.

std::string Gemm(TensorType type, Rng* rng) {
  constexpr int64_t kRows = 45;
  constexpr int kDepth = 768;
  constexpr int kColumns = 17;
  const std::string blocks = Quantize(type, RandomFloats(rng, kRows * kDepth));
  const std::vector<float> x = RandomFloats(rng, kColumns * kDepth);
  const WeightMatrix w = {type, reinterpret_cast<const uint8_t*>(blocks.data()), kRows, kDepth};
  PackedColumns packed;
  packed.Resize(kColumns, kDepth);
  for (int t = 0; t < packed.tiles(); ++t)
    PackTile(x.data() + t * kTileColumns * kDepth, kDepth, t, &packed);
  std::vector<float> out(kColumns * kRows, NAN);
  GemmScratch scratch;
  WeightPanels panels(w);
  for (int panel = 0; panel < panels.count(); ++panel) {
    panels.Fill(w, panel);
    MultiplyPanel(panels, panel, packed, packed.all_tiles(), out.data(), kRows, &scratch);
  }
  return BytesOf(out);
}

// With the processor's dot products of bytes and without.
std::string GemmInt8(TensorType type, Rng* rng) {
  constexpr int64_t kRows = 45;
  constexpr int kDepth = 768;
  constexpr int kColumns = 17;
  const std::string blocks = Quantize(type, RandomFloats(rng, kRows * kDepth));
  const std::vector<float> x = RandomFloats(rng, kColumns * kDepth);
  const WeightMatrix matrix = {type, reinterpret_cast<const uint8_t*>(blocks.data()), kRows,
                               kDepth};
  WeightPanels w(matrix);
  for (int panel = 0; panel < w.count(); ++panel) w.Fill(matrix, panel);
  PackedInts packed;
  packed.Resize(kColumns, kDepth);
  for (int t = 0; t < packed.tiles(); ++t)
    PackIntsTile(x.data() + t * kTileColumns * kDepth, kDepth, t, &packed);
  std::string bytes;
  for (const bool use : {true, false}) {
    ScopedDotInstructions dots(use);
    std::vector<float> out(kColumns * kRows, NAN);
    Int8Scratch scratch;
    for (int panel = 0; panel < w.count(); ++panel)
      MultiplyPanelInt8(w, panel, packed, packed.all_tiles(), out.data(), kRows, &scratch);
    EXPECT_EQ(out[2 * kRows + 3], MultiplyRowInt8(w, 3, packed, 2));
    bytes += BytesOf(out);
  }
  EXPECT_EQ(bytes.substr(0, bytes.size() / 2), bytes.substr(bytes.size() / 2));
  return bytes;
}

// Every position of one sequence together and the last one alone, heads of a
// length that fills no panel.
std::string Attention(KvType type, Rng* rng) {
  constexpr int kLength = 77;
  constexpr int kHeads = 3;
  constexpr int kHeadDim = 40;
  KvCache cache({1, 1, kHeadDim, type}, 4);
  PageTable table;
  EXPECT_TRUE(cache.Extend(&table, kLength).ok());
  for (int p = 0; p < kLength; ++p) {
    const std::vector<float> key = RandomFloats(rng, kHeadDim, 2);
    const std::vector<float> value = RandomFloats(rng, kHeadDim, 2);
    StoreKeyValue(key.data(), value.data(), table[p / kPageTokens], p % kPageTokens, 0, 0, &cache);
  }
  constexpr int kWidth = kHeads * kHeadDim;
  const std::vector<float> queries = RandomFloats(rng, kLength * kWidth, 2);
  std::vector<float> out(queries.size(), NAN);
  AttentionWork work;
  work.heads = kHeads;
  work.scale = 0.125f;
  for (int p = 0; p < kLength; ++p) {
    work.rows.push_back({queries.data() + p * kWidth, out.data() + p * kWidth, &table, p});
  }
  AttentionScratch scratch;
  Attend(cache, work, &scratch);
  std::string bytes = BytesOf(out);
  work.rows.erase(work.rows.begin(), work.rows.end() - 1);
  Attend(cache, work, &scratch);
  return bytes + BytesOf(out);
}

std::string RmsNormBits(Rng* rng) {
  std::string bytes;
  for (const int n : {1, 15, 64, 577, 1536}) {
    const std::vector<float> x = RandomFloats(rng, n, 4);
    const std::vector<float> weight = RandomFloats(rng, n, 2);
    std::vector<float> out(n);
    RmsNorm(x.data(), weight.data(), n, 1e-5f, out.data());
    bytes += BytesOf(out);
  }
  return bytes;
}

std::string Rope(RopePairs pairs, Rng* rng) {
  std::string bytes;
  for (const int dim : {2, 10, 64, 128}) {
    const std::vector<float> cos = RandomFloats(rng, dim);
    const std::vector<float> sin = RandomFloats(rng, dim);
    std::vector<float> x = RandomFloats(rng, dim, 3);
    Rotate(pairs, cos.data(), sin.data(), dim, x.data());
    bytes += BytesOf(x);
  }
  return bytes;
}

std::string Softmax(Rng* rng) {
  std::string bytes;
  for (const int n : {1, 15, 100, 4097}) {
    std::vector<float> x = RandomFloats(rng, n, 50);
    x.resize((n + 15) / 16 * 16);
    const float sum = SoftmaxNumerators(x.data(), n);
    x.resize(n);
    x.push_back(sum);
    bytes += BytesOf(x);
  }
  return bytes;
}

std::string SwiGluBits(Rng* rng) {
  const std::vector<float> gate = RandomFloats(rng, 4099, 95);
  const std::vector<float> up = RandomFloats(rng, 4099, 3);
  std::vector<float> out(4099);
  SwiGlu(gate.data(), up.data(), 4099, out.data());
  return BytesOf(out);
}

std::string LogSoftmax(Rng* rng) {
  std::vector<double> out;
  for (const int n : {1, 15, 1000, 50003}) {
    const std::vector<float> x = RandomFloats(rng, n, 30);
    const float max = MaxLogit(x);
    out.insert(out.end(), {max, SumOfExp(x, max, 1.7), LogSumExp(x)});
  }
  return BytesOf(out);
}

// --- Tiny models.

// Logits of two sequences with a common beginning, in steps of a few tokens;
// before them the file, so that a difference in it shows as one.
std::string Logits(const TinyModelOptions& options, KvType type, Math math, Rng* rng) {
  const std::string file = TinyModel(options, 1);
  auto gguf = GgufFile::Parse(file, options.architecture);
  EXPECT_TRUE(gguf.ok()) << gguf.status();
  if (!gguf.ok()) return "";
  std::vector<std::vector<int32_t>> sequences(2);
  for (int i = 0; i < 60; ++i)
    sequences[0].push_back(static_cast<int32_t>(rng->Below(options.vocabulary)));
  sequences[1].assign(sequences[0].begin(), sequences[0].begin() + 40);
  sequences[1].push_back(7);
  RunOptions run;
  run.chunk = 9;
  run.shared = 35;
  run.grouped = true;
  ModelRunner runner(**gguf, /*threads=*/2, type, math);
  std::string bytes = file;
  for (const std::vector<float>& logits : runner.Run(sequences, run)) {
    EXPECT_FALSE(logits.empty());
    bytes += BytesOf(logits);
  }
  return bytes;
}

std::string Llama(Math math, Rng* rng) {
  TinyModelOptions o;
  o.types = {TensorType::kF16, TensorType::kQ8_0, TensorType::kBF16};
  return Logits(o, KvType::kF16, math, rng);
}

std::string Qwen2(Math math, Rng* rng) {
  TinyModelOptions o;
  o.architecture = "qwen2";
  o.heads = 6;
  o.tied = false;
  o.types = {TensorType::kQ4_0, TensorType::kQ4_1, TensorType::kQ5_0, TensorType::kQ5_1};
  return Logits(o, KvType::kF32, math, rng);
}

std::string Qwen3(Math math, Rng* rng) {
  TinyModelOptions o;
  o.architecture = "qwen3";
  o.embedding = 256;
  o.feed_forward = 256;
  o.heads = 7;
  o.kv_heads = 1;
  o.head_dim = 40;
  o.types = {TensorType::kQ4_K, TensorType::kQ5_K, TensorType::kQ6_K};
  return Logits(o, KvType::kF16, math, rng);
}

// --- All of them.

std::vector<Entry> Entries() {
  std::vector<Entry> entries = {
      {"exact_math", ExactMath},
      {"halves_to_floats", HalvesToFloatsBits},
      {"floats_to_halves", FloatsToHalvesBits},
      {"rms_norm", RmsNormBits},
      {"softmax", Softmax},
      {"swiglu", SwiGluBits},
      {"log_softmax", LogSoftmax},
  };
  const auto add = [&entries](const std::string& name, auto kernel, auto kind) {
    entries.push_back({name, [=](Rng* rng) { return kernel(kind, rng); }});
  };
  add("rope_adjacent", Rope, RopePairs::kAdjacent);
  add("rope_halves", Rope, RopePairs::kHalves);
  add("attention_f16", Attention, KvType::kF16);
  add("attention_f32", Attention, KvType::kF32);
  add("attention_q8", Attention, KvType::kQ8);
  for (const TensorType type : kTypes) {
    const std::string name(TensorTypeName(type));
    add("dequantize_" + name, Dequantized, type);
    add("gemm_" + name, Gemm, type);
    if (FormatOf(type).quantised()) add("gemm_int8_" + name, GemmInt8, type);
  }
  for (const Math math : {Math::kFloat, Math::kInt8}) {
    const std::string name(MathName(math));
    add("model_llama_" + name, Llama, math);
    add("model_qwen2_" + name, Qwen2, math);
    add("model_qwen3_" + name, Qwen3, math);
  }
  return entries;
}

class BitsFingerprint : public ::testing::TestWithParam<Entry> {
 protected:
  // The same random numbers every time.
  static std::string Compute() {
    Rng rng(FingerprintOf("bits"), GetParam().name);
    return FingerprintOf(GetParam().compute(&rng)).ToHex();
  }
};

TEST_P(BitsFingerprint, IsTheSameOnEveryVectorTarget) {
  const std::string best = Compute();
  for (const int64_t target : VectorTargets()) {
    ScopedVectorTarget use(target);
    EXPECT_EQ(Compute(), best) << hwy::TargetName(target);
  }
  std::printf("bits %s %s\n", GetParam().name.c_str(), best.c_str());
}

INSTANTIATE_TEST_SUITE_P(All, BitsFingerprint, ::testing::ValuesIn(Entries()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace quipu::inference
