// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The format "alpaca" for LLaMA-Factory and others: instruction, input, output, system.
// Conversations of several turns are left out: the format has one.
//
//   const std::unique_ptr<ExportFormat> format = MakeAlpaca(context);
//   RETURN_IF_ERROR(format->Add(Split::kTrain, row));
//   RETURN_IF_ERROR(format->Finish());
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_ALPACA_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_ALPACA_H_

#include <memory>

#include "absl/status/status.h"
#include "pipelines/export/formats/format_folder.h"
#include "pipelines/export/rows/findings.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

std::unique_ptr<ExportFormat> MakeAlpaca(const FormatContext& context);
// Adds what is wrong in a folder of this format.
absl::Status CheckAlpaca(const FormatFolder& folder, Findings* findings);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_ALPACA_H_
