// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "mds" for MosaicML Streaming: long rows and packs, without padding, as shards
// of int32 arrays with their index.
//
//   const std::unique_ptr<ExportFormat> format = MakeMds(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_MDS_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_MDS_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeMds(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckMds(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_MDS_H_
