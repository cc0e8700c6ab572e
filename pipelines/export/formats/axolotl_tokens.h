// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "axolotl-tokens" for Axolotl's tokenised rows: one conversation a row,
// without padding, in exactly the three columns that it takes.
//
//   const std::unique_ptr<ExportFormat> format = MakeAxolotlTokens(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_AXOLOTL_TOKENS_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_AXOLOTL_TOKENS_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeAxolotlTokens(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckAxolotlTokens(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_AXOLOTL_TOKENS_H_
