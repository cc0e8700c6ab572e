// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The script with which a shell completes quipu's commands, flags and their values, made from the
// table that parses them.
//
//   ASSIGN_OR_RETURN(const std::string script, CompletionScript(program, "bash"));
//   out << script;  // $ source <(quipu completion bash)
//
// Pure.
#ifndef QUIPU_PIPELINES_CLI_COMPLETION_H_
#define QUIPU_PIPELINES_CLI_COMPLETION_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// The shells that there is a script for: bash, fish, zsh.
std::vector<std::string> CompletionShells();

// INVALID_ARGUMENT for another shell.
absl::StatusOr<std::string> CompletionScript(const CLI::App& program, absl::string_view shell);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_COMPLETION_H_
