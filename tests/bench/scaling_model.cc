// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What more threads would give, on paper: the tasks of each section of a step, with the
// program's own rules for cutting it, and costs that one thread was measured to have.
//
//   scaling_model --model FILE [--core-gflops 500] [--attention-gflops 145] [--bandwidth 200]
//                 [--barrier-us 5] [--position 1100] [--output-share 0.25]
//
// One line for each number of threads: tokens a second and the share of a perfect division,
// with whole panels and steps of 256 tokens, and as the program does it (inference/model's
// column_parts, pipelines/core's step_tokens). It measures nothing. What it leaves out: clocks
// that fall when all cores work, a second socket's memory (docs/performance.md).
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "inference/gguf/gguf.h"
#include "inference/kernels/packed_columns.h"
#include "inference/model/column_parts.h"
#include "inference/model/hyper_parameters.h"
#include "pipelines/core/step_tokens.h"
#include "protos/run_spec.pb.h"

namespace quipu::bench {
namespace {

using inference::HyperParameters;
using inference::kPanelRows;
using inference::kTileColumns;

struct Machine {
  double core_gflops = 500;       // Products of one thread at 256 columns.
  double bandwidth = 200;         // Memory of all sockets, GB/s; a thread reads 15 at most.
  double barrier_us = 5;          // Start and end of a section with 64 threads.
  double attention_gflops = 145;  // One thread's attention, in FP32.
  int position = 1100;            // Positions before a token.
  double output_share = 0.25;     // Tokens of a step whose logits are wanted.
};

// One thread's costs that are not products, nanoseconds an element: from the profile of prefill
// in docs/performance.md.
constexpr double kNormAndRoundNs = 1.0;
constexpr double kRoundNs = 0.5;
constexpr double kGateAndRoundNs = 1.2;
constexpr double kRopeNs = 0.7;
// Query columns of a block of attention (inference/model/attention_layer.cc).
constexpr int kAttentionColumns = 96;
constexpr double kBytesPerWeight = 0.6;

int64_t CeilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

class StepModel {
 public:
  StepModel(const HyperParameters& params, const Machine& machine, int threads, int tokens,
            bool cut)
      : p_(params), machine_(machine), threads_(threads), tokens_(tokens), cut_(cut) {}

  double Seconds() const {
    const int q = p_.heads * p_.head_dim;
    const int kv = p_.kv_heads * p_.head_dim;
    double layer = 0;
    layer += Tiles(p_.embedding, kNormAndRoundNs) + Product(q + 2 * kv, p_.embedding, tokens_);
    layer += Equal(tokens_, (q + kv) * kRopeNs * 1e-9) + Attention();
    layer += Tiles(q, kRoundNs) + Product(p_.embedding, q, tokens_);
    layer += Tiles(p_.embedding, kNormAndRoundNs);
    layer += Product(2 * p_.feed_forward, p_.embedding, tokens_);
    layer += Tiles(p_.feed_forward, kGateAndRoundNs);
    layer += Product(p_.embedding, p_.feed_forward, tokens_);
    const int outputs = static_cast<int>(tokens_ * machine_.output_share);
    if (outputs == 0) return p_.layers * layer;
    return p_.layers * layer + Product(p_.vocabulary, p_.embedding, outputs);
  }

 private:
  // A section of `count` equal tasks.
  double Equal(int64_t count, double seconds) const {
    const double barrier = machine_.barrier_us * 1e-6 * std::log2(threads_) / 6;
    return CeilDiv(count, threads_) * seconds + barrier;
  }

  double Tiles(int width, double ns) const {
    return Equal(CeilDiv(tokens_, kTileColumns), 1e-9 * ns * width * kTileColumns);
  }

  double Product(int rows, int depth, int columns) const {
    const int panels = static_cast<int>(CeilDiv(rows, kPanelRows));
    const int tiles = static_cast<int>(CeilDiv(columns, kTileColumns));
    const int parts = cut_ ? inference::ColumnParts(panels, tiles, threads_) : 1;
    const double tile_seconds =
        2.0 * kPanelRows * depth * kTileColumns / (machine_.core_gflops * 1e9);
    // Unpacking costs about as much as a tile.
    const double compute =
        Equal(int64_t{panels} * parts, (CeilDiv(tiles, parts) + 1) * tile_seconds);
    const double bandwidth = std::min(15.0 * threads_, machine_.bandwidth) * 1e9;
    return std::max(compute, kBytesPerWeight * rows * depth / bandwidth);
  }

  double Attention() const {
    const int rows = std::max(1, kAttentionColumns / (p_.heads / p_.kv_heads));
    const double work = 4.0 * p_.head_dim * rows * (p_.heads / p_.kv_heads) * machine_.position;
    return Equal(CeilDiv(tokens_, rows) * p_.kv_heads, work / (machine_.attention_gflops * 1e9));
  }

  const HyperParameters& p_;
  const Machine& machine_;
  const int threads_;
  const int tokens_;
  const bool cut_;
};

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "scaling_model: %s\n", std::string(status.message()).c_str());
  return 2;
}

int Run(const std::string& model, const Machine& machine) {
  const auto gguf = inference::GgufFile::Open(model);
  if (!gguf.ok()) return Fail(gguf.status());
  const absl::StatusOr<HyperParameters> params = inference::ReadHyperParameters(**gguf);
  if (!params.ok()) return Fail(params.status());
  std::printf("threads | whole panels, 256 tokens | as it is: step\n");
  double one = 0;
  for (int threads = 1; threads <= 128; threads *= 2) {
    const int step = pipelines::StepTokens(v1::PerformanceSpec(), threads);
    const double plain = 256 / StepModel(*params, machine, threads, 256, false).Seconds();
    const double now = step / StepModel(*params, machine, threads, step, true).Seconds();
    if (threads == 1) one = plain;
    const double perfect = one * threads / 100;
    std::printf("%7d | %9.0f tokens/s, %3.0f %% | %5d, %9.0f tokens/s, %3.0f %%\n", threads, plain,
                plain / perfect, step, now, now / perfect);
  }
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app("What more threads would give, on paper");
  std::string model;
  Machine machine;
  app.add_option("--model", model, "GGUF file of which only the sizes are used")->required();
  app.add_option("--core-gflops", machine.core_gflops, "products of one thread, GFLOP/s")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  app.add_option("--attention-gflops", machine.attention_gflops, "attention of one thread, GFLOP/s")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  app.add_option("--bandwidth", machine.bandwidth, "memory of all sockets, GB/s")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
  app.add_option("--barrier-us", machine.barrier_us,
                 "start and end of a section with 64 threads, microseconds")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  app.add_option("--position", machine.position, "positions before a token")
      ->check(CLI::Range(0, 1 << 20))
      ->capture_default_str();
  app.add_option("--output-share", machine.output_share, "share of tokens whose logits are wanted")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return Run(model, machine);
}

}  // namespace
}  // namespace quipu::bench

int main(int argc, char** argv) { return quipu::bench::Main(argc, argv); }
