// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/alpaca.h"

#include <string>

#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/answered_format.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/llamafactory_config.h"

namespace quipu::pipelines {
namespace {

class AlpacaFormat : public AnsweredFormat {
 public:
  using AnsweredFormat::AnsweredFormat;

 protected:
  // A history of turns would be an empty list in most rows, which has no type.
  bool Takes(const RowMessages& row) const override {
    return row.messages.size() == row.FirstUser() + 2;
  }
  void WriteFields(const RowMessages& row, JsonWriter* json) const override {
    const size_t user = row.FirstUser();
    json->Key("instruction").String(row.messages[user].content);
    json->Key("input").String("");
    json->Key("output").String(row.messages[user + 1].content);
    json->Key("system").String(row.System());
  }

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
