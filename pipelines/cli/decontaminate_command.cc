// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "generator/corpus/decontaminator.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/store_access.h"
#include "pipelines/ingest/benchmark_reader.h"
#include "pipelines/run/contamination.h"

namespace quipu::pipelines {
namespace {

class DecontaminateCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("STORE", store_, "Directory of the store")->required();
    app->add_option("--benchmarks", benchmarks_,
                    "File, directory or glob of a benchmark; may be given several times")
        ->required()
        ->allow_extra_args(false);  // STORE may follow.
    app->add_option("--max-pair-overlap", pair_overlap_,
                    "As decontamination.max_pair_overlap (default 0.6)")
        ->check(CLI::Range(0.05, 1.0));
    app->add_option("--max-context-overlap", context_overlap_,
                    "As decontamination.max_context_overlap (default 0.5)")
        ->check(CLI::Range(0.05, 1.0));
  }

  // FAILED_PRECONDITION if the store has anything of the benchmarks, after printing it all.
  absl::Status Run(std::ostream& out) override {
    v1::DecontaminationSpec spec;
    for (const std::string& path : benchmarks_) spec.add_benchmarks(path);
    spec.set_max_pair_overlap(pair_overlap_);
    spec.set_max_context_overlap(context_overlap_);
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(store_));
    ASSIGN_OR_RETURN(const std::unique_ptr<generator::Decontaminator> benchmarks,
                     LoadBenchmarks(spec));
    ASSIGN_OR_RETURN(
        const Contamination found,
        FindContamination(*benchmarks, *store, [&out](absl::string_view line) -> absl::Status {
          out << line << "\n";
          return out.good() ? absl::OkStatus()
                            : absl::UnavailableError("cannot write to standard output");
        }));
    const std::string counts = absl::StrCat(
        found.documents, " documents (", found.pairs_of_documents, " pairs), ", found.pairs,
        " other pairs and ", found.short_rows, " short rows are in a benchmark");
    if (found.documents + found.pairs + found.short_rows > 0) {
      return absl::FailedPreconditionError(absl::StrCat("store ", store_, ": ", counts));
    }
    out << counts << "\n";
    return absl::OkStatus();
  }

 private:
  std::string store_;
  std::vector<std::string> benchmarks_;
  double pair_overlap_ = v1::DecontaminationSpec().max_pair_overlap();
  double context_overlap_ = v1::DecontaminationSpec().max_context_overlap();
};

}  // namespace

std::unique_ptr<Command> MakeDecontaminateCommand() {
  return std::make_unique<DecontaminateCommand>();
}

}  // namespace quipu::pipelines
