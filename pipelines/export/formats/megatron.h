// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "megatron" for Megatron-Core's IndexedDataset: .bin and .idx of tokens, and the
// same of labels, a conversation each.
//
//   const std::unique_ptr<ExportFormat> format = MakeMegatron(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_MEGATRON_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_MEGATRON_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeMegatron(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckMegatron(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_MEGATRON_H_
