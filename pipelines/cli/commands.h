// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The table of subcommands, in the order in which --help lists them. A new
// command is a line here and a file beside it.
//
//   for (const CommandEntry& entry : Commands()) Print(entry.name, entry.help);
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_CLI_COMMANDS_H_
#define QUIPU_PIPELINES_CLI_COMMANDS_H_

#include <memory>

#include "absl/types/span.h"
#include "pipelines/cli/command.h"

namespace quipu::pipelines {

struct CommandEntry {
  const char* name;
  const char* help;
  const char* example;
  std::unique_ptr<Command> (*make)();
};

absl::Span<const CommandEntry> Commands();

// Each in its own file, build_command.cc and so on.
std::unique_ptr<Command> MakeBuildCommand();
std::unique_ptr<Command> MakeMergeCommand();
std::unique_ptr<Command> MakeServeCommand();
std::unique_ptr<Command> MakeWorkCommand();
std::unique_ptr<Command> MakeControlCommand();
std::unique_ptr<Command> MakeHealthCommand();
std::unique_ptr<Command> MakeExportCommand();
std::unique_ptr<Command> MakeStatusCommand();
std::unique_ptr<Command> MakeShowCommand();
std::unique_ptr<Command> MakeReportCommand();
std::unique_ptr<Command> MakeReviewCommand();
std::unique_ptr<Command> MakeDiffCommand();
std::unique_ptr<Command> MakeCheckCommand();
std::unique_ptr<Command> MakeBackupCommand();
std::unique_ptr<Command> MakeRestoreCommand();
std::unique_ptr<Command> MakeDecontaminateCommand();
std::unique_ptr<Command> MakeScoreCommand();
std::unique_ptr<Command> MakeCalibrateCommand();
std::unique_ptr<Command> MakeCompletionCommand();

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_COMMANDS_H_
