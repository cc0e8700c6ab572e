// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gemm_bench.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "inference/kernels/gemm.h"
#include "inference/kernels/int8_gemm.h"
#include "inference/model/packed_activations.h"

namespace quipu::bench {
namespace {

using inference::GemmScratch;
using inference::Int8Scratch;
using inference::kTileColumns;
using inference::PackedActivations;
using inference::WeightMatrix;
using inference::WeightPanels;

constexpr uint64_t kMostRows = 1 << 16;

void PrintLine(const std::string& name, const WeightMatrix& w, int columns,
               const Figures& figures) {
  std::printf("%-28s %-5s %6lld x %5d x %3d: %7.1f GFLOP/s\n", name.c_str(),
              std::string(TensorTypeName(w.type)).c_str(), static_cast<long long>(w.rows), w.depth,
              columns, figures.operations / figures.seconds / 1e9);
}

}  // namespace

Figures TimeGemm(const WeightPanels& weights, int columns, bool int8, int repeats,
                 ThreadPool* pool) {
  const int depth = weights.depth();
  const std::vector<float> rows(size_t{kTileColumns} * depth, 0.5f);
  PackedActivations x;
  x.Resize(columns, depth, {!int8, int8});
  for (int t = 0; t < x.tiles(); ++t) x.Pack(rows.data(), depth, t);
  std::vector<float> out(weights.rows() * columns);
  std::vector<GemmScratch> scratch(pool->num_threads());
  std::vector<Int8Scratch> int8_scratch(pool->num_threads());
  Figures best;
  for (int i = 0; i < repeats; ++i) {
    const Stopwatch watch;
    pool->ParallelFor(weights.count(), [&](int panel, int worker) {
      if (int8) {
        MultiplyPanelInt8(weights, panel, x.ints(), x.ints().all_tiles(), out.data(),
                          weights.rows(), &int8_scratch[worker]);
      } else {
        MultiplyPanel(weights, panel, x.floats(), x.floats().all_tiles(), out.data(),
                      weights.rows(), &scratch[worker]);
      }
    });
    const double seconds = watch.Seconds();
    if (i > 0 && seconds >= best.seconds) continue;
    best.seconds = seconds;
    best.cpu_seconds = watch.CpuSeconds();
  }
  best.tokens = columns;
  best.operations = 2.0 * static_cast<double>(weights.rows()) * depth * columns;
  return best;
}

Figures RunGemm(const inference::GgufFile& gguf, const GemmOptions& options, ThreadPool* pool) {
  Figures total;
  std::set<std::tuple<uint32_t, uint64_t, uint64_t>> seen;
  for (const auto& [name, tensor] : gguf.tensors()) {
    if (tensor.num_dims != 2 || tensor.dims[1] > kMostRows) continue;
    if (!seen.insert({static_cast<uint32_t>(tensor.type), tensor.dims[0], tensor.dims[1]}).second) {
      continue;
    }
    const WeightMatrix w = {tensor.type, tensor.data, static_cast<int64_t>(tensor.dims[1]),
                            static_cast<int>(tensor.dims[0])};
    WeightPanels panels(w);
    pool->ParallelFor(panels.count(), [&](int p, int) { panels.Fill(w, p); });
    const bool int8 = options.int8 && panels.format().quantised();
    for (const int columns : {1, 8, 32, 128, 256}) {
      const Figures figures = TimeGemm(panels, columns, int8, options.repeats, pool);
      if (options.print) PrintLine(name, w, columns, figures);
      if (columns < 256) continue;
      total.seconds += figures.seconds;
      total.cpu_seconds += figures.cpu_seconds;
      total.operations += figures.operations;
      total.tokens = columns;
    }
  }
  return total;
}

}  // namespace quipu::bench
