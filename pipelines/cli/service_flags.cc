// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/service_flags.h"

namespace quipu::pipelines {
namespace {

constexpr char kAddressHelp[] = "Address of the coordinator: host:port, [v6]:port or unix:path";

void AddMetrics(CLI::App* command, MetricsOptions* options) {
  command->add_option("--metrics", options->address,
                      "Show metrics to Prometheus on this address, e.g. 127.0.0.1:9464");
  command->add_flag("--metrics-public", options->allow_public,
                    "Let --metrics be an address that other machines can reach");
}

void AddServe(CLI::App* app, ServiceFlags* flags) {
  ServeFlags* serve = &flags->serve;
  CLI::App* command = app->add_subcommand(
      "serve", "Build a dataset as SPEC says, with workers on other machines (quipu work)");
  command->add_option("SPEC", serve->spec, "RunSpec in text format (protos/run_spec.proto)")
      ->required();
  command->add_option("--listen", serve->listen,
                      "Address to listen on: host:port, [v6]:port or unix:path (default "
                      "127.0.0.1:7447); off loopback TLS is needed");
  command->add_option("--cert", serve->security.cert, "PEM certificate of this end: turns TLS on");
  command->add_option("--key", serve->security.key, "Its PEM key; mode 0600");
  command->add_option("--client-ca", serve->security.ca,
                      "PEM authorities that sign clients' certificates, whose OU is their role: "
                      "worker, operator or viewer");
  command->add_option("--token-file", serve->security.tokens,
                      "Lines of \"role name token\" that clients may show instead; mode 0600");
  command
      ->add_option("--max-bad-share", flags->max_bad_share,
                   "Share of an input's records that may be bad, 0 to 1 (default: the spec's)")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--threads", serve->threads, "Threads of the engine (default: cores)")
      ->check(CLI::Range(1, 1024));
  AddMetrics(command, &serve->metrics);
}

void AddCounters(CLI::App* app, WorkOptions* work) {
  CLI::App* command = app->add_subcommand(
      "work", "Make pairs for the coordinator at ADDRESS (quipu serve) until its run is done");
  command->add_option("ADDRESS", work->client.address, kAddressHelp)->required();
  command->add_option("--name", work->name,
                      "Name of this worker; with TLS the certificate's common name, or that, \"/\" "
                      "and more (default: made up)");
  command->add_option("--model", work->model,
                      "The model's GGUF on this machine (default: where the run says)");
  command->add_option("--threads", work->threads, "Threads of the engine (default: cores)")
      ->check(CLI::Range(1, 1024));
  command->add_option("--kv-mib", work->kv_mib, "Memory for keys and values (default: the run's)")
      ->check(CLI::Range(1, 1 << 24));
  command
      ->add_option("--chunks-in-flight", work->chunks_in_flight,
                   "Chunks worked on at once (default: as many as keep the engine busy)")
      ->check(CLI::Range(1, 1024));
  AddClientSecurity(command, &work->client.security);
  AddMetrics(command, &work->metrics);
}

void AddControl(CLI::App* app, ControlFlags* control) {
  CLI::App* command = app->add_subcommand("control", "Tell a running coordinator what to do");
  command->add_option("ADDRESS", control->remote.address, kAddressHelp)->required();
  command
      ->add_option("VERB", control->verb,
                   "pause [REASON], resume, retry-quarantined, or reinstate WORKER")
      ->required();
  command->add_option("ARGUMENT", control->argument, "REASON or WORKER");
  AddClientSecurity(command, &control->remote.security);
}

void AddHealth(CLI::App* app, HealthFlags* health) {
  CLI::App* command = app->add_subcommand(
      "health", "Exit 0 if the coordinator at ADDRESS serves, by gRPC's health service");
  command->add_option("ADDRESS", health->remote.address, kAddressHelp)->required();
  command->add_option("--service", health->service,
                      "quipu.v1.Coordinator: whether work is handed out (default: whether the "
                      "process lives)");
  AddClientSecurity(command, &health->remote.security);
}

}  // namespace

void AddClientSecurity(CLI::App* command, SecurityFiles* files) {
  command->add_option("--ca", files->ca,
                      "PEM authorities that sign the coordinator's certificate: turns TLS on");
  command->add_option("--cert", files->cert, "PEM certificate of this end");
  command->add_option("--key", files->key, "Its PEM key; mode 0600");
  command->add_option("--token-file", files->tokens,
                      "One line \"role name token\" to show; mode 0600");
}

void AddServiceCommands(CLI::App* app, ServiceFlags* flags) {
  AddServe(app, flags);
  AddCounters(app, &flags->work);
  AddControl(app, &flags->control);
  AddHealth(app, &flags->health);
}

std::optional<absl::Status> RunServiceCommand(const CLI::App& app, ServiceFlags* flags,
                                              std::ostream& out) {
  if (app.got_subcommand("serve")) {
    if (flags->max_bad_share >= 0) flags->serve.max_bad_share = flags->max_bad_share;
    return RunServe(flags->serve, out);
  }
  if (app.got_subcommand("work")) return RunWork(flags->work);
  if (app.got_subcommand("control")) return RunControl(flags->control, out);
  if (app.got_subcommand("health")) return RunHealth(flags->health, out);
  return std::nullopt;
}

}  // namespace quipu::pipelines
