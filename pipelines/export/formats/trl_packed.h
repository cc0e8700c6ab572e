// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "trl-packed" for TRL's SFTTrainer with padding_free: long rows and packs,
// without padding and without a mask, their borders in seq_lengths.
//
//   const std::unique_ptr<ExportFormat> format = MakeTrlPacked(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_TRL_PACKED_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_TRL_PACKED_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeTrlPacked(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckTrlPacked(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_TRL_PACKED_H_
