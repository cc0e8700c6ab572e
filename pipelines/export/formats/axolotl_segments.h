// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "axolotl-segments" for Axolotl's `type: input_output`: the rendered text in
// segments that are trained or not. A row whose segments, tokenised one by one, give
// other tokens than the row has is left out.
//
//   const std::unique_ptr<ExportFormat> format = MakeAxolotlSegments(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_AXOLOTL_SEGMENTS_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_AXOLOTL_SEGMENTS_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeAxolotlSegments(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckAxolotlSegments(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_AXOLOTL_SEGMENTS_H_
