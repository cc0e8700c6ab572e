// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "base/status_macros.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/network_flags.h"
#include "pipelines/rpc/grpc_log.h"
#include "pipelines/rpc/health_client.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(5);

class HealthCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    AddClientFlags(app, &client_.address, &client_.security);
    app->add_option(
        "--service", service_,
        "quipu.v1.Coordinator checks that leases are granted (default: that the process is up)");
  }

  absl::Status Run(std::ostream& out) override {
    InstallGrpcLog();
    RETURN_IF_ERROR(CheckHealth(client_.address, client_.security, service_, kTimeout));
    out << "serving\n";
    return absl::OkStatus();
  }

 private:
  ClientFlags client_;
  std::string service_;
};

}  // namespace

std::unique_ptr<Command> MakeHealthCommand() { return std::make_unique<HealthCommand>(); }

}  // namespace quipu::pipelines
