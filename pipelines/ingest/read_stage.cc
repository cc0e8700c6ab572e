// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/read_stage.h"

#include <malloc.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "generator/chunks/document_tokens.h"
#include "generator/corpus/document_selection.h"
#include "generator/pairs/task_planner.h"
#include "generator/text/normalize.h"
#include "pipelines/core/partition.h"
#include "pipelines/ingest/bad_records.h"
#include "pipelines/ingest/input_files.h"
#include "pipelines/ingest/record.h"
#include "pipelines/ingest/record_reader.h"
#include "pipelines/tables/object_store.h"

namespace quipu::pipelines {
namespace {

// One batch is one write, which is not synced: large enough that its own cost does not matter, small
// enough to keep memory flat.
constexpr size_t kBatchRecords = 256;
constexpr size_t kBatchBytes = 8 << 20;
// Free memory is returned to the system whenever this much was read.
constexpr size_t kTrimBytes = 2 * kBatchBytes;
// Bad records of an entry that an error shows and the log names; `quipu status` lists the rest.
constexpr int kShownBadRecords = 5;
// Names of unused fields that the log names.
constexpr size_t kShownFields = 20;

// What the log says of an entry.
struct EntryLog {
  int bad_records = 0;  // That it has named.
  std::set<std::string> unused_fields;
};

// Returns free memory to the system. What planning a large document leaves behind is in small
// pieces, and what one thread allocates and another frees stays in the first one's heap: without
// this a process grows with what it has read.
class MemoryTrim {
 public:
  void AfterReading(size_t bytes) {
    bytes_ += bytes;
    if (bytes_ < kTrimBytes) return;
    malloc_trim(0);
    bytes_ = 0;
  }

 private:
  size_t bytes_ = 0;
};

// Collects records of one file into batches.
class FileIngest {
 public:
  // `log`: of the entry. `trim`: of all files.
  FileIngest(const v1::ReadSpec& spec, const generator::DocumentTokenizer& tokenize,
             const generator::TaskPlanner* planner, const generator::Decontaminator* benchmarks,
             storage::Store* store, v1::InputProgress progress, EntryLog* log, MemoryTrim* trim)
      : spec_(spec),
        tokenize_(tokenize),
        planner_(planner),
        benchmarks_(benchmarks),
        store_(store),
        partition_(store->header().partition()),
        log_(log),
        trim_(trim) {
    batch_.progress = std::move(progress);
  }

  // Leaves no text in `*of_file`: a large one is in memory as few times as possible.
  absl::Status Add(Record* of_file, bool short_row) {
    const Record& record = *of_file;
    const size_t record_bytes = record.text.size() + 256;
    v1::InputProgress& progress = batch_.progress;
    progress.set_records(progress.records() + 1);
    progress.set_offset(record.next_offset);
    progress.set_line(record.next_line);
    if (!record.status.ok()) {
      AddBad(record, record.status.message());
    } else if (!record.kept) {
      progress.set_not_kept(progress.not_kept() + 1);
    } else if (short_row) {
      RETURN_IF_ERROR(AddRow(record));
    } else {
      RETURN_IF_ERROR(AddDocument(of_file));
    }
    bytes_ += record_bytes;
    if (bytes_ < kBatchBytes && ++records_ < kBatchRecords) return absl::OkStatus();
    return Flush();
  }

  // The file as a whole is one bad record.
  absl::Status AddUnreadable(const std::string& path, absl::string_view message) {
    Record record;
    record.provenance.set_source(PathAsText(path));
    AddBad(record, message);
    batch_.progress.set_records(1);
    batch_.progress.set_unreadable(true);
    batch_.progress.set_done(true);
    return Flush();
  }

  // `sha256`: of the file, in hexadecimal.
  absl::Status Finish(absl::string_view sha256) {
    batch_.progress.set_sha256(absl::HexStringToBytes(sha256));
    batch_.progress.set_done(true);
    return Flush();
  }

 private:
  void AddBad(const Record& record, absl::string_view message) {
    v1::BadRecord bad;
    *bad.mutable_provenance() = record.provenance;
    bad.set_message(std::string(message));
    if (log_->bad_records < kShownBadRecords) {
      LogWarning(absl::StrCat("bad record: ", message));
    } else if (log_->bad_records == kShownBadRecords) {
      LogWarning("more bad records: they are counted, and quipu status lists them");
    }
    ++log_->bad_records;
    batch_.bad_records.push_back(std::move(bad));
    batch_.progress.set_bad_records(batch_.progress.bad_records() + 1);
  }

  absl::Status AddDocument(Record* of_file) {
    const Record& record = *of_file;
    absl::StatusOr<std::string> text = generator::NormalizeDocument(record.text);
    const std::string raw_sha256 = absl::HexStringToBytes(Sha256Hex(record.text));
    std::string().swap(of_file->text);
    if (!text.ok()) {
      const uint64_t line = record.provenance.line();
      AddBad(record,
             absl::StrCat(record.provenance.source(), line > 0 ? absl::StrCat(":", line) : "", ": ",
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
    document.set_raw_sha256(raw_sha256);
    document.set_metadata_json(record.metadata_json);
    if (planner_ != nullptr) {
      ASSIGN_OR_RETURN(v1::DocumentPlan plan, PlanOf(document, tokens));
      batch_.plans.push_back(std::move(plan));
    }
    batch_.documents.push_back(std::move(document));
    return absl::OkStatus();
  }

  // A document that holds a benchmark's context gets no tasks.
  absl::StatusOr<v1::DocumentPlan> PlanOf(const v1::Document& document,
                                          const generator::DocumentTokens& tokens) const {
    if (benchmarks_ == nullptr) return planner_->Plan(document, tokens.begins);
    const std::optional<std::string> found = benchmarks_->FindDocument(document.text());
    if (!found.has_value()) return planner_->Plan(document, tokens.begins);
    const v1::Provenance& from = document.provenance();
    LogWarning(absl::StrCat("left out, contaminated: ", from.source(),
                            from.line() == 0 ? "" : absl::StrCat(":", from.line()), ": ", *found));
    return generator::PlanOfContaminated(document.id(), *found);
  }

  absl::Status AddRow(const Record& record) {
    for (const std::string& name : record.unused_fields) {
      if (log_->unused_fields.size() <= kShownFields) log_->unused_fields.insert(name);
    }
    v1::ShortRow row;
    FingerprintBuilder id("short-row");
    for (const v1::ChatMessage& message : record.messages) {
      v1::ChatMessage& added = *row.add_messages();
      added = message;
      ASSIGN_OR_RETURN(*added.mutable_content(), generator::ComposeText(message.content()));
      id.Add(message.not_trained() ? "assistant, not trained" : message.role());
      id.Add(added.content());
      bytes_ += added.content().size();
    }
    row.set_id(id.Build().ToBytes());
    if (!InThisPartition(row.id())) return absl::OkStatus();
    if (record.cut) batch_.progress.set_cut_rows(batch_.progress.cut_rows() + 1);
    *row.mutable_provenance() = record.provenance;
    batch_.rows.push_back(std::move(row));
    return absl::OkStatus();
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
    trim_->AfterReading(bytes_);
    records_ = 0;
    bytes_ = 0;
    // The store has counted the duplicates.
    ASSIGN_OR_RETURN(batch_.progress, store_->GetInputProgress(key));
    return absl::OkStatus();
  }

  const v1::ReadSpec& spec_;
  const generator::DocumentTokenizer& tokenize_;
  const generator::TaskPlanner* const planner_;        // nullptr: documents are planned later.
  const generator::Decontaminator* const benchmarks_;  // nullptr: none.
  storage::Store* const store_;
  const v1::Partition partition_;
  EntryLog* const log_;
  MemoryTrim* const trim_;
  storage::IngestBatch batch_;
  size_t records_ = 0;
  size_t bytes_ = 0;
};

absl::StatusOr<std::unique_ptr<RecordReader>> OpenFile(const InputFile& file,
                                                       const v1::ReadSpec& spec,
                                                       const v1::InputProgress& progress,
                                                       SourceHash* hash = nullptr) {
  SourceOptions options;
  options.hash = hash;
  options.zstd_window_log = static_cast<int>(spec.zstd_window_log());
  return file.short_rows ? OpenShortRows(file.path, file.short_input, progress.offset(),
                                         progress.line(), options)
                         : OpenDocuments(file.path, file.document_input, progress.offset(),
                                         progress.line(), options);
}

// The hash of a file that was read, in hexadecimal: `read`, or if only a part was read, of a second
// reading. Objects are not read twice. FAILED_PRECONDITION if it has changed meanwhile: nobody could
// say what was read.
absl::StatusOr<std::string> HashIfUnchanged(const InputFile& file, const v1::InputProgress& before,
                                            std::optional<std::string> read) {
  if (file.path == "-") return std::string();
  std::string sha256;
  if (read.has_value()) {
    sha256 = *std::move(read);
  } else if (!IsObjectUrl(file.path)) {
    ASSIGN_OR_RETURN(sha256, Sha256HexOfFile(file.path));
  }
  v1::InputProgress after;
  RETURN_IF_ERROR(SetFileState(file.path, &after));
  if (after.file_bytes() == before.file_bytes() &&
      after.modified_unix_ns() == before.modified_unix_ns()) {
    return sha256;
  }
  return absl::FailedPreconditionError(
      absl::StrCat(Snippet(file.path, 300),
                   ": the file was written while it was read; run the "
                   "command again when it is complete"));
}

absl::Status ReadFileInto(const InputFile& file, const v1::ReadSpec& spec,
                          const v1::InputProgress& progress, FileIngest* ingest) {
  SourceHash hash;
  absl::StatusOr<std::unique_ptr<RecordReader>> reader = OpenFile(file, spec, progress, &hash);
  // What it is instead of text or JSON. Other files of the entry may be good.
  if (absl::IsInvalidArgument(reader.status())) {
    return ingest->AddUnreadable(file.path, reader.status().message());
  }
  if (!reader.ok()) return reader.status();
  Record record;
  Record before;  // The file's first record, if there may be no other.
  bool held = false;
  while (true) {
    if (StopRequested()) return absl::CancelledError("stopped while reading");
    ASSIGN_OR_RETURN(const bool more, (*reader)->Next(&record));
    if (!more) break;
    if (std::exchange(held, false)) RETURN_IF_ERROR(ingest->Add(&before, file.short_rows));
    if (record.holds_records && record.provenance.offset() == 0) {
      before = std::move(record);
      held = true;
      continue;
    }
    RETURN_IF_ERROR(ingest->Add(&record, file.short_rows));
  }
  if (held) {
    const std::string reason =
        before.status.ok() ? absl::StrCat(before.provenance.source(), ":1: a table by columns")
                           : std::string(before.status.message());
    return ingest->AddUnreadable(
        file.path, absl::StrCat(reason,
                                "; it is the only value of the file and holds the records inside: "
                                "write them as one array, or one a line (JSON Lines)"));
  }
  ASSIGN_OR_RETURN(const std::string sha256, HashIfUnchanged(file, progress, hash.Finish()));
  return ingest->Finish(sha256);
}

// The first bad records of an entry, a line each.
absl::StatusOr<std::string> FirstBad(absl::Span<const InputFile> files, size_t entry,
                                     const storage::Store& store) {
  std::set<std::string> paths;
  for (const InputFile& file : files) {
    if (file.entry == entry) paths.insert(PathAsText(file.path));
  }
  std::string shown;
  int count = 0;
  RETURN_IF_ERROR(store.ForEachBadRecord([&](const v1::BadRecord& bad) {
    if (paths.count(bad.provenance().source()) > 0 && count++ < kShownBadRecords) {
      absl::StrAppend(&shown, "\n  ", bad.message());
    }
    return absl::OkStatus();
  }));
  return shown;
}

// Opens the files of the entry that are yet to be read, so that an error can count and show those
// that cannot be.
void CountUnreadable(absl::Span<const InputFile> files, size_t entry, const v1::ReadSpec& spec,
                     EntryCounts* counts, std::string* shown) {
  for (const InputFile& file : files) {
    if (file.entry != entry || file.path == "-") continue;
    const absl::Status opened = OpenFile(file, spec, v1::InputProgress()).status();
    if (!absl::IsInvalidArgument(opened)) continue;
    if (counts->unreadable_files++ < kShownBadRecords) {
      absl::StrAppend(shown, "\n  ", opened.message());
    }
  }
}

// Most are figures about a row; one may be a part of the conversation under a name of its own.
void LogUnusedFields(absl::string_view entry_name, const EntryLog& log) {
  if (log.unused_fields.empty()) return;
  const bool more = log.unused_fields.size() > kShownFields;
  LogInfo(absl::StrCat(entry_name, ": fields that are not used: ",
                       absl::StrJoin(log.unused_fields, ", ",
                                     [](std::string* out, const std::string& name) {
                                       absl::StrAppend(out, "\"", Snippet(name), "\"");
                                     }),
                       more ? " and more" : ""));
}

}  // namespace

absl::Status ReadInputs(const v1::RunSpec& spec, double max_bad_share,
                        const inference::Tokenizer& tokenizer,
                        const generator::Decontaminator* benchmarks, storage::Store* store) {
  ASSIGN_OR_RETURN(const std::vector<InputFile> files, ListInputFiles(spec));
  ASSIGN_OR_RETURN(const Fingerprint run_id, Fingerprint::FromBytes(store->header().run_id()));
  const generator::DocumentTokenizer tokenize(tokenizer);
  const generator::TaskPlanner planner(spec.chunks(), spec.generation(), run_id, tokenizer,
                                       spec.instances().context_tokens());
  // Which documents get pairs is known when all have been read.
  const bool plan_later = generator::SelectsDocuments(spec.selection());
  const BadLimits limits = {max_bad_share, spec.read().max_bad_records()};
  std::map<size_t, EntryCounts> entries;
  for (const InputFile& file : files) ++entries[file.entry].files;
  std::map<size_t, EntryLog> logs;
  MemoryTrim trim;
  for (const InputFile& file : files) {
    ASSIGN_OR_RETURN(v1::InputProgress progress, store->GetInputProgress(file.Key()));
    if (!progress.done()) {
      progress.set_source(file.Key());
      RETURN_IF_ERROR(SetFileState(file.path, &progress));
      FileIngest ingest(spec.read(), tokenize, plan_later ? nullptr : &planner, benchmarks, store,
                        progress, &logs[file.entry], &trim);
      RETURN_IF_ERROR(ReadFileInto(file, spec.read(), progress, &ingest));
      ASSIGN_OR_RETURN(progress, store->GetInputProgress(file.Key()));
    }
    EntryCounts& counts = entries[file.entry];
    counts.Add(progress);
    if (counts.files_read == counts.files && counts.records + counts.unreadable_files == 0) {
      LogWarning(absl::StrCat(file.entry_name, " has no records"));
    }
    if (counts.files_read == counts.files) LogUnusedFields(file.entry_name, logs[file.entry]);
    if (CheckEntry(file.entry_name, counts, limits, "").ok()) continue;
    ASSIGN_OR_RETURN(std::string shown, FirstBad(files, file.entry, *store));
    if (counts.unreadable_files > 0) {
      CountUnreadable(absl::MakeConstSpan(files).subspan(&file - files.data() + 1), file.entry,
                      spec.read(), &counts, &shown);
    }
    return CheckEntry(file.entry_name, counts, limits, shown);
  }
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
