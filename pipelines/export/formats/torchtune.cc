// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/torchtune.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/answered_format.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/rows/json_parts.h"

namespace quipu::pipelines {
namespace {

class TorchtuneFormat : public AnsweredFormat {
 public:
  using AnsweredFormat::AnsweredFormat;

 protected:
  void WriteFields(const RowMessages& row, JsonWriter* json) const override {
    WriteMessages("messages", row.messages, 0, row.messages.size(), json);
  }

  absl::Status WriteConfig() override {
    std::string yaml =
        "# The data set part of a recipe's configuration; start tune run in this directory.\n";
    Append("dataset", Split::kTrain, &yaml);
    if (Has(Split::kValidation)) Append("dataset_val", Split::kValidation, &yaml);
    return Write("dataset.yaml", yaml);
  }

 private:
  void Append(absl::string_view key, Split split, std::string* yaml) const {
    absl::StrAppend(yaml, key,
                    ":\n  _component_: torchtune.datasets.chat_dataset\n  source: json\n"
                    "  data_files:\n",
                    ShardList(split, "    "),
                    "  split: train\n  conversation_column: messages\n"
                    "  conversation_style: openai\n  train_on_input: false\n");
  }
};

}  // namespace

std::unique_ptr<ExportFormat> MakeTorchtune(const FormatContext& context) {
  return std::make_unique<TorchtuneFormat>(context);
}

absl::Status CheckTorchtune(const FormatFolder& folder, Findings* findings) {
  return CheckJsonl(
      folder, {{"messages", JsonColumn::kMessages}}, [](const JsonRow&) { return std::string(); },
      findings);
}

}  // namespace quipu::pipelines
