// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "pipelines/cli/beside_store.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/run_flags.h"
#include "pipelines/cli/store_access.h"
#include "pipelines/report/report.h"

namespace quipu::pipelines {
namespace {

class ReportCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("STORE", store_, "Directory of the store; its run may be unfinished")
        ->required();
    app->add_option("--out", out_, "The page to write (default report.html beside the store)");
    AddSeedFlag(app, "Draws other samples (default 0)", &options_.seed);
  }

  absl::Status Run(std::ostream& out) override {
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(store_));
    ASSIGN_OR_RETURN(const std::string page, ReportHtml(*store, options_));
    const std::string path = out_.empty() ? BesideStore(store_, "report.html") : out_;
    RETURN_IF_ERROR(WriteFileAtomic(path, page));
    out << absl::StrCat("report     ", path, " (", (page.size() + 1023) / 1024, " KiB)\n");
    return absl::OkStatus();
  }

 private:
  std::string store_;
  std::string out_;
  ReportOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeReportCommand() { return std::make_unique<ReportCommand>(); }

}  // namespace quipu::pipelines
