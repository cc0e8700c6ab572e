// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/cli/commands.h"
#include "pipelines/cli/store_access.h"
#include "pipelines/cli/summary.h"
#include "pipelines/export/exporter.h"
#include "pipelines/export/formats/formats.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/staged_dir.h"
#include "pipelines/run/stages.h"

namespace quipu::pipelines {
namespace {

class ExportCommand : public Command {
 public:
  void AddFlags(CLI::App* app) override {
    app->add_option("STORE", store_, "Directory of the store")->required();
    app->add_option("--out", dir_, "Directory to write (default: the spec's)");
    app->add_option("--format", formats_,
                    absl::StrCat("A folder for a trainer; may be given several times: all, ",
                                 FormatNames(), " (default: the views at the top)"))
        ->allow_extra_args(false);  // STORE may follow.
    app->add_option("--compress", compress_,
                    "gzip or zstd, for formats whose reader takes it (default: none)");
    app->add_option("--model", model_,
                    "GGUF file or directory of the target model, if moved from the spec's path");
  }

  absl::Status Run(std::ostream& out) override {
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, OpenReadOnly(store_));
    ASSIGN_OR_RETURN(const generator::TargetModel target, TargetOf(*store, model_));
    const std::string dir = dir_.empty() ? ExportDirOf(store->header().spec()) : dir_;
    RETURN_IF_ERROR(CheckOutside(dir));
    ExportOptions options;
    options.formats = formats_;
    ASSIGN_OR_RETURN(options.compression, ParseShardCompression(compress_));
    ASSIGN_OR_RETURN(const std::optional<ParsedManifest> replaced, ReplacedExport(dir));
    ASSIGN_OR_RETURN(const ExportSummary summary, Export(*store, target, dir, options));
    if (replaced.has_value()) WarnOfLostFormats(*replaced, summary, dir);
    PrintExport(summary, dir, out);
    if (!formats_.empty()) PrintFormats(summary, out);
    return absl::OkStatus();
  }

 private:
  // A second command does not add to the folders of the first.
  static void WarnOfLostFormats(const ParsedManifest& replaced, const ExportSummary& summary,
                                absl::string_view dir) {
    std::vector<std::string> lost;
    for (const FormatSummary& old : replaced.formats) {
      const bool kept =
          std::any_of(summary.formats.begin(), summary.formats.end(),
                      [&old](const FormatSummary& now) { return now.name == old.name; });
      if (!kept) lost.push_back(old.name);
    }
    if (replaced.formats.empty() && !summary.formats.empty()) lost.emplace_back("the views");
    if (lost.empty()) return;
    LogWarning(absl::StrCat(Snippet(dir), " was replaced as a whole, and ",
                            absl::StrJoin(lost, ", "),
                            " in it are gone: name all formats in one command, or other "
                            "directories, to have both"));
  }

  // An export is replaced as a whole, and a store is no place for other files.
  absl::Status CheckOutside(const std::string& dir) const {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path out = fs::weakly_canonical(fs::absolute(dir), error) / "";
    const fs::path store = fs::weakly_canonical(fs::absolute(store_), error) / "";
    if (error || !absl::StartsWith(out.string(), store.string())) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("--out: ", Snippet(dir), " is in the store, want a directory outside of it"));
  }

  static std::string FormatNames() {
    return absl::StrJoin(Formats(), ", ", [](std::string* out, const FormatInfo& format) {
      absl::StrAppend(out, format.name);
    });
  }

  std::string store_;
  std::string dir_;
  std::vector<std::string> formats_;
  std::string compress_ = "none";
  std::string model_;
};

}  // namespace

std::unique_ptr<Command> MakeExportCommand() { return std::make_unique<ExportCommand>(); }

}  // namespace quipu::pipelines
