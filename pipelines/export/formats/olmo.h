// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "olmo" for OLMo-core: raw uint32 tokens, an end token after each conversation,
// and a raw bool for each token that says whether it takes the loss.
//
//   const std::unique_ptr<ExportFormat> format = MakeOlmo(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_OLMO_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_OLMO_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeOlmo(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckOlmo(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_OLMO_H_
