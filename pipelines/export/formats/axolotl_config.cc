// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/axolotl_config.h"

#include "absl/strings/str_cat.h"
#include "pipelines/export/formats/llamafactory_config.h"

namespace quipu::pipelines {
namespace {

void AppendDatasets(absl::string_view key, const std::vector<std::string>& shards,
                    absl::string_view type, std::string* yaml) {
  absl::StrAppend(yaml, key, ":\n");
  for (const std::string& shard : shards) {
    absl::StrAppend(yaml, "  - path: ", shard, "\n    ds_type: json\n    split: train\n    ", type,
                    "\n");
  }
}

}  // namespace

std::string AxolotlConfig(const FormatContext& context, const std::vector<std::string>& train,
                          const std::vector<std::string>& validation, absl::string_view type) {
  std::string yaml =
      "# The data set part of a configuration; start axolotl train in this directory.\n";
  AppendDatasets("datasets", train, type, &yaml);
  if (!validation.empty()) AppendDatasets("test_datasets", validation, type, &yaml);
  absl::StrAppend(&yaml, "# Longer rows would be dropped.\nsequence_len: ", LongestRow(context),
                  "\n# Axolotl packs the rows itself, with positions that keep them apart.\n"
                  "sample_packing: true\n");
  return yaml;
}

}  // namespace quipu::pipelines
