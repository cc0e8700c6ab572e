// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The configuration of a run of TRL, for `trl sft --config trl.yaml`.
//
//   const std::string yaml = TrlConfig(shards, "[messages]", "assistant_only_loss: true\n");
//
// Pure functions.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_TRL_CONFIG_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_TRL_CONFIG_H_

#include <string>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// `shards`: a YAML list with an indent of six spaces. `more`: further lines.
std::string TrlConfig(absl::string_view shards, absl::string_view columns, absl::string_view more);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_TRL_CONFIG_H_
