// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks an export of formats in folders: on its own, and against the store.
//
//   RETURN_IF_ERROR(CheckFormats(dir, manifest, &findings));
//   RETURN_IF_ERROR(CompareWithStore(store, target, dir, manifest, &findings));
//
// Stateless.
#ifndef QUIPU_PIPELINES_EXPORT_CHECK_FORMAT_CHECK_H_
#define QUIPU_PIPELINES_EXPORT_CHECK_FORMAT_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "generator/rows/target_model.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/rows/findings.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// Each file has its size and SHA-256, none is missing or added.
absl::Status CheckFiles(absl::string_view dir, const ParsedManifest& manifest, Findings* findings);

// Each format's rows are right on their own (formats/formats.h), and as many as the manifest
// says. REQUIRES: manifest.formats is not empty.
absl::Status CheckFormats(absl::string_view dir, const ParsedManifest& manifest,
                          Findings* findings);

// Writes the export again, into a temporary directory beside `dir`, and compares every
// file. It needs as much space as the export.
absl::Status CompareWithStore(const storage::StoreView& store, const generator::TargetModel& target,
                              absl::string_view dir, const ParsedManifest& manifest,
                              Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_CHECK_FORMAT_CHECK_H_
