// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "prompt-completion" for TRL's SFTTrainer: a row for each answer that takes the
// loss, with all messages before it as its prompt.
//
//   const std::unique_ptr<ExportFormat> format = MakePromptCompletion(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_PROMPT_COMPLETION_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_PROMPT_COMPLETION_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakePromptCompletion(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckPromptCompletion(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_PROMPT_COMPLETION_H_
