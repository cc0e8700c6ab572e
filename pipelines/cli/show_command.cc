// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <limits>
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/pager.h"
#include "pipelines/cli/run_flags.h"
#include "pipelines/cli/show_text.h"
#include "pipelines/cli/store_access.h"
#include "pipelines/report/diff/diff.h"

namespace quipu::pipelines {
namespace {

class ShowCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("STORE", store_, "Directory of the store")->required();
    ShowChoice& choice = options_.choice;
    app->add_option("ID", choice.id,
                    "Id of a pair or a long row, or its first digits (at least 4)");
    app->add_option("--limit", choice.limit,
                    "Number of pairs to show, spread over the run (default 3)")
        ->check(CLI::Range(1, std::numeric_limits<int>::max()));
    app->add_option("--random", choice.random,
                    "Show this number of pairs, drawn at random, instead")
        ->check(CLI::Range(1, std::numeric_limits<int>::max()));
    AddSeedFlag(app, "Draws other pairs with --random (default 0)", &choice.seed);
    app->add_flag("--rejects", choice.rejects, "Show rejects instead of samples");
    app->add_option("--reason", choice.reason, "Show only rejects of this reason");
    app->add_option("--form", choice.form,
                    "Show only pairs of this form: long, short, two_chunks or summary");
    app->add_option("--min-score", choice.min_score,
                    "Show only pairs with this probability or more, or of a score by its name: "
                    "gain=2");
    app->add_option("--source", choice.source,
                    "Show only pairs whose document's file has this in its path");
    app->add_option("--around", options_.around_bytes,
                    "Bytes of text to show around the chunk (default 400)")
        ->check(CLI::Range(0, std::numeric_limits<int>::max()));
    app->add_option("--diff", other_,
                    "Show what this other run made of the same chunks, side by side; with --limit "
                    "or --random, and --seed, pairs are drawn");
    app->add_flag("--json", json_, "Print one JSON object a pair or row, each on a line");
  }

  absl::Status Run(std::ostream& out) override {
    const bool terminal = isatty(STDOUT_FILENO) == 1;
    options_.colour = WantsColour(terminal);
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(store_));
    if (!other_.empty()) {
      ASSIGN_OR_RETURN(const std::string text, SideBySide(*store));
      return ShowPaged(text, PagerOf(terminal), out);
    }
    if (json_) {
      ASSIGN_OR_RETURN(const std::string lines, ShowJson(*store, options_));
      out << lines;
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const std::string text, ShowText(*store, options_));
    return ShowPaged(text, PagerOf(terminal), out);
  }

 private:
  absl::StatusOr<std::string> SideBySide(const storage::StoreView& store) const {
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> other, OpenReadOnly(other_));
    const ShowChoice& choice = options_.choice;
    PairMatchOptions match;
    match.examples = static_cast<size_t>(choice.random > 0 ? choice.random : choice.limit);
    match.seed = choice.seed;
    match.same_outcomes = true;
    ASSIGN_OR_RETURN(const RunDiff diff, DiffExamples(store, *other, match));
    return DiffText(diff);
  }

  std::string store_;
  ShowOptions options_;
  std::string other_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeShowCommand() { return std::make_unique<ShowCommand>(); }

}  // namespace quipu::pipelines
