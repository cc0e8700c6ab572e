// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Compares the embedded engine with the machine's own peaks.
//
//   engine_bench --model FILE --workload prefill|decode|w|gemm|load|peak
//       [--math auto|float|int8] [--kv f16|q8] [--threads N] [--repeats N]
//       [--prompt N] [--instructions NAME] [--json]
//
// prefill: one prompt of --prompt tokens (1,024), in steps of 256. decode: 64 sequences
// that share a prefix of 1,024 tokens, 32 steps. w: chunks of 1,000 tokens,
// each with 4 generations of 20 + 60 tokens and 4 verifications of 80 + 1,
// through the engine; --chunks in all, --in-flight at a time. gemm: each kind
// of matrix in the file times 1 to 256 columns. load: from opening the file
// until the engine is ready. The last line is one JSON object; --json prints
// nothing else. README.md explains its fields.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/thread_pool.h"
#include "inference/batching/load_embedded_engine.h"
#include "inference/gguf/gguf.h"
#include "inference/kernels/kv_cache.h"
#include "inference/model/hyper_parameters.h"
#include "inference/model/model.h"
#include "tests/bench/chunk_bench.h"
#include "tests/bench/forward_bench.h"
#include "tests/bench/gemm_bench.h"
#include "tests/bench/instructions.h"
#include "tests/bench/measure.h"
#include "tests/bench/peak.h"

namespace quipu::bench {
namespace {

using inference::Engine;
using inference::GgufFile;
using inference::kPageTokens;
using inference::KvType;
using inference::Math;
using inference::Model;

struct Flags {
  std::string model;
  std::string workload = "prefill";
  Math math = Math::kAuto;
  int threads = 0;
  int repeats = 5;
  int prompt = 1024;
  int step_tokens = 256;
  int draft_tokens = 32;
  int chunks = 16;
  int in_flight = 8;
  KvType kv = KvType::kF16;
  std::string instructions;  // Empty: the best.
  bool json = false;
};

struct Result {
  Figures figures;
  std::string math;  // The arithmetic used; empty: none.
  double load_seconds = 0;
  double rss_mb = 0;
  double peak_rss_mb = 0;
  std::string more;  // Fields of this workload only, each after a comma.
};

void SetMemory(Result* result) {
  result->rss_mb = ResidentMb();
  result->peak_rss_mb = PeakResidentMb();
}

void Print(const Flags& flags, const Figures& run) {
  if (flags.json) return;
  std::printf("%.3f s, %.1f GFLOP/s\n", run.seconds, run.operations / run.seconds / 1e9);
  std::fflush(stdout);
}

// prefill and decode.
absl::StatusOr<Result> RunForward(const Flags& flags) {
  Result result;
  const Stopwatch watch;
  ASSIGN_OR_RETURN(std::unique_ptr<GgufFile> gguf, GgufFile::Open(flags.model));
  inference::ModelOptions options;
  options.threads = flags.threads;
  options.math = flags.math;
  ASSIGN_OR_RETURN(std::unique_ptr<Model> model, Model::Create(*gguf, options));
  result.load_seconds = watch.Seconds();
  result.math = std::string(MathName(model->math()));
  ForwardBench bench(model.get(), flags.kv, {flags.prompt, flags.step_tokens});
  std::vector<Figures> runs(flags.repeats);
  for (Figures& run : runs) {
    RETURN_IF_ERROR(flags.workload == "decode" ? bench.Decode(&run) : bench.Prefill(&run));
    Print(flags, run);
  }
  result.figures = MedianOf(std::move(runs));
  SetMemory(&result);
  return result;
}

absl::StatusOr<std::unique_ptr<Engine>> OpenEngine(const Flags& flags) {
  inference::EmbeddedEngineOptions options;
  options.model_path = flags.model;
  options.math = flags.math;
  options.threads = flags.threads;
  options.max_step_tokens = flags.step_tokens;
  options.draft_step_tokens = flags.draft_tokens;
  options.kv_type = flags.kv;
  return LoadEmbeddedEngine(options);
}

absl::StatusOr<Result> RunLoad(const Flags& flags) {
  Result result;
  std::vector<Figures> runs(flags.repeats);
  for (Figures& run : runs) {
    const Stopwatch watch;
    ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, OpenEngine(flags));
    run.seconds = watch.Seconds();
    run.cpu_seconds = watch.CpuSeconds();
    result.math = engine->info().math;
    SetMemory(&result);
    if (!flags.json) std::printf("%.3f s, %.0f MB\n", run.seconds, result.rss_mb);
  }
  result.figures = MedianOf(std::move(runs));
  result.load_seconds = result.figures.seconds;
  return result;
}

std::string ChunkFields(const Flags& flags, const inference::EngineStats& stats, double seconds) {
  const double steps = static_cast<double>(std::max<int64_t>(stats.steps, 1));
  return absl::StrFormat(
      ",\"chunks\":%d,\"in_flight\":%d,\"output_tokens_per_s\":%.1f,"
      "\"columns_per_step\":%.1f,\"busy_share\":%.3f,"
      "\"prompt_tokens_computed\":%d,\"prompt_tokens_needed\":%d,"
      "\"drafted_tokens\":%d,\"accepted_drafts\":%d",
      flags.chunks, std::min(flags.chunks, flags.in_flight),
      // 4 * 60 tokens and 4 verdicts.
      244 / seconds, static_cast<double>(stats.step_tokens) / steps,
      stats.busy_seconds / (seconds * flags.chunks), stats.prompt_tokens_computed,
      stats.prompt_tokens_needed, stats.drafted_tokens, stats.accepted_drafts);
}

absl::StatusOr<Result> RunW(const Flags& flags) {
  Result result;
  const Stopwatch watch;
  ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, OpenEngine(flags));
  result.load_seconds = watch.Seconds();
  result.math = engine->info().math;
  ASSIGN_OR_RETURN(std::unique_ptr<GgufFile> gguf, GgufFile::Open(flags.model));
  ASSIGN_OR_RETURN(const inference::HyperParameters params, inference::ReadHyperParameters(*gguf));
  ASSIGN_OR_RETURN(std::unique_ptr<ChunkBench> bench, ChunkBench::Create(engine.get(), params));
  std::vector<ChunkFigures> runs(flags.repeats);
  for (ChunkFigures& run : runs) {
    RETURN_IF_ERROR(bench->Run(flags.chunks, flags.in_flight, &run));
    Print(flags, run.per_chunk);
  }
  std::sort(runs.begin(), runs.end(), [](const ChunkFigures& a, const ChunkFigures& b) {
    return a.per_chunk.seconds < b.per_chunk.seconds;
  });
  const ChunkFigures& median = runs[runs.size() / 2];
  result.figures = median.per_chunk;
  result.more = ChunkFields(flags, median.stats, median.per_chunk.seconds);
  SetMemory(&result);
  return result;
}

absl::StatusOr<Result> RunGemmOf(const Flags& flags, ThreadPool* pool) {
  ASSIGN_OR_RETURN(std::unique_ptr<GgufFile> gguf, GgufFile::Open(flags.model));
  GemmOptions options;
  options.int8 = flags.math != Math::kFloat;
  options.repeats = flags.repeats;
  options.print = !flags.json;
  Result result;
  result.math = options.int8 ? "int8" : "float";
  result.figures = RunGemm(*gguf, options, pool);
  SetMemory(&result);
  return result;
}

absl::StatusOr<Result> RunWorkload(const Flags& flags, ThreadPool* pool) {
  if (flags.workload == "peak") return Result();
  if (flags.workload == "gemm") return RunGemmOf(flags, pool);
  if (flags.workload == "load") return RunLoad(flags);
  if (flags.workload == "w") return RunW(flags);
  return RunForward(flags);
}

using Int8PeakList = std::vector<std::pair<std::string, double>>;

std::string Int8PeakFields(const Int8PeakList& peaks) {
  return absl::StrCat(",\"int8_peaks_gops\":{",
                      absl::StrJoin(peaks, ",",
                                    [](std::string* out, const auto& peak) {
                                      absl::StrAppendFormat(out, "\"%s\":%.1f", peak.first,
                                                            peak.second);
                                    }),
                      "}");
}

void PrintResult(const Flags& flags, const Result& result, const Peaks& peaks,
                 const Int8PeakList& int8_peaks) {
  const Figures& figures = result.figures;
  const double seconds = std::max(figures.seconds, 1e-9);
  std::string more = result.more + Int8PeakFields(int8_peaks);
  if (figures.operations > 0) {
    const double floor = figures.operations / (peaks.fp32_gflops * 1e9);
    absl::StrAppendFormat(&more, ",\"gflops_floor_seconds\":%.4f,\"ratio\":%.3f", floor,
                          seconds / floor);
  }
  std::printf(
      "{\"workload\":\"%s\",\"math\":\"%s\",\"threads\":%d,\"cpu\":\"%s\","
      "\"seconds\":%.4f,\"cpu_seconds\":%.4f,\"tokens_per_s\":%.1f,"
      "\"gflops\":%.1f,\"fp32_peak_gflops\":%.1f,\"int8_peak_gops\":%.1f,"
      "\"memory_gb_s\":%.1f,\"load_seconds\":%.3f,\"rss_mb\":%.0f,"
      "\"peak_rss_mb\":%.0f%s}\n",
      flags.workload.c_str(), result.math.c_str(), flags.threads, CpuDescription().c_str(),
      figures.seconds, figures.cpu_seconds, figures.tokens / seconds,
      figures.operations / seconds / 1e9, peaks.fp32_gflops, peaks.int8_gops, peaks.memory_gb_s,
      result.load_seconds, result.rss_mb, result.peak_rss_mb, more.c_str());
}

absl::Status Run(Flags flags) {
  if (flags.threads == 0) {
    flags.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
  ThreadPool pool(flags.threads, "bench");
  const Int8PeakList int8_peaks = Int8Peaks(&pool);
  if (!flags.instructions.empty() && !UseInstructions(flags.instructions)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--instructions: this machine has no \"", flags.instructions,
                     "\", it has: ", absl::StrJoin(InstructionNames(), ", ")));
  }
  const Peaks before = MeasurePeaks(&pool);
  // The peaks' own memory does not belong to the engine.
  ResetPeakResident();
  ASSIGN_OR_RETURN(const Result result, RunWorkload(flags, &pool));
  PrintResult(flags, result, Best(before, MeasurePeaks(&pool)), int8_peaks);
  return absl::OkStatus();
}

void AddOptions(Flags* flags, std::string* math, std::string* kv, CLI::App* app) {
  app->add_option("--model", flags->model, "GGUF file (not used by the workload peak)");
  app->add_option("--workload", flags->workload, "What to run")
      ->check(CLI::IsMember({"prefill", "decode", "w", "gemm", "load", "peak"}));
  app->add_option("--math", *math, "Arithmetic; auto: by the file")
      ->check(CLI::IsMember({"auto", "float", "int8"}));
  app->add_option("--kv", *kv, "Type of cached keys and values")
      ->check(CLI::IsMember({"f16", "q8"}));
  app->add_option("--threads", flags->threads, "0: the machine's cores")
      ->check(CLI::Range(0, 1024));
  app->add_option("--repeats", flags->repeats, "Number of runs; reports the median")
      ->check(CLI::Range(1, 1000));
  app->add_option("--prompt", flags->prompt, "prefill: tokens of the prompt; decode: of the prefix")
      ->check(CLI::Range(kPageTokens, 1 << 20));
  app->add_option("--instructions", flags->instructions,
                  "Compute as on a machine with these at most, e.g. AVX2; default: the best");
  app->add_option("--step-tokens", flags->step_tokens, "Maximum columns of one step")
      ->check(CLI::Range(1, 4096));
  app->add_option("--draft-tokens", flags->draft_tokens,
                  "w: fill a step with guesses up to this many columns; 0: none")
      ->check(CLI::Range(0, 4096));
  app->add_option("--chunks", flags->chunks, "w: chunks in one run")->check(CLI::Range(1, 10000));
  app->add_option("--in-flight", flags->in_flight, "w: chunks at a time")
      ->check(CLI::Range(1, 1000));
  app->add_flag("--json", flags->json, "Print only the last line");
}

}  // namespace
}  // namespace quipu::bench

int main(int argc, char** argv) {
  quipu::bench::Flags flags;
  std::string math = "auto";
  std::string kv = "f16";
  CLI::App app("Compares the embedded engine with the machine's own peaks.");
  quipu::bench::AddOptions(&flags, &math, &kv, &app);
  CLI11_PARSE(app, argc, argv);
  using quipu::inference::Math;
  for (const Math kind : {Math::kAuto, Math::kFloat, Math::kInt8}) {
    if (math == MathName(kind)) flags.math = kind;
  }
  flags.kv = kv == "q8" ? quipu::inference::KvType::kQ8 : quipu::inference::KvType::kF16;
  const absl::Status status = quipu::bench::Run(flags);
  if (!status.ok()) {
    std::fprintf(stderr, "engine_bench: %s\n", status.ToString().c_str());
    return 1;
  }
  return 0;
}
