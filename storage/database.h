// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// RocksDB with our statuses: families, envelopes, atomic batches, snapshots.
// Every error names the key. Knows keys and envelopes, not what the values
// mean.
//
//   ASSIGN_OR_RETURN(auto db, Database::Open(path, Database::Mode::kWrite));
//   Batch batch;
//   batch.Put(Family::kMeta, HeaderKey(), RecordType::kRunHeader, payload);
//   RETURN_IF_ERROR(db->Write(batch, /*sync=*/true));
//
// Thread-safe, except Close. Never fork a process that has one open: the child's
// copy has no threads and hangs.
#ifndef QUIPU_STORAGE_DATABASE_H_
#define QUIPU_STORAGE_DATABASE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/first_error.h"
#include "storage/keys.h"
#include "storage/record.h"
#include "storage/store_memory.h"

namespace quipu::storage {

// Writes that happen together or not at all.
class Batch {
 public:
  void Put(Family family, std::string key, RecordType type, absl::string_view payload);
  void Put(Family family, std::string key, RecordType type,
           const google::protobuf::MessageLite& message);
  // Deletes one key, if it exists.
  void Delete(Family family, std::string key);
  // Deletes all keys that begin with `prefix`.
  void DeletePrefix(Family family, std::string prefix);
  bool empty() const { return writes_.empty(); }

 private:
  friend class Database;
  struct Write {
    Family family;
    std::string key;
    std::optional<std::string> value;  // Absent: delete.
    bool prefix = false;               // All keys that begin with `key`.
  };
  std::vector<Write> writes_;
};

class Database {
 public:
  enum class Mode { kCreate, kWrite, kReadOnly };

  // A consistent view, for as long as it lives. Must not outlive its database.
  class Snapshot {
   public:
    explicit Snapshot(const Database& db);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

   private:
    friend class Database;
    const Database& db_;
    const rocksdb::Snapshot* snapshot_;
  };

  // Opens all families; kReadOnly takes no lock and creates no file.
  // A reader gets UNAVAILABLE, from any function that reads, if a writer has removed
  // a file meanwhile: open it again.
  // FAILED_PRECONDITION if another process has it open or it has families that
  // this format does not know; NOT_FOUND if its creation was interrupted (kCreate
  // completes it); DATA_LOSS if it is damaged.
  // Files are accessed through `env` (null: the system's), which must outlive it.
  static absl::StatusOr<std::unique_ptr<Database>> Open(absl::string_view path, Mode mode,
                                                        rocksdb::Env* env = nullptr,
                                                        StoreMemory memory = StoreMemory::kSmall);
  // Closes. Errors are lost; call Close() to get them.
  ~Database();

  // Writing. After an error, also one of the background's, Write, SyncLog and Flush return it until
  // the database is opened again. What is there can still be read.

  // Applies the batch. With `sync`, it and everything written before it survive
  // a power failure. Concurrent calls share their syncs.
  absl::Status Write(const Batch& batch, bool sync);
  // The same; a large value is freed when RocksDB has it.
  absl::Status Write(Batch&& batch, bool sync);

  // Returns a key's payload, or nothing if there is no such key.
  absl::StatusOr<std::optional<std::string>> Get(Family family, absl::string_view key,
                                                 RecordType type,
                                                 const Snapshot* snapshot = nullptr) const;
  // The same, parsed; false if there is no such key.
  absl::StatusOr<bool> GetMessage(Family family, absl::string_view key, RecordType type,
                                  google::protobuf::MessageLite* message,
                                  const Snapshot* snapshot = nullptr) const;
  // The last key that begins with `prefix`; nothing if there is none.
  absl::StatusOr<std::optional<std::string>> LastKey(Family family, absl::string_view prefix) const;
  // Whether there is such a key; does not check its value.
  absl::StatusOr<bool> Contains(Family family, absl::string_view key) const;

  // Calls fn with the key and payload of each key that begins with `prefix`, in
  // order; stops at the first error that fn returns, and returns it. Without a
  // snapshot, sees the store as it was when the call began.
  using ScanFn = absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view payload)>;
  absl::Status Scan(Family family, absl::string_view prefix, RecordType type, ScanFn fn,
                    const Snapshot* snapshot = nullptr) const;
  // The same from key `first` on, for scans of a few keys.
  absl::Status ScanFrom(Family family, absl::string_view prefix, absl::string_view first,
                        RecordType type, ScanFn fn) const;
  // The same for every key of a family, with the values as they are stored.
  absl::Status ScanRaw(Family family, absl::string_view prefix, ScanFn fn,
                       const Snapshot* snapshot = nullptr) const;

  // Number of the last write; every key of a batch counts.
  uint64_t LatestSequenceNumber() const;
  // Makes everything written so far survive a power failure.
  absl::Status SyncLog();
  // Writes everything from the log into sorted files.
  absl::Status Flush();
  // Reads every byte of every file and checks RocksDB's checksums.
  absl::Status VerifyChecksums() const;
  absl::Status Close();

 private:
  Database(absl::string_view path, bool read_only) : path_(path), read_only_(read_only) {}
  rocksdb::ColumnFamilyHandle* Handle(Family family) const {
    return handles_[static_cast<int>(family)];
  }

  absl::Status Add(const Batch::Write& write, rocksdb::WriteBatch* writes) const;
  // The status of `write`, which is not called after an error of writing. RocksDB's own functions
  // end the process by an assertion if a file that had an error is written or synced again.
  absl::Status UnlessFailed(absl::FunctionRef<rocksdb::Status()> write,
                            absl::string_view context) const;
  absl::Status Apply(rocksdb::WriteBatch* writes, bool sync);
  // FromRocksDb, but UNAVAILABLE if a writer has removed the file under a reader.
  absl::Status StatusOf(const rocksdb::Status& status, absl::string_view context) const;
  // The payload of what was got for the key called `name`.
  absl::StatusOr<absl::string_view> PayloadOf(const rocksdb::Status& got,
                                              const rocksdb::PinnableSlice& value, RecordType type,
                                              absl::string_view name) const;
  // Scans with these options, whose upper bound is the end of the keys.
  absl::Status Iterate(Family family, absl::string_view first, const rocksdb::ReadOptions& options,
                       ScanFn fn) const;

  const std::string path_;
  const bool read_only_;
  std::string manifest_;  // Of a reader: which one, and its size before it was read.
  const std::shared_ptr<FirstError> first_error_ = std::make_shared<FirstError>();
  std::unique_ptr<rocksdb::DB> db_;
  // By Family, then "default".
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_DATABASE_H_
