// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/service_commands.h"

#include <unistd.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/service_text.h"
#include "pipelines/core/spec_file.h"
#include "pipelines/rpc/grpc_coordinator_client.h"
#include "pipelines/rpc/grpc_log.h"
#include "pipelines/rpc/health_client.h"
#include "pipelines/run/serve.h"

namespace quipu::pipelines {
namespace {

constexpr int kMaxWorkersShown = 50;
constexpr absl::Duration kHealthTimeout = absl::Seconds(5);

// One that a person waits for: it asks once.
absl::StatusOr<std::unique_ptr<GrpcCoordinatorClient>> Connect(const RemoteFlags& flags) {
  InstallGrpcLog();
  GrpcClientOptions options;
  options.address = flags.address;
  options.security = flags.security;
  options.give_up_after = absl::ZeroDuration();
  return GrpcCoordinatorClient::Create(options);
}

absl::StatusOr<v1::ControlRequest> ControlOf(const ControlFlags& flags) {
  v1::ControlRequest request;
  const bool has_argument = !flags.argument.empty();
  if (flags.verb == "pause") {
    request.set_verb(v1::ControlRequest::PAUSE);
    request.set_reason(has_argument ? flags.argument : "asked for by an operator");
    return request;
  }
  if (flags.verb == "reinstate") {
    if (!has_argument) return absl::InvalidArgumentError("reinstate wants the name of a worker");
    request.set_verb(v1::ControlRequest::REINSTATE_WORKER);
    request.set_worker(flags.argument);
    return request;
  }
  if (flags.verb == "resume") {
    request.set_verb(v1::ControlRequest::RESUME);
  } else if (flags.verb == "retry-quarantined") {
    request.set_verb(v1::ControlRequest::RETRY_QUARANTINED);
  } else {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", Snippet(flags.verb), "\" is none of pause, resume, retry-quarantined, reinstate"));
  }
  if (has_argument) {
    return absl::InvalidArgumentError(
        absl::StrCat(flags.verb, " takes nothing more: \"", Snippet(flags.argument), "\""));
  }
  return request;
}

}  // namespace

absl::Status RunServe(const ServeFlags& flags, std::ostream& out) {
  InstallGrpcLog();
  ASSIGN_OR_RETURN(v1::RunSpec spec, LoadRunSpec(flags.spec));
  if (flags.threads > 0) {
    spec.mutable_performance()->set_threads(static_cast<uint32_t>(flags.threads));
  }
  ServeOptions options;
  options.build.max_bad_share = flags.max_bad_share;
  options.build.terminal = isatty(STDERR_FILENO) == 1 && GetLogFormat() == LogFormat::kText;
  options.service.listen = flags.listen;
  options.service.security = flags.security;
  options.metrics = flags.metrics;
  ASSIGN_OR_RETURN(const BuildSummary summary, Serve(spec, options));
  return PrintSummary(summary, out);
}

absl::Status RunWork(const WorkOptions& options) {
  InstallGrpcLog();
  return Work(options);
}

absl::Status RunServiceStatus(const RemoteFlags& flags, bool json, std::ostream& out) {
  ASSIGN_OR_RETURN(const std::unique_ptr<GrpcCoordinatorClient> client, Connect(flags));
  ASSIGN_OR_RETURN(const v1::StatusReply status, client->Status());
  if (!json) {
    out << ServiceText(status, flags.address, kMaxWorkersShown);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string text, ServiceJson(status));
  out << text;
  return absl::OkStatus();
}

absl::Status RunControl(const ControlFlags& flags, std::ostream& out) {
  ASSIGN_OR_RETURN(const v1::ControlRequest request, ControlOf(flags));
  ASSIGN_OR_RETURN(const std::unique_ptr<GrpcCoordinatorClient> client, Connect(flags.remote));
  ASSIGN_OR_RETURN(const v1::ControlReply reply, client->Control(request));
  out << Snippet(reply.message(), 1000) << "\n";
  return absl::OkStatus();
}

absl::Status RunHealth(const HealthFlags& flags, std::ostream& out) {
  InstallGrpcLog();
  RETURN_IF_ERROR(
      CheckHealth(flags.remote.address, flags.remote.security, flags.service, kHealthTimeout));
  out << "serving\n";
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
