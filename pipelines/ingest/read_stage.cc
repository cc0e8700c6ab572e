// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/read_stage.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "generator/document_tokens.h"
#include "generator/normalize.h"
#include "generator/task_planner.h"
#include "pipelines/core/partition.h"
#include "pipelines/ingest/record_reader.h"

namespace quipu::pipelines {
namespace {

// One batch is one synced write (about 4 ms): large enough to make the cost of
// syncs negligible, small enough to keep memory flat.
constexpr size_t kBatchRecords = 256;
constexpr size_t kBatchBytes = 8 << 20;
// Bad records shown in an error; `quipu status` lists the rest.
constexpr int kShownBadRecords = 5;

// One file of one input entry.
struct InputFile {
  bool short_rows = false;
  std::string path;
  v1::DocumentInput document_input;
  v1::ShortInput short_input;

  // Key of its progress: one file may be read as documents and as short rows.
  std::string Key() const {
    return absl::StrCat(short_rows ? "short_rows:" : "documents:", PathAsText(path));
  }
};

absl::Status AddFiles(const InputFile& entry, std::map<std::string, std::string>* seen,
                      std::vector<InputFile>* files) {
  std::vector<std::string> paths = {"-"};
  if (entry.path != "-") {
    ASSIGN_OR_RETURN(paths, ExpandInputs(entry.path));
  }
  for (std::string& path : paths) {
    InputFile file = entry;
    file.path = std::move(path);
    const auto [known, fresh] = seen->try_emplace(file.Key(), file.path);
    if (fresh) {
      files->push_back(std::move(file));
    } else if (known->second != file.path) {  // "%E9", and the byte.
      return absl::InvalidArgumentError(
          absl::StrCat("two files would both be known as ", PathAsText(file.path), "; rename one"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<InputFile>> ListFiles(const v1::RunSpec& spec) {
  std::vector<InputFile> files;
  std::map<std::string, std::string> seen;  // By key: the path.
  for (const v1::DocumentInput& input : spec.documents()) {
    absl::Status added = AddFiles({false, input.path(), input, {}}, &seen, &files);
    if (!added.ok()) return Annotate(added, "documents.path");
  }
  for (const v1::ShortInput& input : spec.short_rows()) {
    absl::Status added = AddFiles({true, input.path(), {}, input}, &seen, &files);
    if (!added.ok()) return Annotate(added, "short_rows.path");
  }
  return files;
}

// Collects records of one file into batches.
class FileIngest {
 public:
  FileIngest(const v1::ReadSpec& spec, const generator::DocumentTokenizer& tokenize,
             const generator::TaskPlanner& planner, storage::Store* store,
             v1::InputProgress progress)
      : spec_(spec),
        tokenize_(tokenize),
        planner_(planner),
        store_(store),
        partition_(store->header().partition()) {
    batch_.progress = std::move(progress);
  }

  absl::Status Add(const Record& record, bool short_row) {
    v1::InputProgress& progress = batch_.progress;
    progress.set_records(progress.records() + 1);
    progress.set_offset(record.next_offset);
    progress.set_line(record.next_line);
    if (!record.status.ok()) {
      AddBad(record, record.status.message());
    } else if (short_row) {
      AddRow(record);
    } else {
      RETURN_IF_ERROR(AddDocument(record));
    }
    bytes_ += record.text.size() + 256;
    if (bytes_ < kBatchBytes && ++records_ < kBatchRecords) return absl::OkStatus();
    return Flush();
  }

  absl::Status Finish() {
    batch_.progress.set_done(true);
    return Flush();
  }

 private:
  void AddBad(const Record& record, absl::string_view message) {
    v1::BadRecord bad;
    *bad.mutable_provenance() = record.provenance;
    bad.set_message(std::string(message));
    LogWarning(absl::StrCat("bad record: ", message));
    batch_.bad_records.push_back(std::move(bad));
    batch_.progress.set_bad_records(batch_.progress.bad_records() + 1);
  }

  absl::Status AddDocument(const Record& record) {
    absl::StatusOr<std::string> text = generator::NormalizeDocument(record.text);
    if (!text.ok()) {
      AddBad(record, absl::StrCat(record.provenance.source(), ":", record.provenance.line(), ": ",
                                  text.status().message()));
      return absl::OkStatus();
    }
    const std::string id = FingerprintBuilder("document").Add(*text).Build().ToBytes();
    if (!InThisPartition(id)) return absl::OkStatus();
    const generator::DocumentTokens tokens = tokenize_(*text);
    if (tokens.count < spec_.min_document_tokens()) {
      batch_.progress.set_too_short(batch_.progress.too_short() + 1);
      return absl::OkStatus();
    }
    v1::Document document;
    document.set_id(id);
    *document.mutable_provenance() = record.provenance;
    document.set_text(*std::move(text));
    document.set_tokens(tokens.count);
    document.set_raw_sha256(absl::HexStringToBytes(Sha256Hex(record.text)));
    ASSIGN_OR_RETURN(v1::DocumentPlan plan, planner_.Plan(document, tokens.begins));
    batch_.documents.push_back(std::move(document));
    batch_.plans.push_back(std::move(plan));
    return absl::OkStatus();
  }

  void AddRow(const Record& record) {
    v1::ShortRow row;
    FingerprintBuilder id("short-row");
    for (const v1::ChatMessage& message : record.messages) {
      id.Add(message.role()).Add(message.content());
      *row.add_messages() = message;
      bytes_ += message.content().size();
    }
    row.set_id(id.Build().ToBytes());
    if (!InThisPartition(row.id())) return;
    *row.mutable_provenance() = record.provenance;
    batch_.rows.push_back(std::move(row));
  }

  // Counts records that belong to another partition. Only that partition
  // decides whether one is too short or a duplicate, so that the partitions'
  // counts add up to those of the whole run.
  bool InThisPartition(absl::string_view id) {
    if (InPartition(partition_, id)) return true;
    batch_.progress.set_other_partitions(batch_.progress.other_partitions() + 1);
    return false;
  }

  absl::Status Flush() {
    const std::string key = batch_.progress.source();
    RETURN_IF_ERROR(store_->Ingest(std::move(batch_)));
    batch_ = {};
    records_ = 0;
    bytes_ = 0;
    // The store has counted the duplicates.
    ASSIGN_OR_RETURN(batch_.progress, store_->GetInputProgress(key));
    return absl::OkStatus();
  }

  const v1::ReadSpec& spec_;
  const generator::DocumentTokenizer& tokenize_;
  const generator::TaskPlanner& planner_;
  storage::Store* const store_;
  const v1::Partition partition_;
  storage::IngestBatch batch_;
  size_t records_ = 0;
  size_t bytes_ = 0;
};

absl::Status ReadFileInto(const InputFile& file, FileIngest* ingest,
                          const v1::InputProgress& progress) {
  absl::StatusOr<std::unique_ptr<RecordReader>> reader =
      file.short_rows
          ? OpenShortRows(file.path, file.short_input, progress.offset(), progress.line())
          : OpenDocuments(file.path, file.document_input, progress.offset(), progress.line());
  if (!reader.ok()) return reader.status();
  Record record;
  while (true) {
    if (StopRequested()) return absl::CancelledError("stopped while reading");
    ASSIGN_OR_RETURN(const bool more, (*reader)->Next(&record));
    if (!more) break;
    RETURN_IF_ERROR(ingest->Add(record, file.short_rows));
  }
  return ingest->Finish();
}

// The message lists the first bad records of this input.
absl::Status TooManyBad(const InputFile& file, const v1::InputProgress& progress, double share,
                        const storage::Store& store) {
  std::string shown;
  int count = 0;
  RETURN_IF_ERROR(store.ForEachBadRecord([&](const v1::BadRecord& bad) {
    if (bad.provenance().source() == PathAsText(file.path) && count++ < kShownBadRecords) {
      absl::StrAppend(&shown, "\n  ", bad.message());
    }
    return absl::OkStatus();
  }));
  return absl::InvalidArgumentError(
      absl::StrCat(PathAsText(file.path), ": ", progress.bad_records(), " of ", progress.records(),
                   " records are bad, over the limit of ", share * 100,
                   " % (read.max_bad_share, --max-bad-share); the first:", shown));
}

}  // namespace

absl::Status ReadInputs(const v1::RunSpec& spec, double max_bad_share,
                        const inference::Tokenizer& tokenizer, storage::Store* store) {
  ASSIGN_OR_RETURN(const std::vector<InputFile> files, ListFiles(spec));
  ASSIGN_OR_RETURN(const Fingerprint run_id, Fingerprint::FromBytes(store->header().run_id()));
  const generator::DocumentTokenizer tokenize(tokenizer);
  const generator::TaskPlanner planner(spec.chunks(), spec.generation(), run_id, tokenizer);
  for (const InputFile& file : files) {
    ASSIGN_OR_RETURN(v1::InputProgress progress, store->GetInputProgress(file.Key()));
    if (!progress.done()) {
      progress.set_source(file.Key());
      FileIngest ingest(spec.read(), tokenize, planner, store, progress);
      RETURN_IF_ERROR(ReadFileInto(file, &ingest, progress));
      ASSIGN_OR_RETURN(progress, store->GetInputProgress(file.Key()));
    }
    const uint64_t bad = progress.bad_records();
    if (bad > spec.read().max_bad_records() &&
        static_cast<double>(bad) > max_bad_share * static_cast<double>(progress.records())) {
      return TooManyBad(file, progress, max_bad_share, *store);
    }
  }
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
