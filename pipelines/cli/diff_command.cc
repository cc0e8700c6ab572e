// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/pager.h"
#include "pipelines/cli/run_flags.h"
#include "pipelines/cli/store_access.h"
#include "pipelines/report/diff/diff.h"

namespace quipu::pipelines {
namespace {

class DiffCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("STORE_A", first_, "Directory of a store")->required();
    app->add_option("STORE_B", second_, "Directory of the store to compare with")->required();
    app->add_option("--limit", limit_,
                    "Number of pairs to show side by side, whose outcome differs (default 10)")
        ->check(CLI::Range(0, 1000));
    AddSeedFlag(app, "Draws other pairs (default 0)", &options_.seed);
    app->add_option("--html", html_, "Write a page to this file instead of text");
  }

  absl::Status Run(std::ostream& out) override {
    options_.examples = static_cast<size_t>(limit_);
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> first, OpenReadOnly(first_));
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> second, OpenReadOnly(second_));
    ASSIGN_OR_RETURN(const RunDiff diff, DiffRuns(*first, *second, options_));
    if (html_.empty()) {
      return ShowPaged(DiffText(diff), PagerOf(isatty(STDOUT_FILENO) == 1), out);
    }
    RETURN_IF_ERROR(WriteFileAtomic(html_, DiffHtml(diff)));
    out << absl::StrCat("diff       ", html_, "\n");
    return absl::OkStatus();
  }

 private:
  std::string first_;
  std::string second_;
  std::string html_;
  int limit_ = 10;
  PairMatchOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeDiffCommand() { return std::make_unique<DiffCommand>(); }

}  // namespace quipu::pipelines
