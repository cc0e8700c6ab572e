// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Reading: documents, short rows, bad records, the progress of each input.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "storage/store_impl.h"

namespace quipu::storage {
namespace {

// Works on an IngestBatch or an ImportBatch.
template <typename B>
absl::Status CheckIds(const B& batch) {
  for (const v1::Document& document : batch.documents) {
    RETURN_IF_ERROR(CheckId(document.id(), "id of a document"));
  }
  for (const v1::ShortRow& row : batch.rows) {
    RETURN_IF_ERROR(CheckId(row.id(), "id of a short row"));
  }
  return absl::OkStatus();
}

// A batch has plans for all documents or for none.
absl::Status CheckPlans(const IngestBatch& batch) {
  if (batch.plans.empty()) return absl::OkStatus();
  if (batch.plans.size() != batch.documents.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(batch.plans.size(), " plans for ", batch.documents.size(), " documents"));
  }
  for (size_t i = 0; i < batch.plans.size(); ++i) {
    RETURN_IF_ERROR(CheckPlan(batch.plans[i]));
    if (batch.plans[i].document_id() != batch.documents[i].id()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the plan at position ", i, " does not belong to document ",
                       absl::BytesToHexString(batch.documents[i].id())));
    }
  }
  return absl::OkStatus();
}

// The keys that a batch decides on: which ids are new.
template <typename B>
std::vector<std::string> KeysOf(const B& batch) {
  std::vector<std::string> keys;
  for (const v1::Document& document : batch.documents) keys.push_back(DocumentKey(document.id()));
  for (const v1::ShortRow& row : batch.rows) keys.push_back(RowKey(row.id()));
  return keys;
}

void PutDocument(const v1::Document& document, Batch* batch) {
  batch->Put(Family::kDocuments, DocumentKey(document.id()), RecordType::kDocument, document);
  batch->Put(Family::kDocuments, DocumentSummaryKey(document.id()), RecordType::kDocumentSummary,
             EncodeNumber(document.tokens()));
}

void PutRow(const v1::ShortRow& row, Batch* batch) {
  batch->Put(Family::kDocuments, RowKey(row.id()), RecordType::kShortRow, row);
  batch->Put(Family::kDocuments, RowSummaryKey(row.id()), RecordType::kRowSummary,
             EncodeNumber(row.messages_size()));
}

void PutBadRecord(const v1::BadRecord& record, Batch* batch) {
  batch->Put(Family::kDocuments, BadRecordKey(record), RecordType::kBadRecord, record);
}

void PutInput(const v1::InputProgress& progress, Batch* batch) {
  batch->Put(Family::kMeta, InputKey(progress.source()), RecordType::kInputProgress, progress);
}

struct Summary {
  Fingerprint id;
  uint64_t tokens = 0;
};

constexpr size_t kSummariesOfPage = 8192;

// The first summaries behind document `after` (empty: from the beginning); none at the end.
absl::Status ReadSummaries(const Database& db, absl::string_view after,
                           std::vector<Summary>* page) {
  const absl::Status enough = absl::OutOfRangeError("enough");
  const std::string prefix(1, kDocumentSummaryPrefix);
  const absl::Status read = db.ScanFrom(
      Family::kDocuments, prefix, absl::StrCat(prefix, after), RecordType::kDocumentSummary,
      [&](absl::string_view key, absl::string_view payload) -> absl::Status {
        const absl::string_view id = key.substr(prefix.size());
        if (id == after) return absl::OkStatus();
        const std::string name = DescribeKey(Family::kDocuments, key);
        const absl::StatusOr<Fingerprint> parsed = Fingerprint::FromBytes(id);
        if (!parsed.ok())
          return absl::DataLossError(absl::StrCat(name, " is no key of a document"));
        ASSIGN_OR_RETURN(const uint64_t tokens, DecodeNumber(payload, name));
        page->push_back({*parsed, tokens});
        return page->size() < kSummariesOfPage ? absl::OkStatus() : enough;
      });
  return read == enough ? absl::OkStatus() : read;
}

}  // namespace

absl::Status StoreImpl::Ingest(IngestBatch batch) {
  RETURN_IF_ERROR(CheckWritable());
  RETURN_IF_ERROR(CheckIds(batch));
  RETURN_IF_ERROR(CheckPlans(batch));
  std::vector<std::string> keys = KeysOf(batch);
  keys.push_back(InputKey(batch.progress.source()));
  const KeyLocks::Hold hold = locks_.Acquire(std::move(keys));
  ASSIGN_OR_RETURN(const v1::InputProgress before, GetInputProgress(batch.progress.source()));
  uint64_t duplicates = before.duplicates();
  absl::flat_hash_set<std::string> seen;
  Batch writes;
  for (size_t i = 0; i < batch.documents.size(); ++i) {
    const std::string key = DocumentSummaryKey(batch.documents[i].id());
    ASSIGN_OR_RETURN(const bool stored, db_->Contains(Family::kDocuments, key));
    if (stored || !seen.insert(key).second) {
      ++duplicates;
      continue;
    }
    PutDocument(batch.documents[i], &writes);
    // The text is in `writes` now; it may have 64 MiB.
    batch.documents[i] = v1::Document();
    if (!batch.plans.empty()) PutPlan(batch.plans[i], &writes);
  }
  for (const v1::ShortRow& row : batch.rows) {
    const std::string key = RowSummaryKey(row.id());
    ASSIGN_OR_RETURN(const bool stored, db_->Contains(Family::kDocuments, key));
    if (stored || !seen.insert(key).second) {
      ++duplicates;
      continue;
    }
    PutRow(row, &writes);
  }
  for (const v1::BadRecord& record : batch.bad_records) PutBadRecord(record, &writes);
  batch.progress.set_duplicates(duplicates);
  PutInput(batch.progress, &writes);
  RETURN_IF_ERROR(Failpoint("ingest.before_write"));
  // Not synced: what a power failure takes is read again, because the progress
  // is lost with it.
  RETURN_IF_ERROR(Write(std::move(writes), /*sync=*/false));
  return Failpoint("ingest.after_write");
}

absl::Status StoreImpl::Import(const ImportBatch& batch) {
  RETURN_IF_ERROR(CheckWritable());
  RETURN_IF_ERROR(CheckIds(batch));
  std::vector<std::string> keys = KeysOf(batch);
  for (const v1::InputProgress& progress : batch.inputs)
    keys.push_back(InputKey(progress.source()));
  const KeyLocks::Hold hold = locks_.Acquire(std::move(keys));
  absl::flat_hash_set<std::string> seen;
  const auto is_new = [&](const std::string& key) -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const bool stored, db_->Contains(Family::kDocuments, key));
    return !stored && seen.insert(key).second;
  };
  Batch writes;
  for (const v1::Document& document : batch.documents) {
    ASSIGN_OR_RETURN(const bool fresh, is_new(DocumentSummaryKey(document.id())));
    if (!fresh) {
      return absl::AlreadyExistsError(
          absl::StrCat("document ", absl::BytesToHexString(document.id()), " is already stored"));
    }
    PutDocument(document, &writes);
  }
  for (const v1::ShortRow& row : batch.rows) {
    ASSIGN_OR_RETURN(const bool fresh, is_new(RowSummaryKey(row.id())));
    if (!fresh) {
      return absl::AlreadyExistsError(
          absl::StrCat("short row ", absl::BytesToHexString(row.id()), " is already stored"));
    }
    PutRow(row, &writes);
  }
  for (const v1::BadRecord& record : batch.bad_records) PutBadRecord(record, &writes);
  for (const v1::InputProgress& progress : batch.inputs) PutInput(progress, &writes);
  if (writes.empty()) return absl::OkStatus();
  return Write(writes, /*sync=*/false);
}

absl::StatusOr<v1::InputProgress> StoreImpl::GetInputProgress(absl::string_view source) const {
  RETURN_IF_ERROR(CheckOpen());
  v1::InputProgress progress;
  ASSIGN_OR_RETURN(const bool found, db_->GetMessage(Family::kMeta, InputKey(source),
                                                     RecordType::kInputProgress, &progress));
  if (!found) progress.set_source(std::string(source));
  return progress;
}

absl::StatusOr<std::vector<v1::InputProgress>> StoreImpl::ListInputs() const {
  std::vector<v1::InputProgress> inputs;
  RETURN_IF_ERROR(ForEach<v1::InputProgress>(Family::kMeta, std::string(1, kInputPrefix),
                                             RecordType::kInputProgress,
                                             [&](const v1::InputProgress& progress) {
                                               inputs.push_back(progress);
                                               return absl::OkStatus();
                                             }));
  // Keys are fingerprints; people look for names.
  std::sort(inputs.begin(), inputs.end(),
            [](const v1::InputProgress& a, const v1::InputProgress& b) {
              return a.source() < b.source();
            });
  return inputs;
}

absl::StatusOr<v1::Document> StoreImpl::GetDocument(absl::string_view document_id) const {
  RETURN_IF_ERROR(CheckOpen());
  RETURN_IF_ERROR(CheckId(document_id, "id of a document"));
  v1::Document document;
  ASSIGN_OR_RETURN(const bool found, db_->GetMessage(Family::kDocuments, DocumentKey(document_id),
                                                     RecordType::kDocument, &document));
  if (!found) {
    return absl::NotFoundError(absl::StrCat("no document ", absl::BytesToHexString(document_id)));
  }
  return document;
}

absl::StatusOr<v1::ShortRow> StoreImpl::GetShortRow(absl::string_view row_id) const {
  RETURN_IF_ERROR(CheckOpen());
  RETURN_IF_ERROR(CheckId(row_id, "id of a short row"));
  v1::ShortRow row;
  ASSIGN_OR_RETURN(const bool found, db_->GetMessage(Family::kDocuments, RowKey(row_id),
                                                     RecordType::kShortRow, &row));
  if (!found) {
    return absl::NotFoundError(absl::StrCat("no short row ", absl::BytesToHexString(row_id)));
  }
  return row;
}

absl::Status StoreImpl::ForEachDocument(
    absl::FunctionRef<absl::Status(const v1::Document&)> fn) const {
  return ForEach<v1::Document>(Family::kDocuments, std::string(1, kDocumentPrefix),
                               RecordType::kDocument, fn);
}

absl::Status StoreImpl::ForEachDocumentSummary(
    absl::FunctionRef<absl::Status(const std::string& id, uint64_t tokens)> fn) const {
  std::string id;  // The last one.
  while (true) {
    RETURN_IF_ERROR(CheckOpen());
    std::vector<Summary> page;
    RETURN_IF_ERROR(ReadSummaries(*db_, id, &page));
    if (page.empty()) return absl::OkStatus();
    for (const Summary& summary : page) {
      id = summary.id.ToBytes();
      RETURN_IF_ERROR(fn(id, summary.tokens));
    }
  }
}

absl::Status StoreImpl::ForEachShortRow(
    absl::FunctionRef<absl::Status(const v1::ShortRow&)> fn) const {
  return ForEach<v1::ShortRow>(Family::kDocuments, std::string(1, kRowPrefix),
                               RecordType::kShortRow, fn);
}

absl::Status StoreImpl::ForEachBadRecord(
    absl::FunctionRef<absl::Status(const v1::BadRecord&)> fn) const {
  return ForEach<v1::BadRecord>(Family::kDocuments, std::string(1, kBadRecordPrefix),
                                RecordType::kBadRecord, fn);
}

}  // namespace quipu::storage
