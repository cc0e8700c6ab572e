// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/run_flags.h"

#include <unistd.h>

#include <cstdint>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/core/spec_file.h"

namespace quipu::pipelines {
namespace {

// Empty for a number from 0 to 1. CLI::Range lets "nan" through.
std::string CheckShare(const std::string& text) {
  double share = 0;
  if (absl::SimpleAtod(text, &share) && share >= 0 && share <= 1) return "";
  return absl::StrCat("\"", Snippet(text), "\" is no number from 0 to 1");
}

// Empty for a whole number of 64 bits without a sign.
std::string CheckSeed(const std::string& text) {
  uint64_t seed = 0;
  if (absl::SimpleAtoi(text, &seed)) return "";
  return absl::StrCat("Value ", Snippet(text), " not in range 0 to ",
                      std::numeric_limits<uint64_t>::max());
}

}  // namespace

void AddRunFlags(CLI::App* app, RunFlags* flags) {
  app->add_option("SPEC", flags->spec, "RunSpec in text format (protos/run_spec.proto)")
      ->required();
  app->add_option("--max-bad-share", flags->max_bad_share,
                  "Share of an input's records and files that may be bad, 0 to 1 (default: the "
                  "spec's)")
      ->check(&CheckShare);
  AddThreadsFlag(app, &flags->threads);
}

void AddThreadsFlag(CLI::App* app, int* threads) {
  app->add_option(
         "--threads", *threads,
         "Threads of the engine (default: performance.threads of the spec, else the cores)")
      ->check(CLI::Range(1, 1024));
}

void AddSeedFlag(CLI::App* app, const std::string& help, uint64_t* seed) {
  app->add_option("--seed", *seed, help)->check(&CheckSeed);
}

absl::StatusOr<v1::RunSpec> LoadSpec(const RunFlags& flags) {
  ASSIGN_OR_RETURN(v1::RunSpec spec, LoadRunSpec(flags.spec));
  if (flags.threads > 0) {
    spec.mutable_performance()->set_threads(static_cast<uint32_t>(flags.threads));
  }
  return spec;
}

BuildOptions BuildOptionsOf(const RunFlags& flags) {
  BuildOptions options;
  options.max_bad_share = flags.max_bad_share;
  options.terminal = isatty(STDERR_FILENO) == 1 && GetLogFormat() == LogFormat::kText;
  return options;
}

}  // namespace quipu::pipelines
