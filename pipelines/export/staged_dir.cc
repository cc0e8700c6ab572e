// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/staged_dir.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/export/rows/output_dir.h"
#include "pipelines/tables/object_store.h"

namespace quipu::pipelines {
namespace {

// A card that its owner has changed since is theirs.
absl::Status CheckCardIsOurs(const std::string& dir, const ParsedManifest& manifest) {
  for (const ShardInfo& file : manifest.shards) {
    if (file.name != kCardName) continue;
    const absl::StatusOr<std::string> sha256 = Sha256HexOfFile(JoinPath(dir, kCardName));
    if (sha256.ok() && *sha256 != file.sha256) {
      return absl::AlreadyExistsError(
          absl::StrCat("its ", kCardName, " was changed: move it away to keep it, or remove it"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAllIn(const ParsedManifest& manifest, const std::vector<std::string>& names) {
  std::set<std::string> ours = {kManifestName};
  for (const ShardInfo& shard : manifest.shards) ours.insert(shard.name);
  for (const std::string& name : names) {
    if (ours.count(name) == 0) {
      return absl::AlreadyExistsError(
          absl::StrCat("it contains ", Snippet(name), ", which is not part of the export"));
    }
  }
  return absl::OkStatus();
}

absl::Status NoManifest(const absl::Status& why) {
  return absl::AlreadyExistsError(absl::StrCat(kManifestName, ": ", why.message()));
}

// The manifest of the export that is `dir`, which contains `names`, if replacing it destroys nothing
// but that.
absl::StatusOr<ParsedManifest> ReplaceableExport(const std::string& dir,
                                                 const std::vector<std::string>& names) {
  absl::StatusOr<ParsedManifest> manifest = ManifestOf(dir);
  if (absl::IsNotFound(manifest.status())) {
    return absl::AlreadyExistsError(
        absl::StrCat("it has no ", kManifestName, ", but ", Snippet(names[0])));
  }
  if (absl::IsInvalidArgument(manifest.status())) return NoManifest(manifest.status());
  RETURN_IF_ERROR(manifest.status());
  ASSIGN_OR_RETURN(const std::vector<std::string> tree, ListTree(dir));
  RETURN_IF_ERROR(CheckAllIn(*manifest, tree));
  RETURN_IF_ERROR(CheckCardIsOurs(dir, *manifest));
  return manifest;
}

absl::Status CheckIsExport(const std::string& dir, const std::vector<std::string>& names) {
  return ReplaceableExport(dir, names).status();
}

}  // namespace

absl::StatusOr<ParsedManifest> ManifestOf(const std::string& dir) {
  ASSIGN_OR_RETURN(const std::string text,
                   ReadFile(JoinPath(dir, kManifestName), kMaxManifestBytes));
  return ParseManifest(text);
}

absl::Status CheckAllInManifest(absl::string_view text, const std::vector<std::string>& names) {
  const absl::StatusOr<ParsedManifest> manifest = ParseManifest(text);
  return manifest.ok() ? CheckAllIn(*manifest, names) : NoManifest(manifest.status());
}

absl::StatusOr<std::optional<ParsedManifest>> ReplacedExport(absl::string_view out_dir) {
  const std::string dir(out_dir);
  if (IsObjectUrl(dir) || !FileExists(dir)) return std::nullopt;
  const auto refuse = [&dir](absl::string_view why) {
    return absl::AlreadyExistsError(absl::StrCat(Snippet(dir, 300), " is not replaced: ", why));
  };
  if (!IsDirectory(dir)) return refuse("it is not a directory");
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDir(dir));
  if (names.empty()) return std::nullopt;
  absl::StatusOr<ParsedManifest> manifest = ReplaceableExport(dir, names);
  if (absl::IsAlreadyExists(manifest.status())) return refuse(manifest.status().message());
  RETURN_IF_ERROR(manifest.status());
  return *std::move(manifest);
}

absl::StatusOr<std::unique_ptr<StagedDir>> StageExport(absl::string_view out_dir) {
  return StagedDir::Create(out_dir, {"quipu-export", "exporting to", CheckIsExport});
}

}  // namespace quipu::pipelines
