// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/trl_packed.h"

#include <string>

#include "base/json_writer.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/jsonl_format.h"
#include "pipelines/export/formats/trl_config.h"
#include "pipelines/export/rows/columns.h"

namespace quipu::pipelines {
namespace {

class TrlPackedFormat : public JsonlFormat {
 public:
  using JsonlFormat::Add;
  using JsonlFormat::JsonlFormat;

  absl::Status Add(Split split, const v1::TrainingRow& row) override {
    const Columns columns = UnpaddedColumnsOf(row);
    std::string line;
    JsonWriter json(&line);
    json.BeginObject();
    json.Key("input_ids").Ints(columns.input_ids);
    json.Key("labels").Ints(columns.labels);
    json.Key("seq_lengths").Ints(columns.seq_lengths);
    json.EndObject();
    RETURN_IF_ERROR(json.Finish());
    return AddLine(split, line);
  }

 protected:
  absl::Status WriteConfig() override {
    return Write(
        "trl.yaml",
        TrlConfig(
            ShardList(Split::kTrain, "      "), "[input_ids, labels, seq_lengths]",
            "# Positions come from seq_lengths, so that the segments of a pack do not attend\n"
            "# to each other. Without it they would, and nothing would say so.\n"
            "padding_free: true\n"
            "dataset_kwargs:\n  skip_prepare_dataset: true\n"));
  }
};

}  // namespace

std::unique_ptr<ExportFormat> MakeTrlPacked(const FormatContext& context) {
  return std::make_unique<TrlPackedFormat>(context);
}

absl::Status CheckTrlPacked(const FormatFolder& folder, Findings* findings) {
  return CheckJsonl(
      folder,
      {{"input_ids", JsonColumn::kInts},
       {"labels", JsonColumn::kInts},
       {"seq_lengths", JsonColumn::kInts}},
      [](const JsonRow& row) {
        TokenColumns columns;
        columns.input_ids = IntsOf(row, "input_ids");
        columns.labels = IntsOf(row, "labels");
        columns.seq_lengths = IntsOf(row, "seq_lengths");
        return columns.seq_lengths.empty() ? "no seq_lengths" : FaultOf(columns);
      },
      findings);
}

}  // namespace quipu::pipelines
