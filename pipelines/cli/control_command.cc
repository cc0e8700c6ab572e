// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/network_flags.h"
#include "pipelines/rpc/address.h"
#include "pipelines/run/retry_quarantined.h"
#include "storage/store.h"

namespace quipu::pipelines {
namespace {

absl::StatusOr<v1::ControlRequest> RequestOf(const std::string& verb, const std::string& argument) {
  v1::ControlRequest request;
  if (verb == "pause") {
    request.set_verb(v1::ControlRequest::PAUSE);
    request.set_reason(argument.empty() ? "requested by an operator" : argument);
    return request;
  }
  if (verb == "reinstate") {
    if (argument.empty()) {
      return absl::InvalidArgumentError("reinstate needs the name of a worker");
    }
    request.set_verb(v1::ControlRequest::REINSTATE_WORKER);
    request.set_worker(argument);
    return request;
  }
  if (verb == "resume") {
    request.set_verb(v1::ControlRequest::RESUME);
  } else if (verb == "retry-quarantined") {
    request.set_verb(v1::ControlRequest::RETRY_QUARANTINED);
  } else {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", Snippet(verb), "\": want pause, resume, retry-quarantined or reinstate"));
  }
  if (!argument.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(verb, " takes no argument: \"", Snippet(argument), "\""));
  }
  return request;
}

class ControlCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("ADDRESS|STORE", client_.address,
                    "Address of a coordinator; for retry-quarantined also the directory of a "
                    "store that no process has open")
        ->required();
    AddClientSecurity(app, &client_.security);
    app->add_option("VERB", verb_, "pause [REASON], resume, retry-quarantined, or reinstate WORKER")
        ->required();
    app->add_option("ARGUMENT", argument_, "REASON or WORKER");
  }

  absl::Status Run(std::ostream& out) override {
    ASSIGN_OR_RETURN(const v1::ControlRequest request, RequestOf(verb_, argument_));
    if (!LooksLikeAddress(client_.address)) return RetryInStore(request, out);
    ASSIGN_OR_RETURN(const std::unique_ptr<GrpcCoordinatorClient> client, Connect(client_));
    ASSIGN_OR_RETURN(const v1::ControlReply reply, client->Control(request));
    out << Snippet(reply.message(), 1000) << "\n";
    return absl::OkStatus();
  }

 private:
  absl::Status RetryInStore(const v1::ControlRequest& request, std::ostream& out) const {
    if (request.verb() != v1::ControlRequest::RETRY_QUARANTINED) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", Snippet(client_.address), "\" is no address, and ", verb_,
          " is for a running coordinator; a store can only be told to retry-quarantined"));
    }
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store,
                     storage::Store::Open(client_.address, {}));
    ASSIGN_OR_RETURN(const uint64_t pairs, RetryQuarantined(store.get()));
    RETURN_IF_ERROR(store->Close());
    if (pairs == 0) {
      out << "no pair of " << client_.address << " is quarantined\n";
      return absl::OkStatus();
    }
    out << pairs << " quarantined pairs are pending again; run quipu build or serve to make them\n";
    return absl::OkStatus();
  }

  ClientFlags client_;  // The address may be a directory.
  std::string verb_;
  std::string argument_;
};

}  // namespace

std::unique_ptr<Command> MakeControlCommand() { return std::make_unique<ControlCommand>(); }

}  // namespace quipu::pipelines
