// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/axolotl_tokens.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/axolotl_config.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/jsonl_format.h"
#include "pipelines/export/rows/columns.h"

namespace quipu::pipelines {
namespace {

class AxolotlTokensFormat : public JsonlFormat {
 public:
  using JsonlFormat::Add;
  using JsonlFormat::JsonlFormat;

  absl::Status Add(Split split, const v1::TrainingRow& row) override {
    // Axolotl's sample_packing writes its own positions: a pack of ours would become one
    // conversation.
    for (const Columns& columns : SegmentColumnsOf(row)) {
      std::string line;
      JsonWriter json(&line);
      json.BeginObject();
      json.Key("input_ids").Ints(columns.input_ids);
      json.Key("attention_mask").Ints(columns.attention_mask);
      json.Key("labels").Ints(columns.labels);
      json.EndObject();
      RETURN_IF_ERROR(json.Finish());
      RETURN_IF_ERROR(AddLine(split, line));
    }
    return absl::OkStatus();
  }

 protected:
  absl::Status WriteConfig() override {
    return Write("axolotl.yaml", AxolotlConfig(context(), ShardNames(Split::kTrain),
                                               ShardNames(Split::kValidation), "type:"));
  }
};

}  // namespace

std::unique_ptr<ExportFormat> MakeAxolotlTokens(const FormatContext& context) {
  return std::make_unique<AxolotlTokensFormat>(context);
}

absl::Status CheckAxolotlTokens(const FormatFolder& folder, Findings* findings) {
  return CheckMaskedRows(folder, findings);
}

}  // namespace quipu::pipelines
