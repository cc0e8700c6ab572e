// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "llamafactory-tokens" for LLaMA-Factory's tokenized_path: a directory as
// `datasets` saves one, with a conversation a row. It needs a build with Apache Arrow.
//
//   const std::unique_ptr<ExportFormat> format = MakeLlamaFactoryTokens(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_LLAMAFACTORY_TOKENS_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_LLAMAFACTORY_TOKENS_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeLlamaFactoryTokens(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckLlamaFactoryTokens(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_LLAMAFACTORY_TOKENS_H_
