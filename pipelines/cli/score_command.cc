// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "inference/engine.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/run_flags.h"
#include "pipelines/core/engine_factory.h"
#include "pipelines/core/spec_file.h"
#include "pipelines/score/score.h"

namespace quipu::pipelines {
namespace {

class ScoreCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("SPEC", spec_,
                    "RunSpec in text format: engine, chunks, generation, verification and filters "
                    "count; it needs no documents")
        ->required();
    app->add_option("PAIRS", pairs_,
                    "JSONL of {\"chunk\" or \"document\", \"question\", \"answer\"}, or -")
        ->required();
    app->add_option("--out", out_, "File to write (default: standard output)");
    AddThreadsFlag(app, &threads_);
  }

  // INVALID_ARGUMENT if a line was bad, after scoring all others.
  absl::Status Run(std::ostream& out) override {
    ASSIGN_OR_RETURN(v1::RunSpec spec, LoadPairSpec(spec_));
    if (threads_ > 0) spec.mutable_performance()->set_threads(static_cast<uint32_t>(threads_));
    std::unique_ptr<FileWriter> file;
    if (!out_.empty()) {
      ASSIGN_OR_RETURN(file, FileWriter::Create(out_));
    }
    const auto write = [&file, &out](absl::string_view line) -> absl::Status {
      if (file != nullptr) return file->Append(absl::StrCat(line, "\n"));
      out << line << "\n";
      // A full disk or a closed pipe would otherwise lose the rest silently.
      return out.good() ? absl::OkStatus()
                        : absl::UnavailableError("cannot write to standard output");
    };
    ASSIGN_OR_RETURN(const std::unique_ptr<inference::Engine> engine,
                     MakeEngine(spec.engine(), spec.performance()));
    const absl::StatusOr<ScoreSummary> summary = ScoreFile(spec, engine.get(), pairs_, write);
    if (file != nullptr) {
      const absl::Status closed = file->Close();
      if (summary.ok()) RETURN_IF_ERROR(closed);
    }
    if (!summary.ok()) return summary.status();
    return Report(*summary, engine->stats());
  }

 private:
  absl::Status Report(const ScoreSummary& summary, const inference::EngineStats& stats) const {
    LogInfo(absl::StrCat("scored ", summary.pairs, " pairs, ", summary.accepted, " accepted; ",
                         stats.prompt_tokens_computed, " prompt tokens computed, ",
                         stats.sampled_tokens, " sampled"));
    if (!summary.labels.empty()) LogInfo(absl::StrCat("by label\n", summary.labels.ToText()));
    if (summary.bad_lines == 0) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(summary.bad_lines, " of ", summary.bad_lines + summary.pairs, " lines of ",
                     pairs_, " are bad; they are listed above, and the other pairs are scored"));
  }

  std::string spec_;
  std::string pairs_;
  std::string out_;
  int threads_ = 0;
};

}  // namespace

std::unique_ptr<Command> MakeScoreCommand() { return std::make_unique<ScoreCommand>(); }

}  // namespace quipu::pipelines
