// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/summary.h"
#include "pipelines/core/spec_file.h"
#include "pipelines/run/merge.h"

namespace quipu::pipelines {
namespace {

class MergeCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("SPEC", spec_, "The spec that all partitions were built from")->required();
    app->add_option("STORE", options_.stores,
                    "Stores of the partitions (default: all beside the spec's store)");
    app->add_flag("--check", options_.check, "Check every byte of the partitions first");
  }

  absl::Status Run(std::ostream& out) override {
    ASSIGN_OR_RETURN(const v1::RunSpec spec, LoadRunSpec(spec_));
    ASSIGN_OR_RETURN(const BuildSummary summary, Merge(spec, options_));
    ASSIGN_OR_RETURN(exit_code_, PrintSummary(summary, out));
    return absl::OkStatus();
  }

  int exit_code() const override { return exit_code_; }

 private:
  std::string spec_;
  MergeOptions options_;
  int exit_code_ = 0;
};

}  // namespace

std::unique_ptr<Command> MakeMergeCommand() { return std::make_unique<MergeCommand>(); }

}  // namespace quipu::pipelines
