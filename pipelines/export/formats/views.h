// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The formats that have all that quipu knows of a row: "messages", "tokens" (long rows),
// "packs" and "labelled". docs/export.md has their fields.
//
//   const std::unique_ptr<ExportFormat> format = MakeTokens(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_VIEWS_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_VIEWS_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeMessages(const FormatContext& context);
std::unique_ptr<ExportFormat> MakeTokens(const FormatContext& context);
std::unique_ptr<ExportFormat> MakePacks(const FormatContext& context);
std::unique_ptr<ExportFormat> MakeLabelled(const FormatContext& context);

// Add what is wrong with rows on their own; CheckExport compares them with the store.
absl::Status CheckTokenRows(const FormatFolder& folder, Findings* findings);
absl::Status CheckTextRows(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_VIEWS_H_
