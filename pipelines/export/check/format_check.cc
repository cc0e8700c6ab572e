// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/check/format_check.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/staged_dir.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "pipelines/export/exporter.h"
#include "pipelines/export/formats/formats.h"

namespace quipu::pipelines {

absl::Status CheckFiles(absl::string_view dir, const ParsedManifest& manifest, Findings* findings) {
  std::set<std::string> known = {kManifestName};
  for (const ShardInfo& file : manifest.shards) {
    if (StopRequested()) return absl::CancelledError("stopped while checking");
    if (!known.insert(file.name).second) {
      findings->Add({kManifestName}, absl::StrCat(Snippet(file.name), " is listed twice"));
      continue;
    }
    const std::string path = JoinPath(dir, file.name);
    const absl::StatusOr<std::string> sha256 = Sha256HexOfFile(path);
    const absl::StatusOr<uint64_t> bytes = FileSize(path);
    if (!sha256.ok() || !bytes.ok()) {
      findings->Add({file.name}, (sha256.ok() ? bytes.status() : sha256.status()).message());
      continue;
    }
    if (*sha256 != file.sha256) {
      findings->Add({file.name}, "SHA-256 differs from the manifest's");
    }
    if (*bytes != file.bytes) {
      findings->Add({file.name}, absl::StrCat(*bytes, " bytes, the manifest says ", file.bytes));
    }
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListTree(dir));
  for (const std::string& name : names) {
    if (known.count(name) == 0) findings->Add({Snippet(name)}, "file is not in the manifest");
  }
  return absl::OkStatus();
}

absl::Status CheckFormats(absl::string_view dir, const ParsedManifest& manifest,
                          Findings* findings) {
  for (const FormatSummary& summary : manifest.formats) {
    const absl::StatusOr<const FormatInfo*> format = FindFormat(summary.name);
    if (!format.ok()) {
      findings->Add({kManifestName}, format.status().message());
      continue;
    }
    FormatFolder folder;
    folder.dir = std::string(dir);
    folder.name = summary.name;
    folder.rows[0] = summary.train_rows;
    folder.rows[1] = summary.validation_rows;
    for (const ShardInfo& file : manifest.shards) {
      if (absl::StartsWith(file.name, summary.name + "/")) folder.files.push_back(file);
    }
    RETURN_IF_ERROR((*format)->check(folder, findings));
  }
  return absl::OkStatus();
}

absl::Status CompareWithStore(const storage::StoreView& store, const generator::TargetModel& target,
                              absl::string_view dir, const ParsedManifest& manifest,
                              Findings* findings) {
  ExportOptions options;
  options.compression = manifest.compression;
  for (const FormatSummary& format : manifest.formats) options.formats.push_back(format.name);
  StagedDirOptions staging;
  staging.suffix = "quipu-check";
  staging.activity = "checking";
  staging.check_replaceable = [](const std::string&, const std::vector<std::string>&) {
    return absl::OkStatus();  // It is never published.
  };
  ASSIGN_OR_RETURN(const std::unique_ptr<StagedDir> staged, StagedDir::Create(dir, staging));
  RETURN_IF_ERROR(ExportInto(store, target, options, staged->path()).status());
  ASSIGN_OR_RETURN(const std::string text,
                   ReadFile(JoinPath(staged->path(), kManifestName), kMaxManifestBytes));
  ASSIGN_OR_RETURN(const std::string present,
                   ReadFile(JoinPath(dir, kManifestName), kMaxManifestBytes));
  if (text == present) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ParsedManifest wanted, ParseManifest(text));
  std::map<std::string, ShardInfo> files;
  for (const ShardInfo& file : wanted.shards) files[file.name] = file;
  const uint64_t before = findings->count();
  for (const ShardInfo& file : manifest.shards) {
    const auto found = files.find(file.name);
    if (found == files.end()) {
      findings->Add({file.name}, "the store gives no such file");
      continue;
    }
    if (found->second.sha256 != file.sha256) {
      findings->Add({file.name}, "differs from what the store gives");
    }
    files.erase(found);
  }
  for (const auto& [name, file] : files) findings->Add({name}, "is missing");
  if (findings->count() == before) {
    findings->Add({kManifestName}, "differs from what the store gives");
  }
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
