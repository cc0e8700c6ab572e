// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A subcommand: its flags and its action.
//
//   class HelloCommand : public Command {
//    public:
//     void AddFlags(CLI::App* app) override { app->add_option("NAME", name_)->required(); }
//     absl::Status Run(std::ostream& out) override { ... }
//    private:
//     std::string name_;
//   };
//
// One object serves one command line. Thread-compatible.
#ifndef QUIPU_PIPELINES_CLI_COMMAND_H_
#define QUIPU_PIPELINES_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <ostream>

#include "absl/status/status.h"

namespace quipu::pipelines {

// The dataset is complete but for quarantined pairs.
inline constexpr int kQuarantinedExitCode = 4;

class Command {
 public:
  virtual ~Command() = default;

  // Called once, before the command line is parsed into this object, which must
  // outlive the parsing.
  virtual void AddFlags(CLI::App* app) = 0;
  // Called once, after parsing. Writes output to `out` and messages to the log;
  // the status becomes the exit code.
  virtual absl::Status Run(std::ostream& out) = 0;
  // The exit code if Run succeeds.
  virtual int exit_code() const { return 0; }
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_COMMAND_H_
