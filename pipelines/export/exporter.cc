// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/exporter.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "google/protobuf/message_lite.h"
#include "pipelines/export/labelled_rows.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/rows.h"
#include "pipelines/export/shard_writer.h"
#include "pipelines/export/spill_file.h"
#include "pipelines/export/staged_dir.h"
#include "pipelines/export/training_row.h"
#include "pipelines/export/view_writer.h"
#include "protos/export_spill.pb.h"

namespace quipu::pipelines {
namespace {

absl::Status CheckPacked(const storage::StoreView& store) {
  ASSIGN_OR_RETURN(const bool packed, store.IsStageDone(v1::STAGE_PACK));
  if (packed) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the run in ", store.path(), " is not finished: its rows are not packed yet"));
}

// Makes the views from training rows, added one by one. The inputs of a line
// wait in the spill file as they came from the store: a training row, a sample,
// and a document once for all its samples.
class Pass {
 public:
  Pass(const storage::StoreView& store, const generator::TargetModel& target, absl::string_view dir,
       SpillFile* spill)
      : store_(store),
        spill_(spill),
        rows_(store.header(), target.tokenizer->pad()),
        messages_(dir, "messages", store.header().spec(), spill,
                  [this](absl::string_view record, std::string* line) {
                    return RenderMessages(record, line);
                  }),
        tokens_(dir, "tokens", store.header().spec(), spill,
                [this](absl::string_view record, std::string* line) {
                  return RenderTokens(record, line);
                }),
        labelled_rows_(store, target) {
    if (!store.header().spec().export_().labelled()) return;
    labelled_.emplace(dir, "labelled", store.header().spec(), spill,
                      [this](absl::string_view record, std::string* line) {
                        return RenderLabelled(record, line);
                      });
  }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  absl::Status Add(const v1::TrainingRow& row) {
    if (StopRequested()) return absl::CancelledError("stopped while exporting");
    RETURN_IF_ERROR(CheckTrainingRow(row));
    counts_.Add(row);
    ASSIGN_OR_RETURN(const Fingerprint id, TrainingRowId(row));
    RETURN_IF_ERROR(tokens_.Add(id, row.SerializeAsString()));
    for (const v1::Segment& segment : row.segments()) {
      ASSIGN_OR_RETURN(const Fingerprint source, Fingerprint::FromBytes(segment.source_id()));
      v1::SpilledMessages record;
      RETURN_IF_ERROR(AsRowError(
          row.has_long_details() ? ReadSample(row, &record) : ReadShortRow(segment, &record),
          source));
      RETURN_IF_ERROR(messages_.Add(source, record.SerializeAsString()));
    }
    return absl::OkStatus();
  }

  // Adds all rows of the labelled view, if the spec wants it.
  absl::Status AddLabelled() {
    if (!labelled_.has_value()) return absl::OkStatus();
    return labelled_rows_.ForEach([this](const LabelledRow& row, const v1::Document& document) {
      ++counts_.labelled_rows;
      counts_.labelled_true += row.label() ? 1 : 0;
      return SpillLabelled(row, document);
    });
  }

  // All shards, in order of name.
  absl::StatusOr<std::vector<ShardInfo>> Finish() {
    std::vector<ShardInfo> shards;
    if (labelled_.has_value()) {
      ASSIGN_OR_RETURN(shards, labelled_->Finish());
    }
    ASSIGN_OR_RETURN(const std::vector<ShardInfo> messages, messages_.Finish());
    shards.insert(shards.end(), messages.begin(), messages.end());
    ASSIGN_OR_RETURN(const std::vector<ShardInfo> tokens, tokens_.Finish());
    shards.insert(shards.end(), tokens.begin(), tokens.end());
    return shards;
  }

  const ExportCounts& counts() const { return counts_; }

 private:
  absl::Status ReadSample(const v1::TrainingRow& row, v1::SpilledMessages* record) {
    const std::string& document_id = row.long_details().document_id();
    ASSIGN_OR_RETURN(*record->mutable_result(), store_.GetResult(row.segments(0).source_id()));
    // Long rows come in order of their documents.
    if (spilled_.size == 0 || document_id != spilled_id_) {
      ASSIGN_OR_RETURN(const v1::Document document, store_.GetDocument(document_id));
      RETURN_IF_ERROR(SpillDocument(document));
    }
    record->set_document_offset(spilled_.offset);
    record->set_document_bytes(spilled_.size);
    *record->mutable_row()->mutable_segments() = row.segments();
    *record->mutable_row()->mutable_long_details() = row.long_details();
    return absl::OkStatus();
  }

  absl::Status SpillDocument(const v1::Document& document) {
    ASSIGN_OR_RETURN(spilled_, spill_->Append(document.SerializeAsString()));
    spilled_id_ = document.id();
    return absl::OkStatus();
  }

  // The reason waits in the reject's detail.
  absl::Status SpillLabelled(const LabelledRow& row, const v1::Document& document) {
    if (spilled_.size == 0 || document.id() != spilled_id_) {
      RETURN_IF_ERROR(SpillDocument(document));
    }
    v1::SpilledMessages record;
    *record.mutable_result() = row.result;
    record.mutable_result()->mutable_reject()->set_detail(row.reason);
    record.set_document_offset(spilled_.offset);
    record.set_document_bytes(spilled_.size);
    v1::Segment* segment = record.mutable_row()->add_segments();
    segment->set_source_id(row.id.ToBytes());
    segment->set_length(row.num_tokens);
    *record.mutable_row()->mutable_long_details() = row.details;
    return labelled_->Add(row.id, record.SerializeAsString());
  }

  absl::Status RenderLabelled(absl::string_view record, std::string* line) {
    v1::SpilledMessages message;
    RETURN_IF_ERROR(ParseSpilled(record, &message));
    RETURN_IF_ERROR(LoadDocument({message.document_offset(), message.document_bytes()}));
    LabelledRow row;
    ASSIGN_OR_RETURN(row.id, Fingerprint::FromBytes(message.row().segments(0).source_id()));
    row.num_tokens = message.row().segments(0).length();
    row.details = message.row().long_details();
    row.reason = message.result().reject().detail();
    row.result = std::move(*message.mutable_result());
    row.result.clear_reject();
    return AsRowError(labelled_rows_.Append(row, document_, line), row.id);
  }

  absl::Status ReadShortRow(const v1::Segment& segment, v1::SpilledMessages* record) {
    ASSIGN_OR_RETURN(*record->mutable_short_row(), store_.GetShortRow(segment.source_id()));
    record->set_tokens(segment.length());
    return absl::OkStatus();
  }

  absl::Status RenderTokens(absl::string_view record, std::string* line) {
    v1::TrainingRow row;
    RETURN_IF_ERROR(ParseSpilled(record, &row));
    ASSIGN_OR_RETURN(const Fingerprint id, TrainingRowId(row));
    return AsRowError(rows_.AppendTokens(row, id, line), id);
  }

  absl::Status RenderMessages(absl::string_view record, std::string* line) {
    v1::SpilledMessages message;
    RETURN_IF_ERROR(ParseSpilled(record, &message));
    if (message.has_short_row()) {
      ASSIGN_OR_RETURN(const Fingerprint id, Fingerprint::FromBytes(message.short_row().id()));
      return AsRowError(rows_.AppendShort(message.short_row(), message.tokens(), line), id);
    }
    RETURN_IF_ERROR(LoadDocument({message.document_offset(), message.document_bytes()}));
    const std::string& source = message.row().segments(0).source_id();
    ASSIGN_OR_RETURN(const Fingerprint id, Fingerprint::FromBytes(source));
    return AsRowError(rows_.AppendLong(message.row(), message.result(), document_, line), id);
  }

  // Loads the spilled document into document_, unless it is loaded already.
  absl::Status LoadDocument(const Extent& extent) {
    if (extent == loaded_) return absl::OkStatus();
    RETURN_IF_ERROR(spill_->Read(extent, &bytes_));
    RETURN_IF_ERROR(ParseSpilled(bytes_, &document_));
    loaded_ = extent;
    return absl::OkStatus();
  }

  static absl::Status ParseSpilled(absl::string_view bytes, google::protobuf::MessageLite* out) {
    if (out->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return absl::OkStatus();
    return absl::DataLossError("a spill file does not contain what was written");
  }

  const storage::StoreView& store_;
  SpillFile* const spill_;
  const RowWriter rows_;
  ViewWriter messages_;
  ViewWriter tokens_;
  const LabelledRows labelled_rows_;
  std::optional<ViewWriter> labelled_;  // If the spec wants the view.
  ExportCounts counts_;
  // The document spilled last.
  std::string spilled_id_;
  Extent spilled_;
  // The document that was read from the spill file last.
  v1::Document document_;
  Extent loaded_;
  std::string bytes_;
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
  ASSIGN_OR_RETURN(std::unique_ptr<SpillFile> spill, SpillFile::Create(staged->path()));
  Pass pass(store, target, staged->path(), spill.get());
  const auto add = [&pass](const v1::TrainingRow& row) { return pass.Add(row); };
  RETURN_IF_ERROR(store.ForEachTrainingRow(v1::TrainingRow::KIND_LONG, add));
  RETURN_IF_ERROR(store.ForEachTrainingRow(v1::TrainingRow::KIND_PACKED, add));
  RETURN_IF_ERROR(pass.AddLabelled());
  ASSIGN_OR_RETURN(const std::vector<ShardInfo> shards, pass.Finish());
  spill.reset();
  ASSIGN_OR_RETURN(const std::string manifest, ManifestOf(store, pass.counts(), shards));
  RETURN_IF_ERROR(WriteFileAtomic(JoinPath(staged->path(), kManifestName), manifest));
  RETURN_IF_ERROR(staged->Publish());
  return SummaryOf(pass.counts(), store.header().spec().packing().pack_tokens(), shards);
}

}  // namespace quipu::pipelines
