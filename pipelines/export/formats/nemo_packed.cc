// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/nemo_packed.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "pipelines/export/formats/jsonl_check.h"
#include "pipelines/export/formats/llamafactory_config.h"
#include "pipelines/export/formats/table_shards.h"
#include "pipelines/export/rows/columns.h"

namespace quipu::pipelines {
namespace {

// Where each segment begins.
std::vector<int32_t> StartsOf(const std::vector<int32_t>& lengths) {
  std::vector<int32_t> starts;
  int32_t begin = 0;
  for (const int32_t length : lengths) {
    starts.push_back(begin);
    begin += length;
  }
  return starts;
}

// 1 where the *next* token is a target: Megatron-Bridge shifts tokens and labels by one, and
// takes the mask as it is. The first token of a segment is no target, so no mask looks across
// a border.
std::vector<int32_t> LossMaskOf(const std::vector<int32_t>& labels) {
  std::vector<int32_t> mask(labels.size(), 0);
  for (size_t i = 1; i < labels.size(); ++i) mask[i - 1] = labels[i] == kIgnoredLabel ? 0 : 1;
  return mask;
}

class NemoPackedFormat : public ExportFormat {
 public:
  explicit NemoPackedFormat(const FormatContext& context) : context_(context) {
    TableWriter::Options options;
    options.columns = {
        {"input_ids", "list<int32>"}, {"loss_mask", "list<int8>"}, {"seq_start_id", "list<int32>"}};
    for (const Split split : generator::kSplits) {
      // The older of its names for such files; the newer ones match it too.
      shards_[static_cast<int>(split)] =
          std::make_unique<TableShards>(context.out, context.Prefix(split), ".idx.parquet", options,
                                        context.header.spec().export_().shard_bytes());
    }
  }
  using ExportFormat::Add;

  absl::Status Add(Split split, const v1::TrainingRow& row) override {
    const Columns columns = UnpaddedColumnsOf(row);
    const std::vector<int32_t> mask = LossMaskOf(columns.labels);
    const std::vector<int32_t> starts = StartsOf(columns.seq_lengths);
    CountRow(split);
    return shards_[static_cast<int>(split)]->Append({absl::MakeConstSpan(columns.input_ids),
                                                     absl::MakeConstSpan(mask),
                                                     absl::MakeConstSpan(starts)});
  }

  absl::Status Finish() override {
    for (const auto& shards : shards_) RETURN_IF_ERROR(shards->Finish());
    return context_.out->Write(context_.Path("dataset.yaml"), Config());
  }

 private:
  std::string Config() const {
    const uint32_t longest = LongestRow(context_);
    std::string yaml = absl::StrCat(
        "# Of Megatron-Bridge's GPTSFTDatasetConfig; start the recipe in this directory.\n"
        "dataset:\n  dataset_root: .\n  seq_length: ",
        longest, "\n  enable_offline_packing: true\n  do_validation: ",
        Has(Split::kValidation) ? "true" : "false",
        "\n  do_test: false\n  offline_packing_specs:\n    packed_sequence_size: ", longest);
    for (const Split split : generator::kSplits) {
      if (!Has(split)) continue;
      absl::StrAppend(&yaml, "\n    packed_", split == Split::kTrain ? "train" : "val",
                      "_data_path: ", generator::SplitName(split), "/*.idx.parquet");
    }
    return yaml + "\n";
  }

  const FormatContext context_;
  std::unique_ptr<TableShards> shards_[2];  // By split.
};

std::string FaultOfRow(const JsonRow& row) {
  const std::vector<int32_t> ids = IntsOf(row, "input_ids");
  const std::vector<int32_t> mask = IntsOf(row, "loss_mask");
  const std::vector<int32_t> starts = IntsOf(row, "seq_start_id");
  if (mask.size() != ids.size()) {
    return absl::StrCat("loss_mask has ", mask.size(), " numbers, input_ids ", ids.size());
  }
  if (starts[0] != 0) return "seq_start_id does not begin with 0";
  const int32_t size = static_cast<int32_t>(ids.size());
  for (size_t i = 0; i < starts.size(); ++i) {
    const int32_t end = i + 1 < starts.size() ? starts[i + 1] : size;
    if (end <= starts[i] || end > size) {
      return absl::StrCat("seq_start_id[", i, "] is ", starts[i], ", the segment's end ", end);
    }
    if (mask[end - 1] != 0) return "a token of the next segment is a target";
  }
  const auto is_mask = [](int32_t value) { return value == 0 || value == 1; };
  if (!std::all_of(mask.begin(), mask.end(), is_mask)) return "loss_mask is not of 0 and 1";
  return std::count(mask.begin(), mask.end(), 1) == 0 ? "no trained token" : "";
}

}  // namespace

std::unique_ptr<ExportFormat> MakeNemoPacked(const FormatContext& context) {
  return std::make_unique<NemoPackedFormat>(context);
}

absl::Status CheckNemoPacked(const FormatFolder& folder, Findings* findings) {
  return CheckJsonl(folder,
                    {{"input_ids", JsonColumn::kInts},
                     {"loss_mask", JsonColumn::kInts},
                     {"seq_start_id", JsonColumn::kInts}},
                    FaultOfRow, findings);
}

}  // namespace quipu::pipelines
