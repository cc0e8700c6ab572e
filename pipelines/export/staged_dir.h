// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The directory that an export is written to. It replaces an earlier export as
// a whole, and never replaces anything else.
//
//   ASSIGN_OR_RETURN(auto staged, StageExport("out/export"));
//   RETURN_IF_ERROR(WriteFiles(staged->path()));
//   RETURN_IF_ERROR(staged->Publish());
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_EXPORT_STAGED_DIR_H_
#define QUIPU_PIPELINES_EXPORT_STAGED_DIR_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/staged_dir.h"
#include "pipelines/export/manifest.h"

namespace quipu::pipelines {

// The manifest of the export that is at `dir`. NOT_FOUND if there is none, INVALID_ARGUMENT if it is
// not one of quipu's.
absl::StatusOr<ParsedManifest> ManifestOf(const std::string& dir);

// Makes an empty directory beside `out_dir`. ALREADY_EXISTS, naming what is in
// the way, if `out_dir` contains something other than an export of quipu;
// FAILED_PRECONDITION if another process is exporting to it.
absl::StatusOr<std::unique_ptr<StagedDir>> StageExport(absl::string_view out_dir);

// The manifest of the export that StageExport would replace; none if nothing is at `out_dir`, and of
// objects, which are looked at when they are written. ALREADY_EXISTS as StageExport.
absl::StatusOr<std::optional<ParsedManifest>> ReplacedExport(absl::string_view out_dir);

// ALREADY_EXISTS, naming a file, if one of these is not in the manifest of an export.
absl::Status CheckAllInManifest(absl::string_view manifest, const std::vector<std::string>& names);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_STAGED_DIR_H_
