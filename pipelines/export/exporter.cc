// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/exporter.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/rows.h"
#include "pipelines/export/shard_writer.h"
#include "pipelines/export/staged_dir.h"
#include "pipelines/export/training_row.h"
#include "pipelines/export/view_writer.h"

namespace quipu::pipelines {
namespace {

absl::Status CheckPacked(const storage::StoreView& store) {
  ASSIGN_OR_RETURN(const bool packed, store.IsStageDone(v1::STAGE_PACK));
  if (packed) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the run in ", store.path(), " is not finished: its rows are not packed yet"));
}

// Writes both views while it is given the training rows, one by one.
class Pass {
 public:
  static absl::StatusOr<Pass> Create(const storage::StoreView& store,
                                     const generator::TargetModel& target, absl::string_view dir) {
    const v1::RunSpec& spec = store.header().spec();
    ASSIGN_OR_RETURN(auto messages, ViewWriter::Create(dir, "messages", spec));
    ASSIGN_OR_RETURN(auto tokens, ViewWriter::Create(dir, "tokens", spec));
    return Pass(store, target.tokenizer->pad(), std::move(messages), std::move(tokens));
  }

  absl::Status Add(const v1::TrainingRow& row) {
    if (StopRequested()) return absl::CancelledError("stopped while exporting");
    RETURN_IF_ERROR(CheckTrainingRow(row));
    counts_.Add(row);
    ASSIGN_OR_RETURN(const Fingerprint id, TrainingRowId(row));
    line_.clear();
    RETURN_IF_ERROR(AsRowError(rows_.AppendTokens(row, id, &line_), id));
    RETURN_IF_ERROR(tokens_->Append(id, line_));
    for (const v1::Segment& segment : row.segments()) {
      ASSIGN_OR_RETURN(const Fingerprint source, Fingerprint::FromBytes(segment.source_id()));
      line_.clear();
      RETURN_IF_ERROR(
          AsRowError(row.has_long_details() ? AppendLong(row) : AppendShort(segment), source));
      RETURN_IF_ERROR(messages_->Append(source, line_));
    }
    return absl::OkStatus();
  }

  // All shards, in order of name.
  absl::StatusOr<std::vector<ShardInfo>> Finish() {
    ASSIGN_OR_RETURN(std::vector<ShardInfo> shards, messages_->Finish());
    ASSIGN_OR_RETURN(const std::vector<ShardInfo> tokens, tokens_->Finish());
    shards.insert(shards.end(), tokens.begin(), tokens.end());
    return shards;
  }

  const ExportCounts& counts() const { return counts_; }

 private:
  Pass(const storage::StoreView& store, int32_t pad_id, std::unique_ptr<ViewWriter> messages,
       std::unique_ptr<ViewWriter> tokens)
      : store_(store),
        rows_(store.header(), pad_id),
        messages_(std::move(messages)),
        tokens_(std::move(tokens)) {}

  absl::Status AppendLong(const v1::TrainingRow& row) {
    ASSIGN_OR_RETURN(const v1::Result result, store_.GetResult(row.segments(0).source_id()));
    const std::string& document_id = row.long_details().document_id();
    // Long rows come in order of their documents.
    if (document_.id() != document_id) {
      ASSIGN_OR_RETURN(document_, store_.GetDocument(document_id));
    }
    return rows_.AppendLong(row, result, document_, &line_);
  }

  absl::Status AppendShort(const v1::Segment& segment) {
    ASSIGN_OR_RETURN(const v1::ShortRow row, store_.GetShortRow(segment.source_id()));
    return rows_.AppendShort(row, segment.length(), &line_);
  }

  const storage::StoreView& store_;
  const RowWriter rows_;
  std::unique_ptr<ViewWriter> messages_;
  std::unique_ptr<ViewWriter> tokens_;
  ExportCounts counts_;
  v1::Document document_;  // The one that was read last.
  std::string line_;
};

ExportSummary SummaryOf(const ExportCounts& counts, uint64_t pack_tokens,
                        const std::vector<ShardInfo>& shards) {
  ExportSummary summary;
  static_cast<ExportCounts&>(summary) = counts;
  summary.packing_fill = counts.PackingFill(pack_tokens);
  // Capitals sort before small letters.
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
  ASSIGN_OR_RETURN(Pass pass, Pass::Create(store, target, staged->path()));
  const auto add = [&pass](const v1::TrainingRow& row) { return pass.Add(row); };
  RETURN_IF_ERROR(store.ForEachTrainingRow(v1::TrainingRow::KIND_LONG, add));
  RETURN_IF_ERROR(store.ForEachTrainingRow(v1::TrainingRow::KIND_PACKED, add));
  ASSIGN_OR_RETURN(const std::vector<ShardInfo> shards, pass.Finish());
  ASSIGN_OR_RETURN(const std::string manifest, ManifestOf(store, pass.counts(), shards));
  RETURN_IF_ERROR(WriteFileAtomic(JoinPath(staged->path(), kManifestName), manifest));
  RETURN_IF_ERROR(staged->Publish());
  return SummaryOf(pass.counts(), store.header().spec().packing().pack_tokens(), shards);
}

}  // namespace quipu::pipelines
