// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/network_flags.h"
#include "pipelines/cli/status_text.h"
#include "pipelines/cli/store_access.h"
#include "pipelines/cli/summary.h"
#include "pipelines/core/run_status.h"
#include "pipelines/rpc/address.h"

namespace quipu::pipelines {
namespace {

class StatusCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("STORE|ADDRESS", client_.address,
                    "Directory of a store, or address of a coordinator")
        ->required();
    app->add_flag("--json", json_, "Print one JSON object, with the same keys for both");
    app->add_option("--bad", max_bad_,
                    "Bad records and contaminated documents of a store to list (default 20)")
        ->check(CLI::Range(0, std::numeric_limits<int>::max()));
    AddClientSecurity(app, &client_.security);
  }

  absl::Status Run(std::ostream& out) override {
    return LooksLikeAddress(client_.address) ? OfCoordinator(out) : OfStore(out);
  }

 private:
  absl::Status OfStore(std::ostream& out) const {
    absl::StatusOr<std::unique_ptr<storage::Store>> opened = OpenReadOnly(client_.address);
    if (absl::IsNotFound(opened.status()) && !FileExists(client_.address)) {
      return absl::NotFoundError(
          absl::StrCat(opened.status().message(), "; a coordinator's address is host:port"));
    }
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, std::move(opened));
    if (!json_) return PrintStatus(*store, max_bad_, out);
    ASSIGN_OR_RETURN(const v1::StatusReply status, StatusOf(*store));
    return PrintJson(status, out);
  }

  absl::Status OfCoordinator(std::ostream& out) const {
    ASSIGN_OR_RETURN(const std::unique_ptr<GrpcCoordinatorClient> client, Connect(client_));
    ASSIGN_OR_RETURN(const v1::StatusReply status, client->Status());
    if (json_) return PrintJson(status, out);
    StatusView view;
    view.where = client_.address;
    view.live = true;
    out << StatusText(status, view);
    return absl::OkStatus();
  }

  static absl::Status PrintJson(const v1::StatusReply& status, std::ostream& out) {
    ASSIGN_OR_RETURN(const std::string text, StatusJson(status));
    out << text;
    return absl::OkStatus();
  }

  ClientFlags client_;  // The address may be a directory.
  bool json_ = false;
  int max_bad_ = 20;
};

}  // namespace

std::unique_ptr<Command> MakeStatusCommand() { return std::make_unique<StatusCommand>(); }

}  // namespace quipu::pipelines
