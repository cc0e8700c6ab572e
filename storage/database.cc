// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "storage/options.h"
#include "storage/rocksdb_status.h"

namespace quipu::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::array<Family, kNumFamilies> kAllFamilies = {Family::kMeta,      Family::kDocuments,
                                                           Family::kTasks,     Family::kResults,
                                                           Family::kSequences, Family::kEvents};

// A reader opens every table at once and keeps it open: a writer may remove the
// name, but not the file. Blob files are opened when a value of theirs is first
// read: by then a writer may have removed them.
constexpr int kAllOpen = -1;

constexpr uint64_t kMaxCurrentBytes = 4096;

// The name and the size of the manifest, which grows whenever a file is added or
// removed; empty if it cannot be read.
std::string ManifestOf(const std::string& path) {
  const absl::StatusOr<std::string> current = ReadFile(path + "/CURRENT", kMaxCurrentBytes);
  if (!current.ok()) return "";
  const absl::string_view name = absl::StripAsciiWhitespace(*current);
  const absl::StatusOr<uint64_t> size = FileSize(absl::StrCat(path, "/", name));
  return size.ok() ? absl::StrCat(name, " ", *size) : "";
}

// Returns FAILED_PRECONDITION if the store has a family that we do not know: a
// newer format keeps something there that we would not update. NOT_FOUND if one
// is missing: families are created one by one, so a creation was killed.
absl::Status CheckFamilies(const std::string& path) {
  std::vector<std::string> names;
  const rocksdb::Status listed =
      rocksdb::DB::ListColumnFamilies(MakeDbOptions(/*create=*/false), path, &names);
  RETURN_IF_ERROR(FromRocksDb(listed, absl::StrCat("cannot read the manifest of store ", path)));
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    const bool known =
        name == rocksdb::kDefaultColumnFamilyName ||
        std::find(kFamilyNames.begin(), kFamilyNames.end(), name) != kFamilyNames.end();
    if (!known) unknown.push_back(name);
  }
  if (!unknown.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("store ", path, " has column families that format version ", kFormatVersion,
                     " does not know (", absl::StrJoin(unknown, ", "),
                     "): a newer quipu, or another program, wrote it"));
  }
  for (const absl::string_view name : kFamilyNames) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return absl::NotFoundError(absl::StrCat("store ", path, " has no column family ", name,
                                              ": its creation was interrupted"));
    }
  }
  return absl::OkStatus();
}

// Opening writes up to 200 KiB of options and manifests. Without that room RocksDB fails in the
// middle and then, in Debian's build of it, ends the process by an assertion.
constexpr uint64_t kLeastRoomBytes = 1 << 20;

absl::Status CheckRoom(const std::string& path) {
  fs::path there = fs::absolute(path);
  std::error_code error;
  while (!fs::exists(there, error) && there != there.parent_path()) there = there.parent_path();
  const fs::space_info space = fs::space(there, error);
  if (error || space.available >= kLeastRoomBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("cannot open store ", path, ": no space left on its disk: ", space.available,
                   " bytes, at least ", kLeastRoomBytes, " are needed"));
}

// RocksDB's warnings and errors, in the file LOG in the store's directory: the first line creates
// it, and above a size it becomes LOG.old. Lines for which there is no room are lost. (RocksDB's
// own writer of that file ends the process at the next line, by an assertion that the library of
// Debian 12, 7.8.3-2, has.)
class Log final : public rocksdb::Logger {
 public:
  explicit Log(const std::string& store_path)
      : Logger(rocksdb::InfoLogLevel::WARN_LEVEL), path_(absl::StrCat(store_path, "/LOG")) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    char text[kMostLineBytes];  // Longer lines are cut.
    if (vsnprintf(text, sizeof(text), format, arguments) < 0) return;
    const absl::Time now = absl::FromUnixMicros(rocksdb::Env::Default()->NowMicros());
    const std::string line = absl::StrCat(
        absl::FormatTime(absl::RFC3339_sec, now, absl::UTCTimeZone()), " ", text, "\n");
    absl::MutexLock lock(&mutex_);
    struct stat info;
    if (stat(path_.c_str(), &info) == 0 && static_cast<size_t>(info.st_size) > kMostBytes) {
      rename(path_.c_str(), absl::StrCat(path_, ".old").c_str());
    }
    const int file = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) return;
    // Nobody can be told if it fails; the operation that RocksDB reports has its own status.
    [[maybe_unused]] const ssize_t count = write(file, line.data(), line.size());
    close(file);
  }
  // All options: OPTIONS-* has them too.
  void LogHeader(const char* /*format*/, va_list /*arguments*/) override {}

 private:
  static constexpr size_t kMostLineBytes = 4096;
  static constexpr size_t kMostBytes = 1 << 20;

  const std::string path_;
  absl::Mutex mutex_;  // Guards the file and its renaming.
};

}  // namespace

void Batch::Put(Family family, std::string key, RecordType type, absl::string_view payload) {
  writes_.push_back({family, std::move(key), EncodeRecord(type, payload), /*prefix=*/false});
}

void Batch::Put(Family family, std::string key, RecordType type,
                const google::protobuf::MessageLite& message) {
  writes_.push_back({family, std::move(key), EncodeRecord(type, message), /*prefix=*/false});
}

void Batch::Delete(Family family, std::string key) {
  writes_.push_back({family, std::move(key), std::nullopt, /*prefix=*/false});
}

void Batch::DeletePrefix(Family family, std::string prefix) {
  writes_.push_back({family, std::move(prefix), std::nullopt, /*prefix=*/true});
}

Database::Snapshot::Snapshot(const Database& db) : db_(db), snapshot_(db.db_->GetSnapshot()) {}

Database::Snapshot::~Snapshot() { db_.db_->ReleaseSnapshot(snapshot_); }

// Opens a store and creates the families that it lacks: of a new one all. RocksDB 7.8.3 would do so by
// itself, but loses the handle of a family whose options it could not write, as on a full disk,
// and then, in Debian's build of it, ends the process by an assertion.
rocksdb::Status OpenAndCreateFamilies(const rocksdb::DBOptions& options, const std::string& name,
                                      const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                                      std::vector<rocksdb::ColumnFamilyHandle*>* handles,
                                      rocksdb::DB** db) {
  std::vector<std::string> names;
  if (!rocksdb::DB::ListColumnFamilies(options, name, &names).ok()) {
    names = {rocksdb::kDefaultColumnFamilyName};
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> present;
  for (const rocksdb::ColumnFamilyDescriptor& family : families) {
    if (std::find(names.begin(), names.end(), family.name) != names.end())
      present.push_back(family);
  }
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  rocksdb::Status status = rocksdb::DB::Open(options, name, present, &opened, db);
  if (!status.ok()) return status;
  auto next = opened.begin();
  for (const rocksdb::ColumnFamilyDescriptor& family : families) {
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    if (std::find(names.begin(), names.end(), family.name) != names.end()) {
      handle = *next++;
    } else if (status.ok()) {
      status = (*db)->CreateColumnFamily(family.options, family.name, &handle);
    }
    if (handle != nullptr) handles->push_back(handle);
  }
  if (status.ok()) return status;
  for (rocksdb::ColumnFamilyHandle* const handle : *handles) {
    (*db)->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  handles->clear();
  delete *db;
  *db = nullptr;
  return status;
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(absl::string_view path, Mode mode,
                                                         rocksdb::Env* env, StoreMemory memory) {
  auto result = std::unique_ptr<Database>(new Database(path, mode == Mode::kReadOnly));
  const std::string& name = result->path_;
  // Before creation there is nothing to list.
  if (mode != Mode::kCreate) RETURN_IF_ERROR(CheckFamilies(name));
  rocksdb::DBOptions options = MakeDbOptions(mode == Mode::kCreate, memory);
  if (mode == Mode::kReadOnly) {
    result->manifest_ = ManifestOf(name);
    options.max_open_files = kAllOpen;  // And no log: readers leave no trace.
  } else {
    RETURN_IF_ERROR(CheckRoom(name));
    options.info_log = std::make_shared<Log>(name);
  }
  options.listeners.push_back(result->first_error_);
  if (env != nullptr) options.env = env;
  const std::vector<rocksdb::ColumnFamilyDescriptor> families =
      MakeFamilyDescriptors(kAllFamilies, memory);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      mode == Mode::kReadOnly
          ? rocksdb::DB::OpenForReadOnly(options, name, families, &result->handles_, &db)
      : mode == Mode::kCreate
          ? OpenAndCreateFamilies(options, name, families, &result->handles_, &db)
          : rocksdb::DB::Open(options, name, families, &result->handles_, &db);
  if (IsLockHeld(opened)) {
    return absl::FailedPreconditionError(
        absl::StrCat("store ", name, " is in use by another process (", opened.ToString(), ")"));
  }
  RETURN_IF_ERROR(FromRocksDb(opened, absl::StrCat("cannot open store ", name)));
  result->db_.reset(db);
  return result;
}

Database::~Database() { Close().IgnoreError(); }

absl::Status Database::Close() {
  if (db_ == nullptr) return absl::OkStatus();
  rocksdb::Status status;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    const rocksdb::Status destroyed = db_->DestroyColumnFamilyHandle(handle);
    if (status.ok()) status = destroyed;
  }
  handles_.clear();
  const rocksdb::Status closed = db_->Close();
  // A read-only database has nothing to close and says "not supported".
  if (status.ok() && !(read_only_ && closed.IsNotSupported())) status = closed;
  db_.reset();
  return FromRocksDb(status, absl::StrCat("cannot close store ", path_));
}

absl::Status Database::Add(const Batch::Write& write, rocksdb::WriteBatch* writes) const {
  rocksdb::ColumnFamilyHandle* const handle = Handle(write.family);
  rocksdb::Status added;
  if (write.value.has_value()) {
    added = writes->Put(handle, write.key, *write.value);
  } else if (write.prefix) {
    added = writes->DeleteRange(handle, write.key, EndOfPrefix(write.key));
  } else {
    added = writes->Delete(handle, write.key);
  }
  return FromRocksDb(
      added, absl::StrCat("cannot add ", DescribeKey(write.family, write.key), " to a batch"));
}

absl::Status Database::UnlessFailed(absl::FunctionRef<rocksdb::Status()> write,
                                    absl::string_view context) const {
  const rocksdb::Status failed = first_error_->status();
  return FromRocksDb(failed.ok() ? write() : failed, context);
}

absl::Status Database::Apply(rocksdb::WriteBatch* writes, bool sync) {
  return UnlessFailed([&] { return db_->Write(MakeWriteOptions(sync), writes); },
                      absl::StrCat("cannot write to store ", path_));
}

absl::Status Database::Write(Batch&& batch, bool sync) {
  // Reserved: to grow is to have a large text twice.
  constexpr size_t kOverhead = 32;
  size_t bytes = 0;
  for (const Batch::Write& write : batch.writes_) {
    bytes += kOverhead + write.key.size() + (write.value.has_value() ? write.value->size() : 0);
  }
  rocksdb::WriteBatch writes(bytes, 0, kProtectionBytes, 0);
  for (Batch::Write& write : batch.writes_) {
    RETURN_IF_ERROR(Add(write, &writes));
    write.value.reset();
  }
  return Apply(&writes, sync);
}

absl::Status Database::Write(const Batch& batch, bool sync) {
  rocksdb::WriteBatch writes(0, 0, kProtectionBytes, 0);
  for (const Batch::Write& write : batch.writes_) RETURN_IF_ERROR(Add(write, &writes));
  return Apply(&writes, sync);
}

absl::Status Database::StatusOf(const rocksdb::Status& status, absl::string_view context) const {
  if (read_only_ && status.IsPathNotFound() && ManifestOf(path_) != manifest_) {
    return absl::UnavailableError(
        absl::StrCat(context, ": a writer has changed the store while it was read; run it again"));
  }
  return FromRocksDb(status, context);
}

absl::StatusOr<absl::string_view> Database::PayloadOf(const rocksdb::Status& got,
                                                      const rocksdb::PinnableSlice& value,
                                                      RecordType type,
                                                      absl::string_view name) const {
  RETURN_IF_ERROR(StatusOf(got, absl::StrCat("cannot read ", name, " of store ", path_)));
  return DecodeRecord(type, ToView(value), name);
}

absl::StatusOr<std::optional<std::string>> Database::Get(Family family, absl::string_view key,
                                                         RecordType type,
                                                         const Snapshot* snapshot) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status got =
      db_->Get(MakeReadOptions(snapshot == nullptr ? nullptr : snapshot->snapshot_), Handle(family),
               ToSlice(key), &value);
  if (got.IsNotFound()) return std::nullopt;
  ASSIGN_OR_RETURN(const absl::string_view payload,
                   PayloadOf(got, value, type, DescribeKey(family, key)));
  return std::string(payload);
}

absl::StatusOr<bool> Database::GetMessage(Family family, absl::string_view key, RecordType type,
                                          google::protobuf::MessageLite* message,
                                          const Snapshot* snapshot) const {
  // Without another copy: a document may have 64 MiB.
  rocksdb::PinnableSlice value;
  const rocksdb::Status got =
      db_->Get(MakeReadOptions(snapshot == nullptr ? nullptr : snapshot->snapshot_), Handle(family),
               ToSlice(key), &value);
  if (got.IsNotFound()) return false;
  const std::string name = DescribeKey(family, key);
  ASSIGN_OR_RETURN(const absl::string_view payload, PayloadOf(got, value, type, name));
  RETURN_IF_ERROR(ParsePayload(payload, name, message));
  return true;
}

absl::StatusOr<std::optional<std::string>> Database::LastKey(Family family,
                                                             absl::string_view prefix) const {
  const std::string end = EndOfPrefix(prefix);
  const rocksdb::Slice upper_bound(end);
  const std::unique_ptr<rocksdb::Iterator> iterator(db_->NewIterator(
      MakeScanOptions(nullptr, end.empty() ? nullptr : &upper_bound), Handle(family)));
  iterator->SeekToLast();
  RETURN_IF_ERROR(StatusOf(
      iterator->status(),
      absl::StrCat("cannot read the last of ", DescribeKey(family, prefix), " of store ", path_)));
  if (!iterator->Valid()) return std::nullopt;
  std::string key = iterator->key().ToString();
  if (!absl::StartsWith(key, prefix)) return std::nullopt;
  return key;
}

absl::StatusOr<bool> Database::Contains(Family family, absl::string_view key) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status got =
      db_->Get(MakeReadOptions(nullptr), Handle(family), ToSlice(key), &value);
  if (got.IsNotFound()) return false;
  RETURN_IF_ERROR(
      StatusOf(got, absl::StrCat("cannot read ", DescribeKey(family, key), " of store ", path_)));
  return true;
}

namespace {

// Passes the payload of a value on.
absl::Status Decoded(Family family, RecordType type, absl::string_view key, absl::string_view value,
                     Database::ScanFn fn) {
  const absl::StatusOr<absl::string_view> payload = DecodeRecord(type, value, "");
  // Its name is made for an error alone: of all records it is a fifth of the work.
  if (!payload.ok()) return DecodeRecord(type, value, DescribeKey(family, key)).status();
  return fn(key, *payload);
}

}  // namespace

absl::Status Database::Scan(Family family, absl::string_view prefix, RecordType type, ScanFn fn,
                            const Snapshot* snapshot) const {
  return ScanRaw(
      family, prefix,
      [&](absl::string_view key, absl::string_view value) {
        return Decoded(family, type, key, value, fn);
      },
      snapshot);
}

absl::Status Database::ScanFrom(Family family, absl::string_view prefix, absl::string_view first,
                                RecordType type, ScanFn fn) const {
  const std::string end = EndOfPrefix(prefix);
  const rocksdb::Slice upper_bound(end);
  return Iterate(family, first, MakeShortScanOptions(end.empty() ? nullptr : &upper_bound),
                 [&](absl::string_view key, absl::string_view value) {
                   return Decoded(family, type, key, value, fn);
                 });
}

absl::Status Database::ScanRaw(Family family, absl::string_view prefix, ScanFn fn,
                               const Snapshot* snapshot) const {
  const std::string end = EndOfPrefix(prefix);
  const rocksdb::Slice upper_bound(end);
  return Iterate(family, prefix,
                 MakeScanOptions(snapshot == nullptr ? nullptr : snapshot->snapshot_,
                                 end.empty() ? nullptr : &upper_bound),
                 fn);
}

absl::Status Database::Iterate(Family family, absl::string_view first,
                               const rocksdb::ReadOptions& options, ScanFn fn) const {
  const std::unique_ptr<rocksdb::Iterator> iterator(db_->NewIterator(options, Handle(family)));
  std::string last(first);
  for (iterator->Seek(ToSlice(first)); iterator->Valid(); iterator->Next()) {
    last.assign(iterator->key().data(), iterator->key().size());
    RETURN_IF_ERROR(fn(ToView(iterator->key()), ToView(iterator->value())));
  }
  // Damage ends the loop early: without this it would look like the end.
  return StatusOf(iterator->status(), absl::StrCat("cannot read past ", DescribeKey(family, last),
                                                   " of store ", path_));
}

uint64_t Database::LatestSequenceNumber() const { return db_->GetLatestSequenceNumber(); }

absl::Status Database::SyncLog() {
  // By a write of nothing, which waits for its turn among the writers. RocksDB's SyncWAL does not:
  // it may meet a log whose append has just failed in another thread, which is an assertion.
  rocksdb::WriteBatch nothing;
  return UnlessFailed([&] { return db_->Write(MakeWriteOptions(/*sync=*/true), &nothing); },
                      absl::StrCat("cannot sync the log of store ", path_));
}

absl::Status Database::Flush() {
  return UnlessFailed([&] { return db_->Flush(rocksdb::FlushOptions(), handles_); },
                      absl::StrCat("cannot flush store ", path_));
}

absl::Status Database::VerifyChecksums() const {
  const rocksdb::ReadOptions options = MakeScanOptions(nullptr, nullptr);
  RETURN_IF_ERROR(StatusOf(db_->VerifyFileChecksums(options),
                           absl::StrCat("checksums of the files of store ", path_)));
  return StatusOf(db_->VerifyChecksum(options),
                  absl::StrCat("checksums of the blocks of store ", path_));
}

}  // namespace quipu::storage
