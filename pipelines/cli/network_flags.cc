// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/network_flags.h"

#include "absl/time/time.h"
#include "pipelines/rpc/grpc_log.h"

namespace quipu::pipelines {

void AddClientFlags(CLI::App* app, std::string* address, SecurityFiles* security) {
  app->add_option("ADDRESS", *address,
                  "Address of the coordinator: host:port, [v6]:port or unix:path")
      ->required();
  AddClientSecurity(app, security);
}

void AddClientSecurity(CLI::App* app, SecurityFiles* files) {
  app->add_option(
      "--ca", files->ca,
      "PEM certificates of the authorities that sign the coordinator's certificate; enables TLS");
  app->add_option("--cert", files->cert, "PEM certificate of this client");
  app->add_option("--key", files->key, "PEM key of the certificate; mode 0600");
  app->add_option("--token-file", files->tokens,
                  "File with one line \"role name token\" to authenticate with; mode 0600");
}

void AddMetricsFlags(CLI::App* app, MetricsOptions* options) {
  app->add_option("--metrics", options->address,
                  "Serve Prometheus metrics on this address, e.g. 127.0.0.1:9464");
  app->add_flag("--metrics-public", options->allow_public,
                "Allow --metrics on an address that other machines can reach");
}

absl::StatusOr<std::unique_ptr<GrpcCoordinatorClient>> Connect(const ClientFlags& flags) {
  InstallGrpcLog();
  GrpcClientOptions options;
  options.address = flags.address;
  options.security = flags.security;
  options.give_up_after = absl::ZeroDuration();
  return GrpcCoordinatorClient::Create(options);
}

}  // namespace quipu::pipelines
