// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/sharegpt.h"

#include <string>

#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/jsonl_format.h"
#include "pipelines/export/formats/llamafactory_config.h"
#include "pipelines/export/formats/row_messages.h"

namespace quipu::pipelines {
namespace {

class SharegptFormat : public JsonlFormat {
 public:
  using JsonlFormat::Add;
  using JsonlFormat::JsonlFormat;

  absl::Status Add(Split split, const ConversationRow& row) override {
    ASSIGN_OR_RETURN(const RowMessages row_messages, RowMessagesOf(row, context()));
    if (!row_messages.AllAnswersTrained()) {
      CountLeftOut();
      return absl::OkStatus();
    }
    std::string line;
    JsonWriter json(&line);
    json.BeginObject();
    json.Key("conversations").BeginArray();
    for (size_t i = row_messages.FirstUser(); i < row_messages.messages.size(); ++i) {
      const inference::Message& message = row_messages.messages[i];
      json.BeginObject();
      json.Key("from").String(message.role == inference::Role::kUser ? "human" : "gpt");
      json.Key("value").String(message.content);
      json.EndObject();
    }
    json.EndArray();
    json.Key("system").String(row_messages.System());
    json.EndObject();
    RETURN_IF_ERROR(json.Finish());
    return AddLine(split, line);
  }

 protected:
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
