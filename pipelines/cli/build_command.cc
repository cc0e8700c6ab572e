// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/run_flags.h"
#include "pipelines/cli/summary.h"
#include "pipelines/core/partition.h"
#include "pipelines/run/build.h"

namespace quipu::pipelines {
namespace {

class BuildCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    AddRunFlags(app, &flags_);
    app->add_option("--partition", partition_,
                    "i/n: build this partition alone, 0 <= i < n, in STORE.partition-i-of-n");
  }

  absl::Status Run(std::ostream& out) override {
    ASSIGN_OR_RETURN(const v1::RunSpec spec, LoadSpec(flags_));
    BuildOptions options = BuildOptionsOf(flags_);
    if (!partition_.empty()) {
      const absl::StatusOr<v1::Partition> partition = ParsePartitionFlag(partition_);
      if (!partition.ok()) return Annotate(partition.status(), "--partition");
      options.partition = *partition;
    }
    ASSIGN_OR_RETURN(const BuildSummary summary, Build(spec, options));
    ASSIGN_OR_RETURN(exit_code_, PrintSummary(summary, out));
    if (options.partition.has_value()) {
      out << PartitionName(*options.partition)
          << " is complete; when all partitions are, run quipu merge " << flags_.spec << "\n";
    }
    return absl::OkStatus();
  }

  int exit_code() const override { return exit_code_; }

 private:
  RunFlags flags_;
  std::string partition_;
  int exit_code_ = 0;
};

}  // namespace

std::unique_ptr<Command> MakeBuildCommand() { return std::make_unique<BuildCommand>(); }

}  // namespace quipu::pipelines
