// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The data set part of a configuration of Axolotl.
//
//   const std::string yaml = AxolotlConfig(context, train, validation, "type: input_output");
//
// Pure functions.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_AXOLOTL_CONFIG_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_AXOLOTL_CONFIG_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

// `train`, `validation`: names of shards. `type`: the line that says how rows are read.
std::string AxolotlConfig(const FormatContext& context, const std::vector<std::string>& train,
                          const std::vector<std::string>& validation, absl::string_view type);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_AXOLOTL_CONFIG_H_
