// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/llamafactory_tokens.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/llamafactory_config.h"
#include "pipelines/export/formats/table_shards.h"
#include "pipelines/export/rows/columns.h"

namespace quipu::pipelines {
namespace {

// The rows' schema in the words of `datasets`.
constexpr char kDatasetInfo[] =
    R"({"citation": "", "description": "", "features": {)"
    R"("input_ids": {"feature": {"dtype": "int32", "_type": "Value"}, "_type": "List"}, )"
    R"("attention_mask": {"feature": {"dtype": "int32", "_type": "Value"}, "_type": "List"}, )"
    R"("labels": {"feature": {"dtype": "int32", "_type": "Value"}, "_type": "List"}}, )"
    R"("homepage": "", "license": ""})";

class LlamaFactoryTokensFormat : public ExportFormat {
 public:
  explicit LlamaFactoryTokensFormat(const FormatContext& context) : context_(context) {
    TableWriter::Options options;
    options.format = TableFormat::kArrowStream;
    options.columns = {
        {"input_ids", "list<int32>"}, {"attention_mask", "list<int32>"}, {"labels", "list<int32>"}};
    for (const Split split : generator::kSplits) {
      shards_[static_cast<int>(split)] =
          std::make_unique<TableShards>(context.out, context.Prefix(split) + "data-", ".arrow",
                                        options, context.header.spec().export_().shard_bytes());
    }
  }
  using ExportFormat::Add;

  absl::Status Add(Split split, const v1::TrainingRow& row) override {
    // LLaMA-Factory has no way to pass the borders of a pack.
    for (const Columns& columns : SegmentColumnsOf(row)) {
      RETURN_IF_ERROR(shards_[static_cast<int>(split)]->Append(
          {absl::MakeConstSpan(columns.input_ids), absl::MakeConstSpan(columns.attention_mask),
           absl::MakeConstSpan(columns.labels)}));
      CountRow(split);
    }
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    std::string splits;
    for (const Split split : generator::kSplits) {
      RETURN_IF_ERROR(shards_[static_cast<int>(split)]->Finish());
      if (!Has(split)) continue;
      absl::StrAppend(&splits, splits.empty() ? "" : ", ", "\"", generator::SplitName(split), "\"");
      RETURN_IF_ERROR(WriteState(split));
    }
    RETURN_IF_ERROR(Write("dataset_dict.json", absl::StrCat("{\"splits\": [", splits, "]}")));
    return Write(
        "train.yaml",
        absl::StrCat(
            "# In this directory, after you have added model_name_or_path and output_dir:\n"
            "#   llamafactory-cli train train.yaml\n"
            "stage: sft\ndo_train: true\ntokenized_path: .\n"
            "# Must be named, and is not read.\ndataset: quipu\ncutoff_len: ",
            LongestRow(context_), "\n"));
  }

 private:
  absl::Status Write(absl::string_view name, absl::string_view content) const {
    return context_.out->Write(context_.Path(name), content);
  }

  // The files of one split, as datasets' save_to_disk lists them.
  absl::Status WriteState(Split split) const {
    const TableShards& shards = *shards_[static_cast<int>(split)];
    const std::string prefix = context_.Prefix(split);
    std::string files;
    for (const std::string& name : shards.names()) {
      absl::StrAppend(&files, files.empty() ? "" : ", ", "{\"filename\": \"",
                      name.substr(prefix.size()), "\"}");
    }
    // datasets names its caches by it: another run or split must have another one.
    const Fingerprint fingerprint = FingerprintBuilder("save_to_disk")
                                        .Add(context_.header.run_id())
                                        .Add(generator::SplitName(split))
                                        .Build();
    RETURN_IF_ERROR(context_.out->Write(
        prefix + "state.json",
        absl::StrCat("{\"_data_files\": [", files, "], \"_fingerprint\": \"",
                     fingerprint.ToHex().substr(0, 16),
                     "\", \"_format_columns\": null, \"_format_kwargs\": {}, "
                     "\"_format_type\": null, \"_output_all_columns\": false, \"_split\": \"",
                     generator::SplitName(split), "\"}")));
    return context_.out->Write(prefix + "dataset_info.json", kDatasetInfo);
  }

  const FormatContext context_;
  std::unique_ptr<TableShards> shards_[2];  // By split.
};

}  // namespace

std::unique_ptr<ExportFormat> MakeLlamaFactoryTokens(const FormatContext& context) {
  return std::make_unique<LlamaFactoryTokensFormat>(context);
}

absl::Status CheckLlamaFactoryTokens(const FormatFolder& folder, Findings* findings) {
  return CheckMaskedRows(folder, findings);
}

}  // namespace quipu::pipelines
