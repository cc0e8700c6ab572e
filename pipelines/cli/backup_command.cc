// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// backup and restore.
#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pipelines/cli/commands.h"
#include "storage/backup.h"

namespace quipu::pipelines {
namespace {

void Print(absl::string_view what, const storage::BackupSummary& summary, std::ostream& out) {
  out << what << ": run " << absl::BytesToHexString(summary.run_id) << ", " << summary.records
      << " records, " << summary.results << " results, " << summary.bytes << " bytes\n";
}

class BackupCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("STORE", store_, "Directory of the store; others may be writing to it")
        ->required();
    app->add_option("--out", out_,
                    "Directory of the backup; an earlier backup of the same run is replaced")
        ->required();
  }

  absl::Status Run(std::ostream& out) override {
    ASSIGN_OR_RETURN(const storage::BackupSummary made, storage::BackUp(store_, out_));
    Print(absl::StrCat("backup ", out_), made, out);
    return absl::OkStatus();
  }

 private:
  std::string store_;
  std::string out_;
};

class RestoreCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("BACKUP", backup_, "Directory of the backup")->required();
    app->add_option("--out", out_, "Directory of the new store; must not exist")->required();
  }

  absl::Status Run(std::ostream& out) override {
    ASSIGN_OR_RETURN(const storage::BackupSummary restored, storage::Restore(backup_, out_));
    Print(absl::StrCat("store ", out_), restored, out);
    return absl::OkStatus();
  }

 private:
  std::string backup_;
  std::string out_;
};

}  // namespace

std::unique_ptr<Command> MakeBackupCommand() { return std::make_unique<BackupCommand>(); }
std::unique_ptr<Command> MakeRestoreCommand() { return std::make_unique<RestoreCommand>(); }

}  // namespace quipu::pipelines
