// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Command-line flags of runs on several machines: serve, work, control, health,
// and what `status` needs for an address.
#ifndef QUIPU_PIPELINES_CLI_SERVICE_FLAGS_H_
#define QUIPU_PIPELINES_CLI_SERVICE_FLAGS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <ostream>

#include "absl/status/status.h"
#include "pipelines/cli/service_commands.h"

namespace quipu::pipelines {

// Of all these subcommands; each fills its own.
struct ServiceFlags {
  ServeFlags serve;
  double max_bad_share = -1;
  WorkOptions work;
  ControlFlags control;
  HealthFlags health;
};

// `flags` must outlive the parsing.
void AddServiceCommands(CLI::App* app, ServiceFlags* flags);

// --ca, --cert, --key and --token-file of a client.
void AddClientSecurity(CLI::App* command, SecurityFiles* files);

// Nothing if it is another command that was given.
std::optional<absl::Status> RunServiceCommand(const CLI::App& app, ServiceFlags* flags,
                                              std::ostream& out);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_SERVICE_FLAGS_H_
