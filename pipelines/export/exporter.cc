// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/exporter.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/failpoint.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/corpus/split.h"
#include "google/protobuf/message_lite.h"
#include "pipelines/export/card.h"
#include "pipelines/export/formats/formats.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/row_order.h"
#include "pipelines/export/rows/conversation.h"
#include "pipelines/export/rows/format.h"
#include "pipelines/export/rows/labelled_rows.h"
#include "pipelines/export/rows/output_dir.h"
#include "pipelines/export/rows/rows.h"
#include "pipelines/export/rows/training_row.h"
#include "pipelines/export/spill_file.h"
#include "pipelines/export/staged_dir.h"
#include "pipelines/tables/object_store.h"
#include "protos/export_spill.pb.h"

namespace quipu::pipelines {
namespace {

absl::Status CheckPacked(const storage::StoreView& store) {
  ASSIGN_OR_RETURN(const bool packed, store.IsStageDone(v1::STAGE_PACK));
  if (packed) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the run in ", store.path(), " is not finished: its rows are not packed yet"));
}

// Makes the formats' rows from training rows, added one by one. The inputs of a row wait in
// the spill file as they came from the store: a training row, a sample, and a document once
// for all its samples.
class Pass {
 public:
  Pass(const storage::StoreView& store, const generator::TargetModel& target, SpillFile* spill)
      : store_(store),
        spec_(store.header().spec()),
        spill_(spill),
        messages_("messages", spec_, spill,
                  [this](absl::string_view record) { return WriteConversation(record); }),
        tokens_("tokens", spec_, spill,
                [this](absl::string_view record) { return WriteTrainingRow(record); }),
        labelled_("labelled", spec_, spill,
                  [this](absl::string_view record) { return WriteLabelled(record); }),
        labelled_rows_(store, target) {}
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  // Makes the writers of these formats; call it once.
  void Open(absl::Span<const FormatInfo* const> formats, FormatContext context) {
    for (const FormatInfo* format : formats) {
      context.name = std::string(format->name);
      FormatContext own = context;
      if (!format->compressible) own.compression = ShardCompression::kNone;
      writers_.push_back({format, format->make(own)});
    }
  }
  const LabelledRows& labelled_rows() const { return labelled_rows_; }

  absl::Status Add(const v1::TrainingRow& row) {
    if (StopRequested()) return absl::CancelledError("stopped while exporting");
    RETURN_IF_ERROR(CheckTrainingRow(row));
    counts_.Add(row, generator::SplitOfRow(spec_, row));
    ASSIGN_OR_RETURN(const Fingerprint id, TrainingRowId(row));
    if (Wants(RowType::kTrainingRows)) {
      RETURN_IF_ERROR(tokens_.Add(id, row.SerializeAsString()));
    }
    if (!Wants(RowType::kConversations)) return absl::OkStatus();
    for (const v1::Segment& segment : row.segments()) {
      ASSIGN_OR_RETURN(const Fingerprint source, MessagesRowId(row, segment));
      v1::SpilledMessages record;
      RETURN_IF_ERROR(AsRowError(
          row.has_long_details() ? ReadLongRow(row, &record) : ReadShortRow(segment, &record),
          source));
      RETURN_IF_ERROR(messages_.Add(source, record.SerializeAsString()));
    }
    return absl::OkStatus();
  }

  // Adds all labelled rows, if a format wants them.
  absl::Status AddLabelled() {
    if (!Wants(RowType::kLabelled)) return absl::OkStatus();
    return labelled_rows_.ForEach([this](const LabelledRow& row, const v1::Document& document) {
      ++counts_.labelled_rows;
      counts_.labelled_true += row.label() ? 1 : 0;
      return SpillLabelled(row, document);
    });
  }

  // Writes the waiting rows and closes all files.
  absl::Status Finish() {
    RETURN_IF_ERROR(labelled_.Finish());
    RETURN_IF_ERROR(messages_.Finish());
    RETURN_IF_ERROR(tokens_.Finish());
    for (const Writer& writer : writers_) RETURN_IF_ERROR(writer.format->Finish());
    return absl::OkStatus();
  }

  // What each format has.
  std::vector<FormatSummary> Summaries() const {
    std::vector<FormatSummary> summaries;
    for (const Writer& writer : writers_) {
      const FormatCounts& counts = writer.format->counts();
      FormatSummary& summary = summaries.emplace_back();
      summary.name = std::string(writer.info->name);
      summary.train_rows = counts.rows[0];
      summary.validation_rows = counts.rows[1];
      summary.left_out = counts.left_out;
    }
    return summaries;
  }

  const ExportCounts& counts() const { return counts_; }

 private:
  struct Writer {
    const FormatInfo* info = nullptr;
    std::unique_ptr<ExportFormat> format;
  };

  bool Wants(RowType rows) const {
    return std::any_of(writers_.begin(), writers_.end(),
                       [rows](const Writer& writer) { return writer.info->rows == rows; });
  }

  // Calls `add` with every format that takes rows of this kind.
  absl::Status ForEachWriter(RowType rows, absl::FunctionRef<absl::Status(ExportFormat*)> add) {
    for (const Writer& writer : writers_) {
      if (writer.info->rows == rows) RETURN_IF_ERROR(add(writer.format.get()));
    }
    return absl::OkStatus();
  }

  absl::Status ReadLongRow(const v1::TrainingRow& row, v1::SpilledMessages* record) {
    ASSIGN_OR_RETURN(const std::vector<v1::Result> pairs, ReadPairs(store_, row));
    for (const v1::Result& pair : pairs) *record->add_results() = pair;
    const std::string& document_id = row.long_details().document_id();
    // Long rows come in order of their documents. Those of keys and values have none.
    if (!document_id.empty() && (spilled_.size == 0 || document_id != spilled_id_)) {
      ASSIGN_OR_RETURN(const v1::Document document, store_.GetDocument(document_id));
      RETURN_IF_ERROR(SpillDocument(document));
    }
    if (!document_id.empty()) {
      record->set_document_offset(spilled_.offset);
      record->set_document_bytes(spilled_.size);
    }
    record->mutable_row()->set_kind(row.kind());
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
    v1::Result& result = *record.add_results();
    result = row.result;
    result.mutable_reject()->set_detail(row.reason);
    record.set_document_offset(spilled_.offset);
    record.set_document_bytes(spilled_.size);
    v1::Segment* segment = record.mutable_row()->add_segments();
    segment->set_source_id(row.id.ToBytes());
    segment->set_length(row.num_tokens);
    *record.mutable_row()->mutable_long_details() = row.details;
    return labelled_.Add(row.id, record.SerializeAsString());
  }

  absl::Status WriteLabelled(absl::string_view record) {
    v1::SpilledMessages message;
    RETURN_IF_ERROR(ParseSpilled(record, &message));
    RETURN_IF_ERROR(LoadDocument({message.document_offset(), message.document_bytes()}));
    LabelledRow row;
    ASSIGN_OR_RETURN(row.id, Fingerprint::FromBytes(message.row().segments(0).source_id()));
    row.num_tokens = message.row().segments(0).length();
    row.details = message.row().long_details();
    if (message.results().empty()) return absl::DataLossError("a spilled row has no result");
    row.result = std::move(*message.mutable_results(0));
    row.reason = row.result.reject().detail();
    row.result.clear_reject();
    const Split split = generator::SplitOf(spec_, document_->id());
    return AsRowError(
        ForEachWriter(RowType::kLabelled,
                      [&](ExportFormat* format) { return format->Add(split, row, *document_); }),
        row.id);
  }

  absl::Status ReadShortRow(const v1::Segment& segment, v1::SpilledMessages* record) {
    ASSIGN_OR_RETURN(*record->mutable_short_row(), store_.GetShortRow(segment.source_id()));
    record->set_tokens(segment.length());
    return absl::OkStatus();
  }

  absl::Status WriteTrainingRow(absl::string_view record) {
    RETURN_IF_ERROR(Failpoint("export.before_row"));
    v1::TrainingRow row;
    RETURN_IF_ERROR(ParseSpilled(record, &row));
    ASSIGN_OR_RETURN(const Fingerprint id, TrainingRowId(row));
    const Split split = generator::SplitOfRow(spec_, row);
    return AsRowError(ForEachWriter(RowType::kTrainingRows,
                                    [&](ExportFormat* format) { return format->Add(split, row); }),
                      id);
  }

  absl::Status WriteConversation(absl::string_view record) {
    RETURN_IF_ERROR(Failpoint("export.before_row"));
    v1::SpilledMessages message;
    RETURN_IF_ERROR(ParseSpilled(record, &message));
    ConversationRow row;
    if (message.has_short_row()) {
      ASSIGN_OR_RETURN(const Fingerprint id, Fingerprint::FromBytes(message.short_row().id()));
      row.short_row = &message.short_row();
      row.tokens = message.tokens();
      return AsRowError(AddConversation(generator::SplitOf(spec_, message.short_row().id()), row),
                        id);
    }
    ASSIGN_OR_RETURN(const Fingerprint id, MessagesRowId(message.row(), message.row().segments(0)));
    return AsRowError(WriteLongRow(message), id);
  }

  absl::Status WriteLongRow(const v1::SpilledMessages& message) {
    LongRowRecords records;
    records.source_id = message.row().segments(0).source_id();
    records.pairs.assign(message.results().begin(), message.results().end());
    if (message.document_bytes() > 0) {
      RETURN_IF_ERROR(LoadDocument({message.document_offset(), message.document_bytes()}));
      records.document = document_;
    }
    // Other documents are in many rows: spilling them would write each of them many times.
    ASSIGN_OR_RETURN(records.context, ReadContext(store_, message.row().long_details(), document_));
    ConversationRow row;
    row.row = &message.row();
    row.records = &records;
    return AddConversation(generator::SplitOfRow(spec_, message.row()), row);
  }

  absl::Status AddConversation(Split split, const ConversationRow& row) {
    return ForEachWriter(RowType::kConversations,
                         [&](ExportFormat* format) { return format->Add(split, row); });
  }

  // Loads the spilled document into document_, unless it is loaded already.
  absl::Status LoadDocument(const Extent& extent) {
    if (extent == loaded_) return absl::OkStatus();
    RETURN_IF_ERROR(spill_->Read(extent, &bytes_));
    auto document = std::make_shared<v1::Document>();
    RETURN_IF_ERROR(ParseSpilled(bytes_, document.get()));
    document_ = std::move(document);
    loaded_ = extent;
    return absl::OkStatus();
  }

  static absl::Status ParseSpilled(absl::string_view bytes, google::protobuf::MessageLite* out) {
    if (out->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return absl::OkStatus();
    return absl::DataLossError("a spill file does not contain what was written");
  }

  const storage::StoreView& store_;
  const v1::RunSpec& spec_;
  SpillFile* const spill_;
  RowOrder messages_;
  RowOrder tokens_;
  RowOrder labelled_;
  const LabelledRows labelled_rows_;
  std::vector<Writer> writers_;
  ExportCounts counts_;
  // The document spilled last.
  std::string spilled_id_;
  Extent spilled_;
  // The document that was read from the spill file last.
  std::shared_ptr<const v1::Document> document_;
  Extent loaded_;
  std::string bytes_;
};

// The formats at the top of an export without options.
std::vector<std::string> ViewNames(const v1::RunSpec& spec) {
  std::vector<std::string> names = {"messages", "packs", "tokens"};
  if (spec.export_().labelled()) names.push_back("labelled");
  return names;
}

ExportSummary SummaryOf(const Pass& pass, uint64_t pack_tokens,
                        const std::vector<ShardInfo>& files) {
  ExportSummary summary;
  static_cast<ExportCounts&>(summary) = pass.counts();
  summary.packing_fill = pass.counts().PackingFill(pack_tokens);
  summary.formats = pass.Summaries();
  summary.files.push_back(kManifestName);
  for (const ShardInfo& file : files) summary.files.push_back(file.name);
  std::sort(summary.files.begin(), summary.files.end());
  return summary;
}

}  // namespace

absl::StatusOr<ExportSummary> ExportInto(const storage::StoreView& store,
                                         const generator::TargetModel& target,
                                         const ExportOptions& options, const std::string& dir) {
  const v1::RunSpec& spec = store.header().spec();
  RETURN_IF_ERROR(CheckPacked(store));
  const bool folders = !options.formats.empty();
  ASSIGN_OR_RETURN(const std::vector<const FormatInfo*> formats,
                   SelectFormats(folders ? options.formats : ViewNames(spec), spec));
  ASSIGN_OR_RETURN(std::unique_ptr<SpillFile> spill, SpillFile::Create(dir));
  OutputDir out(dir);
  Pass pass(store, target, spill.get());
  const FormatContext context = {store.header(), target,  pass.labelled_rows(), &out,
                                 /*name=*/"",    folders, options.compression};
  pass.Open(formats, context);
  const auto add = [&pass](const v1::TrainingRow& row) { return pass.Add(row); };
  RETURN_IF_ERROR(store.ForEachTrainingRow(v1::TrainingRow::KIND_LONG, add));
  RETURN_IF_ERROR(store.ForEachTrainingRow(v1::TrainingRow::KIND_PACKED, add));
  RETURN_IF_ERROR(pass.AddLabelled());
  RETURN_IF_ERROR(pass.Finish());
  spill.reset();
  ManifestInput input;
  input.folders = folders;
  input.compression = options.compression;
  input.counts = pass.counts();
  input.formats = pass.Summaries();
  ASSIGN_OR_RETURN(const std::string card, CardOf(store, input, out.Files()));
  RETURN_IF_ERROR(out.Write(kCardName, card));
  RETURN_IF_ERROR(out.Sync());
  RETURN_IF_ERROR(Failpoint("export.before_manifest"));
  const std::vector<ShardInfo> files = out.Files();
  ASSIGN_OR_RETURN(const std::string manifest, ManifestOf(store, input, files));
  RETURN_IF_ERROR(WriteFileAtomic(JoinPath(dir, kManifestName), manifest));
  return SummaryOf(pass, spec.packing().pack_tokens(), files);
}

namespace {

// Writes the files beside the store, publishes them, and removes them.
absl::StatusOr<ExportSummary> ExportToObjects(const storage::StoreView& store,
                                              const generator::TargetModel& target,
                                              absl::string_view url, const ExportOptions& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<StagedDir> staged,
                   StageExport(absl::StrCat(store.path(), ".upload")));
  ASSIGN_OR_RETURN(ExportSummary summary, ExportInto(store, target, options, staged->path()));
  ASSIGN_OR_RETURN(const std::vector<std::string> files, ListTree(staged->path()));
  RETURN_IF_ERROR(PublishObjects(staged->path(), files, kManifestName, url, CheckAllInManifest));
  return summary;
}

}  // namespace

absl::StatusOr<ExportSummary> Export(const storage::StoreView& store,
                                     const generator::TargetModel& target,
                                     absl::string_view out_dir, const ExportOptions& options) {
  RETURN_IF_ERROR(CheckPacked(store));
  if (IsObjectUrl(out_dir)) return ExportToObjects(store, target, out_dir, options);
  ASSIGN_OR_RETURN(const std::unique_ptr<StagedDir> staged, StageExport(out_dir));
  ASSIGN_OR_RETURN(const ExportSummary summary, ExportInto(store, target, options, staged->path()));
  RETURN_IF_ERROR(staged->Publish());
  return summary;
}

}  // namespace quipu::pipelines
