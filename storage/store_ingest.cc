// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Reading: documents, short rows, bad records, how far each input is read.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/store_impl.h"

namespace quipu::storage {
namespace {

absl::Status CheckIds(const IngestBatch& batch) {
  for (const v1::Document& document : batch.documents) {
    RETURN_IF_ERROR(CheckId(document.id(), "id of a document"));
  }
  for (const v1::ShortRow& row : batch.rows) {
    RETURN_IF_ERROR(CheckId(row.id(), "id of a short row"));
  }
  return absl::OkStatus();
}

// What this batch decides on: its input, and which ids are new.
std::vector<std::string> KeysOf(const IngestBatch& batch) {
  std::vector<std::string> keys = {InputKey(batch.progress.source())};
  for (const v1::Document& document : batch.documents)
    keys.push_back(DocumentKey(document.id()));
  for (const v1::ShortRow& row : batch.rows) keys.push_back(RowKey(row.id()));
  return keys;
}

}  // namespace

absl::Status StoreImpl::Ingest(IngestBatch batch) {
  RETURN_IF_ERROR(CheckWritable());
  RETURN_IF_ERROR(CheckIds(batch));
  const KeyLocks::Hold hold = locks_.Acquire(KeysOf(batch));
  ASSIGN_OR_RETURN(const v1::InputProgress before,
                   GetInputProgress(batch.progress.source()));
  uint64_t duplicates = before.duplicates();
  absl::flat_hash_set<std::string> seen;
  Batch writes;
  for (const v1::Document& document : batch.documents) {
    const std::string key = DocumentSummaryKey(document.id());
    ASSIGN_OR_RETURN(const bool stored, db_->Contains(Family::kDocuments, key));
    if (stored || !seen.insert(key).second) {
      ++duplicates;
      continue;
    }
    writes.Put(Family::kDocuments, DocumentKey(document.id()),
               RecordType::kDocument, document);
    writes.Put(Family::kDocuments, key, RecordType::kDocumentSummary,
               EncodeNumber(document.tokens()));
  }
  for (const v1::ShortRow& row : batch.rows) {
    const std::string key = RowSummaryKey(row.id());
    ASSIGN_OR_RETURN(const bool stored, db_->Contains(Family::kDocuments, key));
    if (stored || !seen.insert(key).second) {
      ++duplicates;
      continue;
    }
    writes.Put(Family::kDocuments, RowKey(row.id()), RecordType::kShortRow,
               row);
    writes.Put(Family::kDocuments, key, RecordType::kRowSummary,
               EncodeNumber(row.messages_size()));
  }
  for (const v1::BadRecord& record : batch.bad_records) {
    writes.Put(Family::kDocuments, BadRecordKey(record), RecordType::kBadRecord,
               record);
  }
  batch.progress.set_duplicates(duplicates);
  writes.Put(Family::kMeta, InputKey(batch.progress.source()),
             RecordType::kInputProgress, batch.progress);
  // Not synced: what a power failure takes is read again, from where the
  // progress, lost with it, says.
  return Write(writes, /*sync=*/false);
}

absl::StatusOr<v1::InputProgress> StoreImpl::GetInputProgress(
    absl::string_view source) const {
  RETURN_IF_ERROR(CheckOpen());
  v1::InputProgress progress;
  ASSIGN_OR_RETURN(const bool found,
                   db_->GetMessage(Family::kMeta, InputKey(source),
                                   RecordType::kInputProgress, &progress));
  if (!found) progress.set_source(std::string(source));
  return progress;
}

absl::StatusOr<std::vector<v1::InputProgress>> StoreImpl::ListInputs() const {
  std::vector<v1::InputProgress> inputs;
  RETURN_IF_ERROR(ForEach<v1::InputProgress>(
      Family::kMeta, std::string(1, kInputPrefix), RecordType::kInputProgress,
      [&](const v1::InputProgress& progress) {
        inputs.push_back(progress);
        return absl::OkStatus();
      }));
  // The keys are fingerprints; people look for names.
  std::sort(inputs.begin(), inputs.end(),
            [](const v1::InputProgress& a, const v1::InputProgress& b) {
              return a.source() < b.source();
            });
  return inputs;
}

absl::StatusOr<v1::Document> StoreImpl::GetDocument(
    absl::string_view document_id) const {
  RETURN_IF_ERROR(CheckOpen());
  RETURN_IF_ERROR(CheckId(document_id, "id of a document"));
  v1::Document document;
  ASSIGN_OR_RETURN(const bool found,
                   db_->GetMessage(Family::kDocuments, DocumentKey(document_id),
                                   RecordType::kDocument, &document));
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat("no document ", absl::BytesToHexString(document_id)));
  }
  return document;
}

absl::StatusOr<v1::ShortRow> StoreImpl::GetShortRow(
    absl::string_view row_id) const {
  RETURN_IF_ERROR(CheckOpen());
  RETURN_IF_ERROR(CheckId(row_id, "id of a short row"));
  v1::ShortRow row;
  ASSIGN_OR_RETURN(const bool found,
                   db_->GetMessage(Family::kDocuments, RowKey(row_id),
                                   RecordType::kShortRow, &row));
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat("no short row ", absl::BytesToHexString(row_id)));
  }
  return row;
}

absl::Status StoreImpl::ForEachDocument(
    absl::FunctionRef<absl::Status(const v1::Document&)> fn) const {
  return ForEach<v1::Document>(Family::kDocuments,
                               std::string(1, kDocumentPrefix),
                               RecordType::kDocument, fn);
}

absl::StatusOr<std::vector<std::string>> StoreImpl::ListDocumentIds() const {
  RETURN_IF_ERROR(CheckOpen());
  std::vector<std::string> ids;
  RETURN_IF_ERROR(db_->Scan(Family::kDocuments,
                            std::string(1, kDocumentSummaryPrefix),
                            RecordType::kDocumentSummary,
                            [&](absl::string_view key, absl::string_view) {
                              ids.emplace_back(key.substr(1));
                              return absl::OkStatus();
                            }));
  return ids;
}

absl::Status StoreImpl::ForEachShortRow(
    absl::FunctionRef<absl::Status(const v1::ShortRow&)> fn) const {
  return ForEach<v1::ShortRow>(Family::kDocuments, std::string(1, kRowPrefix),
                               RecordType::kShortRow, fn);
}

absl::Status StoreImpl::ForEachBadRecord(
    absl::FunctionRef<absl::Status(const v1::BadRecord&)> fn) const {
  return ForEach<v1::BadRecord>(Family::kDocuments,
                                std::string(1, kBadRecordPrefix),
                                RecordType::kBadRecord, fn);
}

}  // namespace quipu::storage
