// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "nemo-packed": packed Parquet for NeMo's Megatron-Bridge. Long rows and packs
// without padding: input_ids, loss_mask and seq_start_id. It needs a build with Apache
// Arrow.
//
//   const std::unique_ptr<ExportFormat> format = MakeNemoPacked(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_NEMO_PACKED_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_NEMO_PACKED_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeNemoPacked(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckNemoPacked(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_NEMO_PACKED_H_
