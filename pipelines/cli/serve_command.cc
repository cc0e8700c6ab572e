// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/network_flags.h"
#include "pipelines/cli/run_flags.h"
#include "pipelines/cli/summary.h"
#include "pipelines/rpc/address.h"
#include "pipelines/rpc/grpc_log.h"
#include "pipelines/run/serve.h"

namespace quipu::pipelines {
namespace {

class ServeCommand : public Command {
 public:
  ServeCommand() { options_.service.listen = "127.0.0.1:7447"; }

  void AddFlags(CLI::App* app) override {
    AddRunFlags(app, &flags_);
    CoordinatorServiceOptions& service = options_.service;
    app->add_option("--listen", service.listen,
                    "Address to listen on: host:port, [v6]:port or unix:path (default "
                    "127.0.0.1:7447); TLS is required except on loopback and unix sockets");
    app->add_option("--cert", service.security.cert, "PEM certificate of this server; enables TLS");
    app->add_option("--key", service.security.key, "PEM key of the certificate; mode 0600");
    app->add_option("--client-ca", service.security.ca,
                    "PEM certificates of the authorities that sign clients' certificates, whose OU "
                    "is the role: "
                    "worker, operator or viewer");
    app->add_option("--token-file", service.security.tokens,
                    "File with lines \"role name token\" that clients may authenticate with "
                    "instead; mode 0600");
    app->add_option("--page", options_.page,
                    "Address to serve the run's report on, live, with its workers: 127.0.0.1:8124; "
                    "on other addresses than loopback's, --token-file and TLS are required");
    AddMetricsFlags(app, &options_.metrics);
  }

  absl::Status Run(std::ostream& out) override {
    RETURN_IF_ERROR(Annotate(ParseAddress(options_.service.listen).status(), "--listen"));
    InstallGrpcLog();
    ASSIGN_OR_RETURN(const v1::RunSpec spec, LoadSpec(flags_));
    options_.build = BuildOptionsOf(flags_);
    ASSIGN_OR_RETURN(const BuildSummary summary, Serve(spec, options_));
    ASSIGN_OR_RETURN(exit_code_, PrintSummary(summary, out));
    return absl::OkStatus();
  }

  int exit_code() const override { return exit_code_; }

 private:
  RunFlags flags_;
  ServeOptions options_;
  int exit_code_ = 0;
};

}  // namespace

std::unique_ptr<Command> MakeServeCommand() { return std::make_unique<ServeCommand>(); }

}  // namespace quipu::pipelines
