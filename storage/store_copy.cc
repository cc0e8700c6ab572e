// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A store's records copied into another directory, for backups.
#include <array>

#include "base/failpoint.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "storage/store_impl.h"

namespace quipu::storage {
namespace {

// One write: large enough to make calls cheap, small enough for memory.
constexpr size_t kBatchRecords = 1024;
constexpr size_t kBatchBytes = 8 << 20;
constexpr std::array<Family, kNumFamilies> kFamilies = {Family::kMeta,      Family::kDocuments,
                                                        Family::kTasks,     Family::kResults,
                                                        Family::kSequences, Family::kEvents};

// Collects records and writes them, not synced.
class Copier {
 public:
  explicit Copier(Database* to) : to_(to) {}

  absl::Status Add(Family family, absl::string_view key, absl::string_view value) {
    const std::string name = DescribeKey(family, key);
    // An envelope too short for its type fails for any type.
    const RecordType type =
        value.size() < kRecordOverhead ? RecordType::kRunHeader : RecordTypeOf(value);
    ASSIGN_OR_RETURN(const absl::string_view payload, DecodeRecord(type, value, name));
    batch_.Put(family, std::string(key), type, payload);
    ++records_;
    bytes_ += key.size() + value.size();
    return ++pending_ < kBatchRecords && bytes_ < kBatchBytes ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    RETURN_IF_ERROR(to_->Write(batch_, /*sync=*/false));
    batch_ = Batch();
    pending_ = 0;
    bytes_ = 0;
    return Failpoint("backup.after_batch");
  }

  uint64_t records() const { return records_; }

 private:
  Database* const to_;
  Batch batch_;
  size_t pending_ = 0;
  size_t bytes_ = 0;
  uint64_t records_ = 0;
};

}  // namespace

absl::StatusOr<uint64_t> StoreImpl::CopyTo(absl::string_view to, uint64_t more_epochs) const {
  RETURN_IF_ERROR(CheckOpen());
  const Database::Snapshot snapshot(*db_);
  ASSIGN_OR_RETURN(const std::unique_ptr<Database> copy,
                   Database::Open(to, Database::Mode::kCreate));
  Copier copier(copy.get());
  uint64_t results = 0;
  for (const Family family : kFamilies) {
    RETURN_IF_ERROR(db_->ScanRaw(
        family, "",
        [&](absl::string_view key, absl::string_view value) {
          results += family == Family::kResults && !key.empty() && key[0] == kResultSummaryPrefix;
          return copier.Add(family, key, value);
        },
        &snapshot));
  }
  RETURN_IF_ERROR(copier.Flush());
  RunState mark;
  mark.epoch = epoch_ + more_epochs;
  mark.results = results;
  Batch batch;
  batch.Put(Family::kMeta, EpochKey(), RecordType::kEpoch, EncodeNumber(mark.epoch));
  RETURN_IF_ERROR(copy->Write(batch, /*sync=*/true));
  RETURN_IF_ERROR(copy->Flush());
  mark.sequence = copy->LatestSequenceNumber();
  // Reads the copy back.
  RETURN_IF_ERROR(copy->VerifyChecksums());
  RETURN_IF_ERROR(copy->Close());
  RETURN_IF_ERROR(WriteRunState(to, mark));
  return copier.records();
}

}  // namespace quipu::storage
