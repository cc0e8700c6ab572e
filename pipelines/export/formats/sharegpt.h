// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "sharegpt" for LLaMA-Factory: "conversations" of human and gpt, and "system".
// A row with an answer that takes no loss is left out: the format cannot say so.
//
//   const std::unique_ptr<ExportFormat> format = MakeSharegpt(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_SHAREGPT_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_SHAREGPT_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeSharegpt(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckSharegpt(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_SHAREGPT_H_
