// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The configuration that LLaMA-Factory reads: dataset_info.json and the data set part of
// a training file.
//
//   const LlamaFactoryFiles files = LlamaFactoryConfig(context, true, R"(, "columns": {...})");
//   return Write("dataset_info.json", files.dataset_info);
//
// Pure functions.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_LLAMAFACTORY_CONFIG_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_LLAMAFACTORY_CONFIG_H_

#include <string>

#include "absl/strings/string_view.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

struct LlamaFactoryFiles {
  std::string dataset_info;
  std::string train_yaml;
};

// `entry`: the rest of each entry, behind its file_name. `validation`: whether there is
// that split.
LlamaFactoryFiles LlamaFactoryConfig(const FormatContext& context, bool validation,
                                     absl::string_view entry);

// LLaMA-Factory's name of the target's template; empty if it is not known.
absl::string_view LlamaFactoryTemplate(const FormatContext& context);

// The longest row: instances.context_tokens or packing.pack_tokens.
uint32_t LongestRow(const FormatContext& context);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_LLAMAFACTORY_CONFIG_H_
