// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// quipu: long documents and a LLaMA model in, a long-context instruction
// dataset out. This file only parses flags; commands.h has the work.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/stop.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/service_flags.h"
#include "pipelines/core/version.h"
#include "pipelines/rpc/address.h"

namespace {

using quipu::pipelines::BuildFlags;
using quipu::pipelines::CheckFlags;
using quipu::pipelines::ExportFlags;
using quipu::pipelines::MergeFlags;
using quipu::pipelines::RemoteFlags;
using quipu::pipelines::ServiceFlags;
using quipu::pipelines::ShowOptions;
using quipu::pipelines::StatusFlags;

// Flags of all subcommands; each fills its own.
struct Flags {
  BuildFlags build;
  double max_bad_share = -1;
  MergeFlags merge;
  ExportFlags export_flags;
  StatusFlags status;
  RemoteFlags remote_status;  // If it is an address that was given.
  ServiceFlags service;
  std::string show_store;
  ShowOptions show;
  CheckFlags check;
};

void AddBuild(CLI::App* app, Flags* flags) {
  CLI::App* command = app->add_subcommand(
      "build", "Build a dataset as SPEC says; stop it anywhere, run it again, it goes on");
  command->add_option("SPEC", flags->build.spec, "RunSpec in text format (protos/run_spec.proto)")
      ->required();
  command
      ->add_option("--max-bad-share", flags->max_bad_share,
                   "Share of an input's records that may be bad, 0 to 1 (default: the spec's)")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--threads", flags->build.threads, "Threads of the engine (default: cores)")
      ->check(CLI::Range(1, 1024));
  command->add_option("--partition", flags->build.partition,
                      "i/n: only this partition of the run, 0 <= i < n, in STORE.partition-i-of-n");
}

void AddMerge(CLI::App* app, Flags* flags) {
  CLI::App* command = app->add_subcommand(
      "merge", "Put the partitions of a split run together, and build its dataset");
  command->add_option("SPEC", flags->merge.spec, "The spec that all partitions were built from")
      ->required();
  command->add_option("STORE", flags->merge.stores,
                      "The partitions' stores (default: all beside the spec's store)");
  command->add_flag("--check", flags->merge.check, "Check every byte of the partitions first");
}

void AddExport(CLI::App* app, Flags* flags) {
  CLI::App* command = app->add_subcommand("export", "Write the dataset of a finished run as JSONL");
  command->add_option("STORE", flags->export_flags.store, "Directory of the store")->required();
  command->add_option("--out", flags->export_flags.out_dir,
                      "Directory to write (default: the spec's)");
  command->add_option("--model", flags->export_flags.model,
                      "Target model's GGUF, if it is not where the spec says");
}

void AddStatus(CLI::App* app, Flags* flags) {
  CLI::App* command = app->add_subcommand(
      "status",
      "Counts, rejects by reason, bad records, what the engine did; of a running "
      "coordinator also rates and workers");
  command
      ->add_option("STORE|ADDRESS", flags->status.store,
                   "Directory of the store, or address of a coordinator")
      ->required();
  command->add_flag("--json", flags->status.json, "One JSON object");
  command->add_option("--bad", flags->status.max_bad, "Bad records listed at most (default 20)")
      ->check(CLI::NonNegativeNumber);
  quipu::pipelines::AddClientSecurity(command, &flags->remote_status.security);
}

void AddShow(CLI::App* app, Flags* flags) {
  CLI::App* command =
      app->add_subcommand("show", "Read samples, the evidence marked in its document");
  command->add_option("STORE", flags->show_store, "Directory of the store")->required();
  command->add_option("ID", flags->show.id, "Task id, or how one begins");
  command
      ->add_option("--limit", flags->show.limit, "Samples shown, spread over the run (default 3)")
      ->check(CLI::PositiveNumber);
  command->add_flag("--rejects", flags->show.rejects, "Rejects instead of samples");
  command->add_option("--reason", flags->show.reason, "Only rejects of this reason");
  command->add_option("--around", flags->show.around_bytes,
                      "Bytes of text shown around the evidence (default 400)");
}

void AddCheck(CLI::App* app, Flags* flags) {
  CLI::App* command =
      app->add_subcommand("check", "Check every checksum and invariant of a store and its export");
  command->add_option("STORE", flags->check.store, "Directory of the store")->required();
  command->add_option("--export", flags->check.export_dir, "Export to check (default: the spec's)");
  command->add_option("--model", flags->check.model,
                      "Target model's GGUF, if it is not where the spec says");
}

absl::Status RunAnyStatus(Flags* flags) {
  namespace pipelines = quipu::pipelines;
  if (!pipelines::LooksLikeAddress(flags->status.store)) {
    return pipelines::RunStatus(flags->status, std::cout);
  }
  flags->remote_status.address = flags->status.store;
  return pipelines::RunServiceStatus(flags->remote_status, flags->status.json, std::cout);
}

absl::Status Run(const CLI::App& app, Flags* flags) {
  namespace pipelines = quipu::pipelines;
  const std::optional<absl::Status> service =
      pipelines::RunServiceCommand(app, &flags->service, std::cout);
  if (service.has_value()) return *service;
  if (app.got_subcommand("build")) {
    if (flags->max_bad_share >= 0) flags->build.max_bad_share = flags->max_bad_share;
    return pipelines::RunBuild(flags->build, std::cout);
  }
  if (app.got_subcommand("merge")) return pipelines::RunMerge(flags->merge, std::cout);
  if (app.got_subcommand("export")) return pipelines::RunExport(flags->export_flags, std::cout);
  if (app.got_subcommand("status")) return RunAnyStatus(flags);
  if (app.got_subcommand("check")) return pipelines::RunCheck(flags->check, std::cout);
  flags->show.colour = isatty(STDOUT_FILENO) == 1;
  return pipelines::RunShow(flags->show_store, flags->show, std::cout);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("quipu: long documents and a LLaMA model in, long-context instruction data out");
  app.set_version_flag("--version", absl::StrCat("quipu ", quipu::pipelines::kQuipuVersion));
  app.require_subcommand(1);
  bool quiet = false;
  app.add_flag("--quiet", quiet, "Warnings and errors alone");
  std::string log_format = "text";
  app.add_option("--log-format", log_format,
                 "text, or json: one object a line with time, level, run, process, message")
      ->check(CLI::IsMember({"text", "json"}));
  Flags flags;
  AddBuild(&app, &flags);
  AddMerge(&app, &flags);
  quipu::pipelines::AddServiceCommands(&app, &flags.service);
  AddExport(&app, &flags);
  AddStatus(&app, &flags);
  AddShow(&app, &flags);
  AddCheck(&app, &flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (quiet) quipu::SetLogLevel(quipu::LogLevel::kWarning);
  if (log_format == "json") quipu::SetLogFormat(quipu::LogFormat::kJson);
  quipu::SetLogContext(/*run=*/"", app.get_subcommands().front()->get_name());
  quipu::InstallStopHandlers();
  const absl::Status status = Run(app, &flags);
  std::cout.flush();
  if (!status.ok()) {
    quipu::LogError(absl::StrCat(absl::StatusCodeToString(status.code()), ": ", status.message()));
  }
  return quipu::pipelines::ExitCodeOf(status);
}
