// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/alpaca.h"

#include <string>

#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/jsonl_format.h"
#include "pipelines/export/formats/llamafactory_config.h"
#include "pipelines/export/formats/row_messages.h"

namespace quipu::pipelines {
namespace {

class AlpacaFormat : public JsonlFormat {
 public:
  using JsonlFormat::Add;
  using JsonlFormat::JsonlFormat;

  absl::Status Add(Split split, const ConversationRow& row) override {
    ASSIGN_OR_RETURN(const RowMessages row_messages, RowMessagesOf(row, context()));
    const size_t user = row_messages.FirstUser();
    // A history of turns would be an empty list in most rows, which has no type.
    if (row_messages.messages.size() != user + 2 || !row_messages.AllAnswersTrained()) {
      CountLeftOut();
      return absl::OkStatus();
    }
    std::string line;
    JsonWriter json(&line);
    json.BeginObject();
    json.Key("instruction").String(row_messages.messages[user].content);
    json.Key("input").String("");
    json.Key("output").String(row_messages.messages[user + 1].content);
    json.Key("system").String(row_messages.System());
    json.EndObject();
    RETURN_IF_ERROR(json.Finish());
    return AddLine(split, line);
  }

 protected:
  absl::Status WriteConfig() override {
    const LlamaFactoryFiles files = LlamaFactoryConfig(
        context(), Has(Split::kValidation),
        R"(, "columns": {"prompt": "instruction", "query": "input", "response": "output", )"
        R"("system": "system"})");
    RETURN_IF_ERROR(Write("dataset_info.json", files.dataset_info));
    return Write("train.yaml", files.train_yaml);
  }
};

}  // namespace

std::unique_ptr<ExportFormat> MakeAlpaca(const FormatContext& context) {
  return std::make_unique<AlpacaFormat>(context);
}

absl::Status CheckAlpaca(const FormatFolder& folder, Findings* findings) {
  return CheckJsonl(
      folder, {{"instruction"}, {"input"}, {"output"}, {"system"}},
      [](const JsonRow& row) -> std::string {
        return row["output"].get_string().value().empty() ? "an empty output" : "";
      },
      findings);
}

}  // namespace quipu::pipelines
