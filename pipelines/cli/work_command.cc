// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "pipelines/cli/commands.h"
#include "pipelines/cli/network_flags.h"
#include "pipelines/cli/run_flags.h"
#include "pipelines/rpc/grpc_log.h"
#include "pipelines/worker/worker_main.h"

namespace quipu::pipelines {
namespace {

class WorkCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    AddClientFlags(app, &options_.client.address, &options_.client.security);
    app->add_option("--name", options_.name,
                    "Name of this worker; with TLS the certificate's common name, or that, \"/\" "
                    "and a suffix (default: generated)");
    app->add_option(
        "--model", options_.model,
        "The model on this machine: a GGUF file or a directory (default: where the run says)");
    app->add_option("--chat-template", options_.chat_template,
                    "The model's chat template on this machine, a *.jinja file (default: what the "
                    "run says)");
    AddThreadsFlag(app, &options_.threads);
    app->add_option("--kv-mib", options_.kv_mib,
                    "Memory for keys and values, in MiB (default: the run's)")
        ->check(CLI::Range(1, 1 << 24));
    app->add_option("--chunks-in-flight", options_.chunks_in_flight,
                    "Chunks worked on at once (default: as many as keep the engine busy)")
        ->check(CLI::Range(1, 1024));
    AddMetricsFlags(app, &options_.metrics);
  }

  absl::Status Run(std::ostream& /*out*/) override {
    InstallGrpcLog();
    return RunWorkerProcess(options_);
  }

 private:
  WorkerProcessOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeWorkCommand() { return std::make_unique<WorkCommand>(); }

}  // namespace quipu::pipelines
