// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <memory>
#include <string>

#include "base/status_macros.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/show_text.h"
#include "pipelines/cli/store_access.h"

namespace quipu::pipelines {
namespace {

class ShowCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("STORE", store_, "Directory of the store")->required();
    app->add_option("ID", options_.id, "Id of a task or a row, or its first digits (at least 4)");
    app->add_option("--limit", options_.limit,
                    "Number of samples to show, spread over the run (default 3)")
        ->check(CLI::PositiveNumber);
    app->add_flag("--rejects", options_.rejects, "Show rejects instead of samples");
    app->add_option("--reason", options_.reason, "Show only rejects of this reason");
    app->add_option("--around", options_.around_bytes,
                    "Bytes of text to show around the evidence (default 400)")
        ->check(CLI::NonNegativeNumber);  // CLI11 2.1 takes -1 as a very large number.
  }

  absl::Status Run(std::ostream& out) override {
    options_.colour = isatty(STDOUT_FILENO) == 1;
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(store_));
    ASSIGN_OR_RETURN(const std::string text, ShowText(*store, options_));
    out << text;
    return absl::OkStatus();
  }

 private:
  std::string store_;
  ShowOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeShowCommand() { return std::make_unique<ShowCommand>(); }

}  // namespace quipu::pipelines
