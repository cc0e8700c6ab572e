// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/exporter.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/plan.h"
#include "pipelines/export/rows.h"
#include "pipelines/export/shard_writer.h"
#include "pipelines/export/staged_dir.h"

namespace quipu::pipelines {
namespace {

absl::Status CheckPacked(const storage::StoreView& store) {
  ASSIGN_OR_RETURN(const bool packed, store.IsStageDone(v1::STAGE_PACK));
  if (packed) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the run in ", store.path(), " is not finished: its rows are not packed yet"));
}

absl::StatusOr<std::vector<ShardInfo>> WriteTokens(const ExportPlan& plan, const RowWriter& rows,
                                                   absl::string_view dir, uint64_t shard_bytes) {
  ShardWriter shards(dir, "tokens", shard_bytes);
  std::string line;
  for (const TokensRow& row : plan.tokens_rows) {
    if (StopRequested()) return absl::CancelledError("stopped while exporting");
    line.clear();
    RETURN_IF_ERROR(rows.AppendTokens(row, &line));
    RETURN_IF_ERROR(shards.Append(line));
  }
  return shards.Finish();
}

absl::StatusOr<std::vector<ShardInfo>> WriteMessages(const ExportPlan& plan, const RowWriter& rows,
                                                     absl::string_view dir, uint64_t shard_bytes) {
  ShardWriter shards(dir, "messages", shard_bytes);
  std::string line;
  for (const MessagesRow& row : plan.messages_rows) {
    if (StopRequested()) return absl::CancelledError("stopped while exporting");
    line.clear();
    RETURN_IF_ERROR(rows.AppendMessages(row, &line));
    RETURN_IF_ERROR(shards.Append(line));
  }
  return shards.Finish();
}

ExportSummary SummaryOf(const ExportPlan& plan, const std::vector<ShardInfo>& shards) {
  ExportSummary summary;
  summary.long_rows = plan.long_rows;
  summary.packed_rows = plan.packed_rows;
  summary.short_rows = plan.short_rows;
  summary.messages_rows = plan.messages_rows.size();
  summary.tokens = plan.tokens;
  summary.padding_tokens = plan.padding_tokens;
  summary.trained_tokens = plan.trained_tokens;
  summary.packing_fill = plan.packing_fill();
  // Capitals stand before small letters.
  summary.files.push_back(kManifestName);
  for (const ShardInfo& shard : shards) summary.files.push_back(shard.name);
  return summary;
}

}  // namespace

absl::StatusOr<ExportSummary> Export(const storage::StoreView& store,
                                     const generator::TargetModel& target,
                                     absl::string_view out_dir) {
  RETURN_IF_ERROR(CheckPacked(store));
  ASSIGN_OR_RETURN(const std::unique_ptr<StagedDir> staged, StageExport(out_dir));
  ASSIGN_OR_RETURN(const ExportPlan plan, PlanExport(store));
  const RowWriter rows(store, target.tokenizer->pad());
  const uint64_t shard_bytes = store.header().spec().export_().shard_bytes();
  ASSIGN_OR_RETURN(std::vector<ShardInfo> shards,
                   WriteMessages(plan, rows, staged->path(), shard_bytes));
  ASSIGN_OR_RETURN(std::vector<ShardInfo> tokens,
                   WriteTokens(plan, rows, staged->path(), shard_bytes));
  shards.insert(shards.end(), tokens.begin(), tokens.end());
  ASSIGN_OR_RETURN(const std::string manifest, ManifestOf(store, plan, shards));
  RETURN_IF_ERROR(WriteFileAtomic(JoinPath(staged->path(), kManifestName), manifest));
  RETURN_IF_ERROR(staged->Publish());
  return SummaryOf(plan, shards);
}

}  // namespace quipu::pipelines
