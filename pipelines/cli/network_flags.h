// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Flags of the commands that talk to other processes.
//
//   AddClientFlags(app, &flags.address, &flags.security);
//   ASSIGN_OR_RETURN(auto client, Connect(flags));
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_CLI_NETWORK_FLAGS_H_
#define QUIPU_PIPELINES_CLI_NETWORK_FLAGS_H_

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "pipelines/metrics/server.h"
#include "pipelines/rpc/credentials.h"
#include "pipelines/rpc/grpc_coordinator_client.h"

namespace quipu::pipelines {

struct ClientFlags {
  std::string address;
  SecurityFiles security;
};

// ADDRESS of a coordinator, and AddClientSecurity.
void AddClientFlags(CLI::App* app, std::string* address, SecurityFiles* security);
// --ca, --cert, --key and --token-file of a client.
void AddClientSecurity(CLI::App* app, SecurityFiles* files);
// --metrics and --metrics-public.
void AddMetricsFlags(CLI::App* app, MetricsOptions* options);

// A client for interactive commands: tries once.
absl::StatusOr<std::unique_ptr<GrpcCoordinatorClient>> Connect(const ClientFlags& flags);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_NETWORK_FLAGS_H_
