// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/sharegpt.h"

#include <string>

#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/answered_format.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/llamafactory_config.h"

namespace quipu::pipelines {
namespace {

class SharegptFormat : public AnsweredFormat {
 public:
  using AnsweredFormat::AnsweredFormat;

 protected:
  void WriteFields(const RowMessages& row, JsonWriter* json) const override {
    json->Key("conversations").BeginArray();
    for (size_t i = row.FirstUser(); i < row.messages.size(); ++i) {
      const inference::Message& message = row.messages[i];
      json->BeginObject();
      json->Key("from").String(message.role == inference::Role::kUser ? "human" : "gpt");
      json->Key("value").String(message.content);
      json->EndObject();
    }
    json->EndArray();
    json->Key("system").String(row.System());
  }

  absl::Status WriteConfig() override {
    const LlamaFactoryFiles files = LlamaFactoryConfig(
        context(), Has(Split::kValidation),
        R"(, "formatting": "sharegpt", "columns": {"messages": "conversations", "system": "system"})");
    RETURN_IF_ERROR(Write("dataset_info.json", files.dataset_info));
    return Write("train.yaml", files.train_yaml);
  }
};

}  // namespace

std::unique_ptr<ExportFormat> MakeSharegpt(const FormatContext& context) {
  return std::make_unique<SharegptFormat>(context);
}

absl::Status CheckSharegpt(const FormatFolder& folder, Findings* findings) {
  return CheckJsonl(
      folder, {{"conversations", JsonColumn::kTurns}, {"system", JsonColumn::kString}},
      [](const JsonRow& row) -> std::string {
        size_t at = 0;
        const simdjson::dom::array turns = row["conversations"].get_array().value();
        for (const simdjson::dom::element turn : turns) {
          const std::string_view from = turn["from"].get_string().value();
          if (from != (at++ % 2 == 0 ? "human" : "gpt")) return "turns out of order";
        }
        return at % 2 == 0 ? "" : "no answer at the end";
      },
      findings);
}

}  // namespace quipu::pipelines
