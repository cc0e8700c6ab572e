// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "torchtune": messages in OpenAI's form, with the data set part of a recipe.
// A row with an answer that takes no loss is left out.
//
//   const std::unique_ptr<ExportFormat> format = MakeTorchtune(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_TORCHTUNE_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_TORCHTUNE_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeTorchtune(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckTorchtune(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_TORCHTUNE_H_
