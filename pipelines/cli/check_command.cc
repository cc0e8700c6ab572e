// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/store_access.h"
#include "pipelines/export/check/check.h"
#include "pipelines/export/staged_dir.h"
#include "pipelines/run/stages.h"
#include "pipelines/tables/object_store.h"

namespace quipu::pipelines {
namespace {

class CheckCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("STORE", store_, "Directory of the store (default: none, --export alone)");
    app->add_option("--export", export_dir_,
                    "Directory of the export to check (default: the spec's, if it exists)");
    app->add_option("--model", model_,
                    "GGUF file or directory of the target model, if moved from the spec's path");
  }

  // DATA_LOSS if there were findings, after printing them all.
  absl::Status Run(std::ostream& out) override {
    if (IsObjectUrl(export_dir_)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--export ", export_dir_, ": check reads directories; copy it here first"));
    }
    if (store_.empty()) return CheckAlone(out);
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(store_));
    ASSIGN_OR_RETURN(std::vector<std::string> findings, store->CheckIntegrity());
    std::string note = "; no export to check";
    ASSIGN_OR_RETURN(const std::string dir, ExportOf(*store, &note));
    if (!dir.empty()) {
      ASSIGN_OR_RETURN(const generator::TargetModel target, TargetOf(*store, model_));
      ASSIGN_OR_RETURN(const std::vector<std::string> more, CheckExport(*store, target, dir));
      findings.insert(findings.end(), more.begin(), more.end());
    }
    RETURN_IF_ERROR(Report(findings, out));
    out << "store " << store_ << " is sound"
        << (dir.empty() ? note : absl::StrCat("; export ", dir, " is sound")) << "\n";
    return absl::OkStatus();
  }

 private:
  static absl::Status Report(const std::vector<std::string>& findings, std::ostream& out) {
    for (const std::string& finding : findings) out << finding << "\n";
    if (findings.empty()) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(findings.size(), " findings"));
  }

  absl::Status CheckAlone(std::ostream& out) const {
    if (export_dir_.empty()) {
      return absl::InvalidArgumentError("nothing to check: want STORE, --export or both");
    }
    ASSIGN_OR_RETURN(const std::vector<std::string> findings, CheckExportAlone(export_dir_));
    RETURN_IF_ERROR(Report(findings, out));
    out << "export " << export_dir_ << " is sound; not compared with a store\n";
    return absl::OkStatus();
  }

  // Empty if there is none. A partition has none: the directory's export belongs to the merged run.
  // Nor has a store beside another one whose run was exported later; `note` says so.
  absl::StatusOr<std::string> ExportOf(const storage::StoreView& store, std::string* note) const {
    if (!export_dir_.empty() || store.header().has_partition()) return export_dir_;
    const std::string dir = ExportDirOf(store.header().spec());
    const absl::StatusOr<ParsedManifest> manifest = ManifestOf(dir);
    if (absl::IsNotFound(manifest.status())) return std::string();
    // A manifest that is none is a finding of the check.
    if (absl::IsInvalidArgument(manifest.status())) return dir;
    RETURN_IF_ERROR(manifest.status());
    if (manifest->run_id == absl::BytesToHexString(store.header().run_id())) return dir;
    *note = absl::StrCat("; the export ", dir, " belongs to another run (", manifest->run_id,
                         ") and was not checked");
    return std::string();
  }

  std::string store_;
  std::string export_dir_;
  std::string model_;
};

}  // namespace

std::unique_ptr<Command> MakeCheckCommand() { return std::make_unique<CheckCommand>(); }

}  // namespace quipu::pipelines
