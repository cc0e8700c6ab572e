// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/completion.h"

namespace quipu::pipelines {
namespace {

class CompletionCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    program_ = app->get_parent();
    app->add_option("SHELL", shell_, "The shell to write the script for")
        ->required()
        ->check(CLI::IsMember(CompletionShells()));
  }

  absl::Status Run(std::ostream& out) override {
    ASSIGN_OR_RETURN(const std::string script, CompletionScript(*program_, shell_));
    out << script;
    return absl::OkStatus();
  }

 private:
  const CLI::App* program_ = nullptr;
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> MakeCompletionCommand() { return std::make_unique<CompletionCommand>(); }

}  // namespace quipu::pipelines
