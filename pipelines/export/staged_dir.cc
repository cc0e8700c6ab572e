// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/staged_dir.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/strings.h"
#include "pipelines/export/manifest.h"

namespace quipu::pipelines {
namespace {

// Checks that replacing `dir`, which contains `names`, destroys nothing but an
// export.
absl::Status CheckIsExport(const std::string& dir, const std::vector<std::string>& names) {
  const absl::StatusOr<std::string> text =
      ReadFile(JoinPath(dir, kManifestName), kMaxManifestBytes);
  if (absl::IsNotFound(text.status())) {
    return absl::AlreadyExistsError(
        absl::StrCat("it has no ", kManifestName, ", but ", Snippet(names[0])));
  }
  if (!text.ok()) return text.status();
  const absl::StatusOr<ParsedManifest> manifest = ParseManifest(*text);
  if (!manifest.ok()) {
    return absl::AlreadyExistsError(absl::StrCat(kManifestName, ": ", manifest.status().message()));
  }
  std::set<std::string> ours = {kManifestName};
  for (const ShardInfo& shard : manifest->shards) ours.insert(shard.name);
  for (const std::string& name : names) {
    if (ours.count(name) == 0) {
      return absl::AlreadyExistsError(
          absl::StrCat("it contains ", Snippet(name), ", which is not part of the export"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<StagedDir>> StageExport(absl::string_view out_dir) {
  return StagedDir::Create(out_dir, {"quipu-export", "exporting to", CheckIsExport});
}

}  // namespace quipu::pipelines
