// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/prompt_completion.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/jsonl_format.h"
#include "pipelines/export/formats/row_messages.h"
#include "pipelines/export/formats/trl_config.h"
#include "pipelines/export/rows/json_parts.h"

namespace quipu::pipelines {
namespace {

class PromptCompletionFormat : public JsonlFormat {
 public:
  using JsonlFormat::Add;
  using JsonlFormat::JsonlFormat;

  absl::Status Add(Split split, const ConversationRow& row) override {
    ASSIGN_OR_RETURN(const RowMessages row_messages, RowMessagesOf(row, context()));
    const auto& messages = row_messages.messages;
    for (size_t i = 0; i < messages.size(); ++i) {
      if (!row_messages.trained[i]) continue;
      std::string line;
      JsonWriter json(&line);
      json.BeginObject();
      WriteMessages("prompt", messages, 0, i, &json);
      WriteMessages("completion", messages, i, i + 1, &json);
      json.EndObject();
      RETURN_IF_ERROR(json.Finish());
      RETURN_IF_ERROR(AddLine(split, line));
    }
    return absl::OkStatus();
  }

 protected:
  absl::Status WriteConfig() override {
    return Write("trl.yaml", TrlConfig(ShardList(Split::kTrain, "      "), "[prompt, completion]",
                                       "completion_only_loss: true\n"));
  }
};

}  // namespace

std::unique_ptr<ExportFormat> MakePromptCompletion(const FormatContext& context) {
  return std::make_unique<PromptCompletionFormat>(context);
}

absl::Status CheckPromptCompletion(const FormatFolder& folder, Findings* findings) {
  return CheckJsonl(
      folder, {{"prompt", JsonColumn::kMessages}, {"completion", JsonColumn::kMessages}},
      [](const JsonRow& row) {
        const simdjson::dom::array completion = row["completion"].get_array().value();
        if (completion.size() != 1) {
          return absl::StrCat("a completion of ", completion.size(), " messages, want 1");
        }
        return std::string(completion.at(0)["role"].get_string().value()) == "assistant"
                   ? std::string()
                   : std::string("the completion is not the assistant's");
      },
      findings);
}

}  // namespace quipu::pipelines
