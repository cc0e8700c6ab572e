// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Flags of the commands that make a dataset from a spec, build and serve, and those of other commands
// that they share.
//
//   AddRunFlags(app, &flags);
//   ASSIGN_OR_RETURN(const v1::RunSpec spec, LoadSpec(flags));
//   Build(spec, BuildOptionsOf(flags));
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_CLI_RUN_FLAGS_H_
#define QUIPU_PIPELINES_CLI_RUN_FLAGS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "pipelines/run/stages.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

struct RunFlags {
  std::string spec;
  std::optional<double> max_bad_share;  // Overrides read.max_bad_share.
  int threads = 0;                      // Overrides performance.threads if positive.
};

void AddRunFlags(CLI::App* app, RunFlags* flags);

// --threads of an engine.
void AddThreadsFlag(CLI::App* app, int* threads);

// --seed of a command that draws pairs or samples. CLI11 takes "-1" for the largest number.
void AddSeedFlag(CLI::App* app, const std::string& help, uint64_t* seed);

// The spec with the flags' overrides. Errors of LoadRunSpec.
absl::StatusOr<v1::RunSpec> LoadSpec(const RunFlags& flags);

// Progress goes to a terminal if there is one and the log is text.
BuildOptions BuildOptionsOf(const RunFlags& flags);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_RUN_FLAGS_H_
