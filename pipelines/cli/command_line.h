// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Parses a whole command line, runs its subcommand, returns the exit code.
//
//   const CommandResult result = RunCommandLine({"build", "my.textproto"}, std::cout, std::cerr);
//   return result.exit_code;
//
// Sets the log's level, format and context, so run one command line at a time.
#ifndef QUIPU_PIPELINES_CLI_COMMAND_LINE_H_
#define QUIPU_PIPELINES_CLI_COMMAND_LINE_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace quipu::pipelines {

struct CommandResult {
  int exit_code = 0;
  // The subcommand's status; INVALID_ARGUMENT for a command line that does not
  // parse.
  absl::Status status;
};

// Runs the arguments (without the program's name). Output and the text of
// --help go to `out`, errors in the command line to `err`, a failure of the
// subcommand to the log.
CommandResult RunCommandLine(const std::vector<std::string>& args, std::ostream& out,
                             std::ostream& err);

// 0 for OK; 130 for CANCELLED by a stop; 2 for invalid input (INVALID_ARGUMENT,
// NOT_FOUND, FAILED_PRECONDITION, ALREADY_EXISTS); 3 for corrupt data (DATA_LOSS);
// 1 for everything else. (A command that succeeds may have an exit code of its own:
// Command::exit_code.)
int ExitCodeOf(const absl::Status& status);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_COMMAND_LINE_H_
