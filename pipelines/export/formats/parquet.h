// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The formats "tokens-parquet" and "packs-parquet": the columns of the formats "tokens" and
// "packs" in Parquet, with lists of int32. They need a build with Apache Arrow.
//
//   const std::unique_ptr<ExportFormat> format = MakeTokensParquet(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_PARQUET_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_PARQUET_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeTokensParquet(const FormatContext& context);
std::unique_ptr<ExportFormat> MakePacksParquet(const FormatContext& context);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_PARQUET_H_
