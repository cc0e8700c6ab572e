// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/parquet.h"

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "generator/rows/loss_weights.h"
#include "pipelines/export/formats/table_shards.h"
#include "pipelines/export/rows/rows.h"
#include "pipelines/export/rows/training_row.h"

namespace quipu::pipelines {
namespace {

// The columns of TokenRow.
TableWriter::Options OptionsOf(const v1::RunSpec& spec, bool packs) {
  TableWriter::Options options;
  options.columns = {{"id", "string"},
                     {"kind", "string"},
                     {"row_kind", "string"},
                     {"input_ids", "list<int32>"},
                     {"labels", "list<int32>"}};
  if (generator::HasLossWeights(spec)) options.columns.push_back({"loss_weights", "list<double>"});
  if (!packs) options.columns.push_back({"attention_mask", "list<int32>"});
  options.columns.push_back({"position_ids", "list<int32>"});
  options.columns.push_back({"seq_lengths", "list<int32>"});
  options.columns.push_back({"sources", "list<string>"});
  return options;
}

class ParquetFormat : public ExportFormat {
 public:
  ParquetFormat(const FormatContext& context, bool packs)
      : packs_(packs),
        has_loss_weights_(generator::HasLossWeights(context.header.spec())),
        rows_(context.header, context.target) {
    const v1::RunSpec& spec = context.header.spec();
    for (const Split split : generator::kSplits) {
      shards_[static_cast<int>(split)] =
          std::make_unique<TableShards>(context.out, context.Prefix(split), ".parquet",
                                        OptionsOf(spec, packs), spec.export_().shard_bytes());
    }
  }
  using ExportFormat::Add;

  absl::Status Add(Split split, const v1::TrainingRow& row) override {
    if (HoldsSeveral(row) != packs_) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Fingerprint id, TrainingRowId(row));
    ASSIGN_OR_RETURN(const TokenRow tokens, rows_.Tokens(row, id));
    const Columns& columns = tokens.columns;
    std::vector<TableCell> cells = {absl::string_view(tokens.id), tokens.kind, tokens.row_kind,
                                    absl::MakeConstSpan(columns.input_ids),
                                    absl::MakeConstSpan(columns.labels)};
    if (has_loss_weights_) cells.push_back(absl::MakeConstSpan(columns.loss_weights));
    if (!packs_) cells.push_back(absl::MakeConstSpan(columns.attention_mask));
    cells.push_back(absl::MakeConstSpan(columns.position_ids));
    cells.push_back(absl::MakeConstSpan(columns.seq_lengths));
    cells.push_back(absl::MakeConstSpan(tokens.sources));
    CountRow(split);
    return shards_[static_cast<int>(split)]->Append(cells);
  }

  absl::Status Finish() override {
    for (const auto& shards : shards_) RETURN_IF_ERROR(shards->Finish());
    return absl::OkStatus();
  }

 private:
  const bool packs_;
  const bool has_loss_weights_;
  const RowWriter rows_;
  std::unique_ptr<TableShards> shards_[2];  // By split.
};

}  // namespace

std::unique_ptr<ExportFormat> MakeTokensParquet(const FormatContext& context) {
  return std::make_unique<ParquetFormat>(context, /*packs=*/false);
}

std::unique_ptr<ExportFormat> MakePacksParquet(const FormatContext& context) {
  return std::make_unique<ParquetFormat>(context, /*packs=*/true);
}

}  // namespace quipu::pipelines
