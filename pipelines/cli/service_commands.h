// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Subcommands of runs on several machines, as commands.h has those of one.
#ifndef QUIPU_PIPELINES_CLI_SERVICE_COMMANDS_H_
#define QUIPU_PIPELINES_CLI_SERVICE_COMMANDS_H_

#include <optional>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "pipelines/metrics/server.h"
#include "pipelines/rpc/credentials.h"
#include "pipelines/worker/worker_main.h"

namespace quipu::pipelines {

struct ServeFlags {
  std::string spec;
  std::string listen = "127.0.0.1:7447";
  SecurityFiles security;
  std::optional<double> max_bad_share;
  int threads = 0;  // Of the engine, whose tokenizer measures documents.
  MetricsOptions metrics;
};
absl::Status RunServe(const ServeFlags& flags, std::ostream& out);

// OK when it was stopped too: what it had was handed in.
absl::Status RunWork(const WorkOptions& options);

struct RemoteFlags {
  std::string address;
  SecurityFiles security;
};
absl::Status RunServiceStatus(const RemoteFlags& flags, bool json, std::ostream& out);

struct ControlFlags {
  RemoteFlags remote;
  std::string verb;      // pause, resume, retry-quarantined or reinstate.
  std::string argument;  // pause: the reason; reinstate: the worker.
};
absl::Status RunControl(const ControlFlags& flags, std::ostream& out);

struct HealthFlags {
  RemoteFlags remote;
  std::string service;  // Empty: the process.
};
// UNAVAILABLE if it is not serving.
absl::Status RunHealth(const HealthFlags& flags, std::ostream& out);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_SERVICE_COMMANDS_H_
