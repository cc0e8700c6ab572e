// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Measures the embedded engine's forward pass beside the machine's own peak.
//
//   engine_bench --model FILE --workload prefill|decode|w|gemm|peak [--threads
//   N] [--json]
//
// prefill: one prompt of 1,024 tokens, in steps of 256. decode: 64 sequences
// that share a prefix of 1,024 tokens, 32 steps. w: one chunk of 1,000 tokens,
// 4 generations of 20 + 60 tokens, 4 verifications of 80 + 1. gemm: each shape
// of the model's matrices times 128 and 256 columns. The last line is one JSON
// object; --json prints nothing else.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/thread_pool.h"
#include "inference/gguf.h"
#include "inference/kernels/gemm.h"
#include "inference/model.h"
#include "tests/bench/peak.h"

namespace quipu::bench {
namespace {

using inference::Batch;
using inference::GemmScratch;
using inference::GgufFile;
using inference::HyperParameters;
using inference::KvCache;
using inference::Model;
using inference::PackedColumns;
using inference::PageTable;
using inference::TensorInfo;
using inference::WeightMatrix;

constexpr int kStepTokens = 256;

struct Flags {
  std::string model;
  std::string workload = "prefill";
  int threads = 0;
  int repeats = 5;
  bool json = false;
};

struct Figures {
  double seconds = 0;
  // Processor time of all threads: what tells more where other processes run.
  double cpu_seconds = 0;
  double tokens = 0;
  double operations = 0;  // Two for each multiply-add.
};

double Seconds() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec +
                                    usage.ru_stime.tv_usec);
}

// Runs a model and counts what has to be computed.
class Bench {
 public:
  Bench(Model* model, int pages)
      : model_(model), cache_(model->kv_shape(), pages) {}

  // Feeds `count` tokens to each sequence in one step and asks for the last
  // one's logits.
  absl::Status Step(std::vector<PageTable*> tables, std::vector<int> starts,
                    int count, int shared_pages) {
    Batch batch;
    for (size_t i = 0; i < tables.size(); ++i) {
      RETURN_IF_ERROR(cache_.Extend(tables[i], starts[i] + count));
      const int first = static_cast<int>(batch.tokens.size());
      batch.pieces.push_back({tables[i], starts[i], first, count,
                              tables.size() > 1 ? 0 : -1, shared_pages});
      for (int t = 0; t < count; ++t) {
        // Any tokens will do; different ones, as in text.
        batch.tokens.push_back(
            (7919 * (starts[i] + t) + 104729 * static_cast<int>(i)) %
            model_->params().vocabulary);
        figures_.operations += Operations(starts[i] + t + 1);
      }
      batch.outputs.push_back(first + count - 1);
      figures_.operations +=
          2.0 * model_->params().embedding * model_->params().vocabulary;
    }
    figures_.tokens += static_cast<double>(batch.tokens.size());
    return model_->Forward(batch, &cache_, &logits_);
  }

  // A prompt of one sequence, in steps.
  absl::Status Prompt(PageTable* table, int start, int count) {
    for (int done = 0; done < count; done += kStepTokens) {
      RETURN_IF_ERROR(Step({table}, {start + done},
                           std::min(kStepTokens, count - done), 0));
    }
    return absl::OkStatus();
  }

  // Sequences that go on after the same prefix: `prompt` tokens in one step,
  // then `decoded` one at a time.
  absl::Status Continue(const PageTable& prefix, int length, int sequences,
                        int prompt, int decoded) {
    std::vector<PageTable> tables(sequences);
    std::vector<PageTable*> pointers;
    for (PageTable& table : tables) {
      ASSIGN_OR_RETURN(table, cache_.Fork(prefix, length));
      pointers.push_back(&table);
    }
    const int shared = length / inference::kPageTokens;
    if (prompt > 0) {
      RETURN_IF_ERROR(
          Step(pointers, std::vector<int>(sequences, length), prompt, shared));
    }
    for (int i = 0; i < decoded; ++i) {
      RETURN_IF_ERROR(Step(pointers,
                           std::vector<int>(sequences, length + prompt + i), 1,
                           shared));
    }
    for (PageTable& table : tables) cache_.Release(&table);
    return absl::OkStatus();
  }

  KvCache* cache() { return &cache_; }
  Figures figures() const { return figures_; }
  void Reset() { figures_ = Figures(); }

 private:
  // Of one token's layers with `context` positions to look at.
  double Operations(int context) const {
    const HyperParameters& p = model_->params();
    const double q = double{1} * p.heads * p.head_dim;
    const double kv = double{1} * p.kv_heads * p.head_dim;
    const double weights =
        p.embedding * (2 * q + 2 * kv + 3.0 * p.feed_forward);
    return 2.0 * p.layers * (weights + 2.0 * q * context);
  }

  Model* model_;
  KvCache cache_;
  std::vector<float> logits_;
  Figures figures_;
};

absl::Status RunOnce(const std::string& workload, Bench* bench,
                     Figures* figures) {
  PageTable prefix;
  const bool decode = workload == "decode";
  if (decode) {
    RETURN_IF_ERROR(bench->Prompt(&prefix, 0, 1024));
    bench->Reset();
  }
  const double start = Seconds();
  const double cpu_start = CpuSeconds();
  if (workload == "prefill") {
    RETURN_IF_ERROR(bench->Prompt(&prefix, 0, 1024));
  } else if (decode) {
    RETURN_IF_ERROR(bench->Continue(prefix, 1024, 64, 0, 32));
  } else {
    RETURN_IF_ERROR(bench->Prompt(&prefix, 0, 1000));
    RETURN_IF_ERROR(bench->Continue(prefix, 1000, 4, 20, 60));
    RETURN_IF_ERROR(bench->Continue(prefix, 1000, 4, 80, 1));
  }
  *figures = bench->figures();
  figures->seconds = Seconds() - start;
  figures->cpu_seconds = CpuSeconds() - cpu_start;
  bench->Reset();
  bench->cache()->Release(&prefix);
  return absl::OkStatus();
}

// The median run of several.
absl::StatusOr<Figures> RunModel(const Flags& flags, const GgufFile& gguf) {
  inference::ModelOptions options;
  options.threads = flags.threads;
  ASSIGN_OR_RETURN(std::unique_ptr<Model> model, Model::Create(gguf, options));
  Bench bench(model.get(), 1024 / inference::kPageTokens + 64 * 4);
  std::vector<Figures> runs(flags.repeats);
  for (Figures& run : runs) {
    RETURN_IF_ERROR(RunOnce(flags.workload, &bench, &run));
    if (!flags.json) std::printf("%.3f s\n", run.seconds);
  }
  std::sort(runs.begin(), runs.end(), [](const Figures& a, const Figures& b) {
    return a.seconds < b.seconds;
  });
  return runs[runs.size() / 2];
}

// Best seconds of one product.
double TimeGemm(const WeightMatrix& w, int columns, int repeats,
                ThreadPool* pool) {
  PackedColumns x;
  x.Resize(columns, w.depth);
  const std::vector<float> rows(size_t{inference::kTileColumns} * w.depth,
                                0.5f);
  for (int t = 0; t < x.tiles(); ++t) PackTile(rows.data(), w.depth, t, &x);
  std::vector<float> out(w.rows * columns);
  std::vector<GemmScratch> scratch(pool->num_threads());
  double best = 1e30;
  for (int i = 0; i < repeats; ++i) {
    const double start = Seconds();
    pool->ParallelFor(NumPanels(w), [&](int panel, int worker) {
      MultiplyPanel(w, panel, x, out.data(), w.rows, &scratch[worker]);
    });
    best = std::min(best, Seconds() - start);
  }
  return best;
}

// Every different matrix of the file; the figures are the sum at 256 columns.
Figures RunGemm(const Flags& flags, const GgufFile& gguf, ThreadPool* pool) {
  Figures total;
  std::set<std::tuple<uint32_t, uint64_t, uint64_t>> seen;
  for (const auto& [name, tensor] : gguf.tensors()) {
    if (tensor.num_dims != 2 || tensor.dims[1] > (1 << 16)) continue;
    if (!seen.insert({static_cast<uint32_t>(tensor.type), tensor.dims[0],
                      tensor.dims[1]})
             .second) {
      continue;
    }
    const WeightMatrix w = {tensor.type, tensor.data,
                            static_cast<int64_t>(tensor.dims[1]),
                            static_cast<int>(tensor.dims[0])};
    for (const int columns : {1, 8, 128, 256}) {
      const double seconds = TimeGemm(w, columns, flags.repeats, pool);
      const double operations =
          2.0 * static_cast<double>(w.rows) * w.depth * columns;
      if (!flags.json) {
        std::printf("%-28s %-5s %6lld x %5d x %3d: %7.1f GFLOP/s\n",
                    name.c_str(), std::string(TensorTypeName(w.type)).c_str(),
                    static_cast<long long>(w.rows), w.depth, columns,
                    operations / seconds / 1e9);
      }
      if (columns == 256) {
        total.seconds += seconds;
        total.operations += operations;
        total.tokens = columns;
      }
    }
  }
  return total;
}

absl::Status Run(Flags flags) {
  if (flags.threads == 0)
    flags.threads = static_cast<int>(std::thread::hardware_concurrency());
  ThreadPool pool(flags.threads, "bench");
  const double peak_before = Fp32PeakGflops(&pool);
  Figures figures;
  if (flags.workload != "peak") {
    ASSIGN_OR_RETURN(std::unique_ptr<GgufFile> gguf,
                     GgufFile::Open(flags.model));
    if (flags.workload == "gemm") {
      figures = RunGemm(flags, *gguf, &pool);
    } else {
      ASSIGN_OR_RETURN(figures, RunModel(flags, *gguf));
    }
  }
  const double peak = std::max(peak_before, Fp32PeakGflops(&pool));
  const double seconds = std::max(figures.seconds, 1e-9);
  std::printf(
      "{\"workload\":\"%s\",\"threads\":%d,"
      "\"seconds\":%.4f,\"cpu_seconds\":%.4f,"
      "\"tokens_per_s\":%.1f,\"gflops\":%.1f,"
      "\"fp32_peak_gflops\":%.1f}\n",
      flags.workload.c_str(), flags.threads, figures.seconds,
      figures.cpu_seconds, figures.tokens / seconds,
      figures.operations / seconds / 1e9, peak);
  return absl::OkStatus();
}

}  // namespace
}  // namespace quipu::bench

int main(int argc, char** argv) {
  quipu::bench::Flags flags;
  CLI::App app("Measures the embedded engine beside the machine's own peak.");
  app.add_option("--model", flags.model,
                 "GGUF file (not for the workload peak)");
  app.add_option("--workload", flags.workload, "What to run")
      ->check(CLI::IsMember({"prefill", "decode", "w", "gemm", "peak"}));
  app.add_option("--threads", flags.threads, "0: the machine's cores")
      ->check(CLI::Range(0, 1024));
  app.add_option("--repeats", flags.repeats, "Runs; the median is reported")
      ->check(CLI::Range(1, 1000));
  app.add_flag("--json", flags.json, "Print the last line alone");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = quipu::bench::Run(flags);
  if (!status.ok()) {
    std::fprintf(stderr, "engine_bench: %s\n", status.ToString().c_str());
    return 1;
  }
  return 0;
}
