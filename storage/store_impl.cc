// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Opening, creating, closing, stages: the basis of all verbs.
#include "storage/store_impl.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "storage/backup_name.h"

namespace quipu::storage {
namespace {

// A reader beside a writer may miss a file that its manifest still names; the
// next manifest does not name it.
constexpr int kReadOnlyAttempts = 5;
// RocksDB's entry point; without it there is no database.
constexpr char kCurrentName[] = "CURRENT";

bool HasDatabase(absl::string_view path) { return FileExists(JoinPath(path, kCurrentName)); }

// Where it may be, of a path that is not a store's.
std::string StoreHint(absl::string_view path) {
  const std::string inside = JoinPath(path, "store");
  if (HasDatabase(inside)) return absl::StrCat(" (did you mean ", inside, "?)");
  if (!FileExists(path)) return ": nothing is there";
  return IsDirectory(path) ? ": the directory is not the one that a spec's `store` names"
                           : ": it is a file; a store is the directory that a spec's `store` names";
}

absl::Status NoRun(absl::string_view path) {
  return absl::NotFoundError(absl::StrCat("no run at ", path, StoreHint(path)));
}

// A file that is meant to be a store: its "directory" cannot be looked into.
bool IsFile(absl::string_view path) { return FileExists(path) && !IsDirectory(path); }

// OK unless the directory is a backup, which writing would spoil.
absl::Status CheckNoBackup(absl::string_view path) {
  if (!FileExists(JoinPath(path, kBackupListName))) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(path, " is a backup (it has a ", kBackupListName,
                   "), and is not written to: quipu restore makes a store of it"));
}

absl::Status HeaderLost(absl::string_view path) {
  return absl::DataLossError(absl::StrCat("store ", path, " has lost its header: it has a ",
                                          kRunStateName, " but no run header; restore a backup"));
}

// Opens the database of a run. An incomplete database is no run, unless a mark
// says that it was complete.
absl::StatusOr<std::unique_ptr<Database>> OpenRun(absl::string_view path, Database::Mode mode,
                                                  const std::optional<RunState>& mark,
                                                  rocksdb::Env* env, StoreMemory memory) {
  absl::StatusOr<std::unique_ptr<Database>> db = Database::Open(path, mode, env, memory);
  if (absl::IsNotFound(db.status())) {
    return mark.has_value() ? HeaderLost(path) : NoRun(path);
  }
  return db;
}

// Names that RocksDB and quipu use in a store's directory.
bool IsStoreFile(absl::string_view name) {
  for (const char* prefix :
       {"CURRENT", "IDENTITY", "LOCK", "LOG", "MANIFEST-", "OPTIONS-", kRunStateName}) {
    if (absl::StartsWith(name, prefix)) return true;
  }
  for (const char* suffix : {".log", ".sst", ".blob", ".dbtmp"}) {
    if (absl::EndsWith(name, suffix)) return true;
  }
  return false;
}

// Refuses to create a database among the user's files.
absl::Status CheckOwnDirectory(const std::string& path) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    const std::string name = entry.path().filename().string();
    if (IsStoreFile(name)) continue;
    return absl::FailedPreconditionError(absl::StrCat("cannot create a store at ", path,
                                                      ": the directory holds other files (",
                                                      absl::CHexEscape(name), "); name a new one"));
  }
  return absl::OkStatus();
}

// Removes the leftovers of an interrupted write of the mark. REQUIRES: lock held.
void RemoveOldMarks(const std::string& path) {
  std::error_code error;
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    const std::string name = entry.path().filename().string();
    if (absl::StartsWith(name, absl::StrCat(kRunStateName, "."))) left.push_back(name);
  }
  for (const std::string& name : left) RemoveTree(JoinPath(path, name)).IgnoreError();
}

// Makes the directory; a power loss does not take its name, nor those of the ones above it that
// were missing too.
absl::Status MakeDurableDirs(const std::string& path) {
  std::error_code error;
  std::filesystem::path dir = std::filesystem::absolute(path, error);
  std::vector<std::string> parents;
  do {
    dir = dir.parent_path();
    parents.push_back(dir.string());
  } while (dir != dir.parent_path() && !std::filesystem::exists(dir, error));
  RETURN_IF_ERROR(MakeDirs(path));
  for (const std::string& parent : parents) {
    const absl::Status synced = SyncDir(parent);
    // Who may write into a directory need not be allowed to read it, and only then it is synced.
    if (!absl::IsPermissionDenied(synced)) RETURN_IF_ERROR(synced);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckId(absl::string_view id, absl::string_view what) {
  if (id.size() == kIdBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(what, " has ", id.size(), " bytes, ids have ", kIdBytes));
}

absl::StatusOr<std::unique_ptr<StoreImpl>> StoreImpl::Open(absl::string_view path,
                                                           const StoreOptions& options,
                                                           Clock* clock, rocksdb::Env* env) {
  if (IsFile(path)) return NoRun(path);
  if (!options.read_only) {
    RETURN_IF_ERROR(CheckNoBackup(path));
    ASSIGN_OR_RETURN(std::unique_ptr<StoreImpl> store,
                     OpenAs(path, Database::Mode::kWrite, env, options.memory));
    RemoveOldMarks(store->path_);
    RETURN_IF_ERROR(store->BeginEpoch(clock));
    return store;
  }
  absl::StatusOr<std::unique_ptr<StoreImpl>> store =
      OpenAs(path, Database::Mode::kReadOnly, nullptr, options.memory);
  const auto changed = [&store] {
    return absl::IsDataLoss(store.status()) || absl::IsUnavailable(store.status());
  };
  for (int attempt = 1; attempt < kReadOnlyAttempts && changed(); ++attempt) {
    store = OpenAs(path, Database::Mode::kReadOnly, nullptr, options.memory);
  }
  return store;
}

absl::StatusOr<std::unique_ptr<StoreImpl>> StoreImpl::OpenAs(absl::string_view path,
                                                             Database::Mode mode, rocksdb::Env* env,
                                                             StoreMemory memory) {
  // Read before the database is opened: then neither opening nor another writer
  // can make the mark look newer than the store.
  ASSIGN_OR_RETURN(const std::optional<RunState> mark, ReadRunState(path));
  if (!HasDatabase(path)) return mark.has_value() ? HeaderLost(path) : NoRun(path);
  auto store = std::unique_ptr<StoreImpl>(new StoreImpl(path, mode == Database::Mode::kReadOnly));
  ASSIGN_OR_RETURN(store->db_, OpenRun(path, mode, mark, env, memory));
  const absl::Status loaded = store->LoadHeader();
  if (absl::IsNotFound(loaded)) return mark.has_value() ? HeaderLost(path) : loaded;
  RETURN_IF_ERROR(loaded);
  RETURN_IF_ERROR(store->LoadCounters());
  RETURN_IF_ERROR(store->CheckMark(mark));
  return store;
}

absl::StatusOr<std::unique_ptr<StoreImpl>> StoreImpl::Create(absl::string_view path,
                                                             const v1::RunHeader& header,
                                                             Clock* clock, StoreMemory memory) {
  if (IsFile(path)) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot create a store at ", path, ": it is a file; name a new directory"));
  }
  ASSIGN_OR_RETURN(const std::optional<RunState> mark, ReadRunState(path));
  if (mark.has_value() && !HasDatabase(path)) return HeaderLost(path);
  RETURN_IF_ERROR(MakeDurableDirs(std::string(path)));
  auto store = std::unique_ptr<StoreImpl>(new StoreImpl(path, /*read_only=*/false));
  RETURN_IF_ERROR(CheckOwnDirectory(store->path_));
  ASSIGN_OR_RETURN(store->db_, Database::Open(path, Database::Mode::kCreate, nullptr, memory));
  const absl::Status loaded = store->LoadHeader();
  if (loaded.ok()) {
    return absl::AlreadyExistsError(absl::StrCat("there is already a run at ", path));
  }
  if (!absl::IsNotFound(loaded)) return loaded;
  if (mark.has_value()) return HeaderLost(path);
  // The header makes it a run, so it is written last.
  store->header_ = header;
  store->header_.set_format_version(kFormatVersion);
  Batch batch;
  batch.Put(Family::kMeta, HeaderKey(), RecordType::kRunHeader, store->header_);
  RETURN_IF_ERROR(store->db_->Write(batch, /*sync=*/true));
  RETURN_IF_ERROR(SyncDir(path));
  RETURN_IF_ERROR(store->BeginEpoch(clock));
  return store;
}

absl::Status StoreImpl::LoadHeader() {
  ASSIGN_OR_RETURN(const bool found,
                   db_->GetMessage(Family::kMeta, HeaderKey(), RecordType::kRunHeader, &header_));
  if (!found) return NoRun(path_);
  if (header_.format_version() != kFormatVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("store ", path_, " has format version ", header_.format_version(),
                     ", this quipu reads version ", kFormatVersion));
  }
  return absl::OkStatus();
}

absl::Status StoreImpl::LoadCounters() {
  ASSIGN_OR_RETURN(const std::optional<std::string> epoch,
                   db_->Get(Family::kMeta, EpochKey(), RecordType::kEpoch));
  if (epoch.has_value()) {
    ASSIGN_OR_RETURN(epoch_, DecodeNumber(*epoch, DescribeKey(Family::kMeta, EpochKey())));
  }
  uint64_t results = 0;
  RETURN_IF_ERROR(db_->Scan(Family::kResults, std::string(1, kResultSummaryPrefix),
                            RecordType::kResultSummary, [&](absl::string_view, absl::string_view) {
                              ++results;
                              return absl::OkStatus();
                            }));
  results_ = results;
  ASSIGN_OR_RETURN(const std::optional<std::string> last,
                   db_->LastKey(Family::kEvents, std::string(1, kUpdatePrefix)));
  if (!last.has_value()) return absl::OkStatus();
  const std::optional<uint64_t> number = UpdateNumberOf(*last);
  if (!number.has_value()) {
    return absl::DataLossError(absl::StrCat(DescribeKey(Family::kEvents, *last), " of store ",
                                            path_, " is not a key of format version ",
                                            kFormatVersion));
  }
  next_update_ = *number + 1;
  return absl::OkStatus();
}

absl::Status StoreImpl::CheckMark(const std::optional<RunState>& mark) const {
  if (!mark.has_value()) {
    // Created, and killed before its first mark: no epoch was counted yet.
    if (epoch_ == 0) return absl::OkStatus();
    return MarkLost(path_);
  }
  if (mark->accepted) {
    LogWarning(absl::StrCat("store ", path_, " is accepted as it is, because ", kRunStateName,
                            " says so"));
    return absl::OkStatus();
  }
  return CheckAgainst(*mark, Reached(), path_);
}

absl::Status StoreImpl::BeginEpoch(Clock* clock) {
  RETURN_IF_ERROR(Failpoint("open.before_epoch"));
  Batch batch;
  batch.Put(Family::kMeta, EpochKey(), RecordType::kEpoch, EncodeNumber(epoch_ + 1));
  // The mark first, so that a store with an epoch always has a mark.
  RETURN_IF_ERROR(WriteRunState(path_, {epoch_, db_->LatestSequenceNumber(), results_}));
  RETURN_IF_ERROR(db_->Write(batch, /*sync=*/true));
  // Not before: Close writes the mark again, and must not be ahead of the database.
  ++epoch_;
  high_water_ = std::make_unique<HighWater>(clock, [this] { return WriteMark(); });
  RETURN_IF_ERROR(Failpoint("open.after_epoch"));
  return high_water_->Write();
}

StoreImpl::~StoreImpl() {
  if (db_ == nullptr) return;
  const absl::Status closed = Close();
  if (!closed.ok()) LogError(absl::StrCat("closing store ", path_, ": ", closed.message()));
}

absl::Status StoreImpl::Close() {
  if (db_ == nullptr) return absl::OkStatus();
  absl::Status status;
  // Without an epoch nothing was written: opening failed half-way.
  if (high_water_ != nullptr) {
    status = Failpoint("close.before_flush");
    status.Update(db_->Flush());
    status.Update(high_water_->Write());
  }
  status.Update(db_->Close());
  db_.reset();
  return status;
}

absl::Status StoreImpl::CheckOpen() const {
  if (db_ != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("store ", path_, " is closed"));
}

absl::Status StoreImpl::CheckWritable() const {
  RETURN_IF_ERROR(CheckOpen());
  if (!read_only_) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("store ", path_, " is open read-only"));
}

absl::Status StoreImpl::Write(const Batch& batch, bool sync) {
  RETURN_IF_ERROR(db_->Write(batch, sync));
  return high_water_->AfterCommit();
}

absl::Status StoreImpl::Write(Batch&& batch, bool sync) {
  RETURN_IF_ERROR(db_->Write(std::move(batch), sync));
  return high_water_->AfterCommit();
}

RunState StoreImpl::Reached() const {
  RunState state;
  state.epoch = epoch_;
  // Before the sequence number: a commit in between is then left out.
  state.results = results_.load();
  state.sequence = db_->LatestSequenceNumber();
  return state;
}

absl::Status StoreImpl::WriteMark() {
  const RunState state = Reached();
  RETURN_IF_ERROR(db_->SyncLog());
  return WriteRunState(path_, state);
}

uint64_t StoreImpl::commit_number() const {
  return db_ == nullptr ? 0 : db_->LatestSequenceNumber();
}

absl::Status StoreImpl::MarkStageDone(v1::Stage stage) {
  RETURN_IF_ERROR(CheckWritable());
  if (stage <= v1::STAGE_UNSPECIFIED || !v1::Stage_IsValid(stage)) {
    return absl::InvalidArgumentError(absl::StrCat("no stage has the number ", stage));
  }
  v1::StageDone done;
  done.set_stage(stage);
  Batch batch;
  batch.Put(Family::kMeta, StageKey(stage), RecordType::kStageDone, done);
  RETURN_IF_ERROR(Failpoint("stage.before_mark"));
  // The sync covers the stage's writes too, which were not synced.
  RETURN_IF_ERROR(Write(batch, /*sync=*/true));
  return Failpoint("stage.after_mark");
}

absl::Status StoreImpl::ReopenGeneration() {
  RETURN_IF_ERROR(CheckWritable());
  Batch batch;
  for (const v1::Stage stage :
       {v1::STAGE_GENERATE, v1::STAGE_DECONTAMINATE, v1::STAGE_DEDUP, v1::STAGE_PACK}) {
    batch.Delete(Family::kMeta, StageKey(stage));
  }
  return Write(batch, /*sync=*/true);
}

absl::Status StoreImpl::SetEngineCounters(const v1::EngineCounters& counters) {
  RETURN_IF_ERROR(CheckWritable());
  Batch batch;
  batch.Put(Family::kMeta, WorkKey(), RecordType::kEngineCounters, counters);
  return Write(batch, /*sync=*/false);
}

absl::StatusOr<v1::EngineCounters> StoreImpl::GetEngineCounters() const {
  RETURN_IF_ERROR(CheckOpen());
  v1::EngineCounters counters;
  RETURN_IF_ERROR(
      db_->GetMessage(Family::kMeta, WorkKey(), RecordType::kEngineCounters, &counters).status());
  return counters;
}

absl::StatusOr<bool> StoreImpl::IsStageDone(v1::Stage stage) const {
  RETURN_IF_ERROR(CheckOpen());
  v1::StageDone done;
  return db_->GetMessage(Family::kMeta, StageKey(stage), RecordType::kStageDone, &done);
}

}  // namespace quipu::storage
