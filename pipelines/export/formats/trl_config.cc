// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/trl_config.h"

#include "absl/strings/str_cat.h"

namespace quipu::pipelines {

std::string TrlConfig(absl::string_view shards, absl::string_view columns, absl::string_view more) {
  return absl::StrCat(
      "# In this directory: trl sft --config trl.yaml --model_name_or_path MODEL --output_dir DIR\n"
      "datasets:\n  - path: json\n    data_files:\n",
      shards, "    split: train\n    columns: ", columns,
      "\n# The default, 1024, would cut the question and the answer off.\nmax_length: null\n"
      "packing: false\n",
      more);
}

}  // namespace quipu::pipelines
