// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "inference/engine.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/run_flags.h"
#include "pipelines/core/engine_factory.h"
#include "pipelines/core/spec_file.h"
#include "pipelines/score/calibrate.h"

namespace quipu::pipelines {
namespace {

constexpr int kDefaultPairs = 200;
constexpr int kMaxPairs = 100000;

class CalibrateCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("SPEC", spec_, "RunSpec in text format (protos/run_spec.proto)")->required();
    app->add_option("--pairs", pairs_,
                    "Right pairs to make of the spec's documents, each with wrong ones "
                    "(default: 200; with --labels none)")
        ->check(CLI::Range(1, kMaxPairs));
    app->add_option("--labels", options_.labels,
                    "JSONL of labelled pairs (as for quipu score) to fit to");
    app->add_option("--out", out_, "File to write (default: standard output)");
    AddThreadsFlag(app, &threads_);
  }

  absl::Status Run(std::ostream& out) override {
    options_.pairs = pairs_ > 0 ? pairs_ : options_.labels.empty() ? kDefaultPairs : 0;
    // Documents are only read to make pairs.
    ASSIGN_OR_RETURN(v1::RunSpec spec,
                     options_.pairs > 0 ? LoadRunSpec(spec_) : LoadPairSpec(spec_));
    if (threads_ > 0) spec.mutable_performance()->set_threads(static_cast<uint32_t>(threads_));
    ASSIGN_OR_RETURN(const std::unique_ptr<inference::Engine> engine,
                     MakeEngine(spec.engine(), spec.performance()));
    ASSIGN_OR_RETURN(const Calibration calibration, Calibrate(spec, engine.get(), options_));
    ASSIGN_OR_RETURN(const std::string fragment, FragmentOf(calibration));
    for (const std::string& warning : calibration.warnings) LogWarning(warning);
    if (!out_.empty()) return WriteFileAtomic(out_, fragment);
    out << fragment;
    return absl::OkStatus();
  }

 private:
  std::string spec_;
  std::string out_;
  int pairs_ = 0;
  int threads_ = 0;
  CalibrateOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeCalibrateCommand() { return std::make_unique<CalibrateCommand>(); }

}  // namespace quipu::pipelines
