// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/faults/fault_disk.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/log.h"
#include "rocksdb/file_system.h"

namespace quipu::testing {
namespace {

namespace fs = std::filesystem;
using rocksdb::DataVerificationInfo;
using rocksdb::DirFsyncOptions;
using rocksdb::FileOptions;
using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr uint64_t kSectorBytes = 512;
constexpr char kRunState[] = "RUN_STATE";

std::string NameOf(const std::string& path) { return fs::path(path).filename().string(); }

// Locks and the program's own log are no data; RUN_STATE is not RocksDB's.
bool IsData(const std::string& name) {
  return name != "LOCK" && !absl::StartsWith(name, "LOG") && !absl::StartsWith(name, kRunState);
}

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

void WriteAll(const std::string& path, absl::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  QUIPU_CHECK(out.good()) << "cannot write " << path;
}

// The bytes of a file after the loss.
std::string BytesAfter(const DiskImage::Extent& extent, Loss loss, Rng* rng) {
  const uint64_t unsynced = extent.written - extent.synced;
  const uint64_t left = loss == Loss::kDropped ? 0 : rng->Below(unsynced + 1);
  std::string bytes = extent.file->bytes.substr(0, extent.synced + left);
  if (loss != Loss::kReordered) return bytes;
  for (uint64_t begin = extent.synced; begin < bytes.size();) {
    const uint64_t end =
        std::min<uint64_t>((begin / kSectorBytes + 1) * kSectorBytes, bytes.size());
    if (rng->Below(2) == 0) std::fill(bytes.begin() + begin, bytes.begin() + end, '\0');
    begin = end;
  }
  return bytes;
}

}  // namespace

void WriteImage(const DiskImage& image, Loss loss, Rng* rng, const std::string& to) {
  std::map<std::string, std::shared_ptr<DiskFile>> names = image.names;
  const uint64_t in_order = loss == Loss::kTorn ? rng->Below(image.changes.size() + 1) : 0;
  for (size_t i = 0; i < image.changes.size(); ++i) {
    const bool arrived = loss == Loss::kReordered ? rng->Below(2) == 0 : i < in_order;
    if (!arrived) continue;
    const NameChange& change = image.changes[i];
    if (!change.removed.empty()) names.erase(change.removed);
    if (!change.added.empty()) names[change.added] = change.file;
  }
  fs::create_directories(to);
  for (const auto& [name, file] : names) {
    WriteAll(absl::StrCat(to, "/", name), BytesAfter(image.extents.at(file.get()), loss, rng));
  }
  if (!image.run_state.empty()) WriteAll(absl::StrCat(to, "/", kRunState), image.run_state);
}

class FaultDisk::State {
 public:
  explicit State(const std::string& root) : root_(root) {
    for (const auto& entry : fs::directory_iterator(root)) {
      const std::string name = NameOf(entry.path().string());
      if (!entry.is_regular_file() || !IsData(name)) continue;
      auto file = std::make_shared<DiskFile>();
      file->bytes = ReadAll(entry.path().string());
      file->synced = file->bytes.size();
      now_[name] = file;
    }
    durable_ = now_;
  }

  // NoSpace if the disk is full, else counts one append.
  IOStatus Take() {
    absl::MutexLock lock(&mutex_);
    ++appends_;
    return --room_ < 0 ? IOStatus::NoSpace("injected") : IOStatus::OK();
  }

  std::shared_ptr<DiskFile> Create(const std::string& path) {
    auto file = std::make_shared<DiskFile>();
    const std::string name = NameOf(path);
    if (!IsData(name)) return file;
    absl::MutexLock lock(&mutex_);
    now_[name] = file;
    changes_.push_back({"", name, file});
    return file;
  }
  void Append(DiskFile* file, const Slice& data) {
    absl::MutexLock lock(&mutex_);
    file->bytes.append(data.data(), data.size());
  }
  void Sync(DiskFile* file) {
    absl::MutexLock lock(&mutex_);
    file->synced = file->bytes.size();
    NotifyLocked();
  }
  void SyncNames() {
    absl::MutexLock lock(&mutex_);
    durable_ = now_;
    changes_.clear();
    NotifyLocked();
  }
  void Rename(const std::string& from, const std::string& to) {
    absl::MutexLock lock(&mutex_);
    const auto found = now_.find(NameOf(from));
    if (found == now_.end()) return;
    const std::shared_ptr<DiskFile> file = found->second;
    now_.erase(found);
    now_[NameOf(to)] = file;
    changes_.push_back({NameOf(from), NameOf(to), file});
  }
  void Delete(const std::string& path) {
    absl::MutexLock lock(&mutex_);
    if (now_.erase(NameOf(path)) > 0) changes_.push_back({NameOf(path), "", nullptr});
  }

  void OnSync(std::function<void(const DiskImage&)> fn) {
    absl::MutexLock lock(&mutex_);
    on_sync_ = std::move(fn);
  }
  void SetRoom(int64_t room) {
    absl::MutexLock lock(&mutex_);
    room_ = room;
  }
  int64_t appends() {
    absl::MutexLock lock(&mutex_);
    return appends_;
  }

 private:
  void NotifyLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (on_sync_ == nullptr) return;
    DiskImage image;
    image.names = durable_;
    image.changes = changes_;
    for (const auto* names : {&durable_, &now_}) {
      for (const auto& [name, file] : *names) {
        image.extents[file.get()] = {file, file->synced, file->bytes.size()};
      }
    }
    for (const NameChange& change : changes_) {
      const std::shared_ptr<DiskFile>& file = change.file;
      if (file != nullptr) image.extents[file.get()] = {file, file->synced, file->bytes.size()};
    }
    image.run_state = ReadAll(absl::StrCat(root_, "/", kRunState));
    on_sync_(image);
  }

  const std::string root_;
  absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<DiskFile>> now_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::shared_ptr<DiskFile>> durable_ ABSL_GUARDED_BY(mutex_);
  std::vector<NameChange> changes_ ABSL_GUARDED_BY(mutex_);
  std::function<void(const DiskImage&)> on_sync_ ABSL_GUARDED_BY(mutex_);
  int64_t room_ ABSL_GUARDED_BY(mutex_) = std::numeric_limits<int64_t>::max();
  int64_t appends_ ABSL_GUARDED_BY(mutex_) = 0;
};

namespace {

class FaultFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::unique_ptr<FSWritableFile> real, std::shared_ptr<FaultDisk::State> disk,
            std::shared_ptr<DiskFile> file)
      : FSWritableFileOwnerWrapper(std::move(real)),
        disk_(std::move(disk)),
        file_(std::move(file)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (IOStatus full = disk_->Take(); !full.ok()) return full;
    const IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (status.ok()) disk_->Append(file_.get(), data);
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus PositionedAppend(const Slice&, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("FaultDisk: positioned appends");
  }
  IOStatus PositionedAppend(const Slice&, uint64_t, const IOOptions&, const DataVerificationInfo&,
                            IODebugContext*) override {
    return IOStatus::NotSupported("FaultDisk: positioned appends");
  }
  // Closing cuts off what was allocated ahead, and no data.
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    QUIPU_CHECK(size >= file_->bytes.size()) << "FaultDisk: a file was cut";
    return FSWritableFileOwnerWrapper::Truncate(size, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus status = FSWritableFileOwnerWrapper::Flush(options, debug);
    if (status.ok()) disk_->Sync(file_.get());
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  const std::shared_ptr<FaultDisk::State> disk_;
  const std::shared_ptr<DiskFile> file_;
};

class FaultDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultDirectory(std::unique_ptr<FSDirectory> real, std::shared_ptr<FaultDisk::State> disk)
      : FSDirectoryWrapper(std::move(real)), disk_(std::move(disk)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    disk_->SyncNames();
    return IOStatus::OK();
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  const std::shared_ptr<FaultDisk::State> disk_;
};

class FaultFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultFileSystem(std::shared_ptr<FaultDisk::State> disk)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(std::move(disk)) {}

  const char* Name() const override { return "FaultFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* result,
                           IODebugContext* debug) override {
    const IOStatus status = FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (!status.ok()) return status;
    *result = std::make_unique<FaultFile>(std::move(*result), disk_, disk_->Create(name));
    return status;
  }
  IOStatus ReopenWritableFile(const std::string& name, const FileOptions&,
                              std::unique_ptr<FSWritableFile>*, IODebugContext*) override {
    return IOStatus::NotSupported("FaultDisk: reopening", name);
  }
  IOStatus ReuseWritableFile(const std::string& name, const std::string&, const FileOptions&,
                             std::unique_ptr<FSWritableFile>*, IODebugContext*) override {
    return IOStatus::NotSupported("FaultDisk: reusing", name);
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                        std::unique_ptr<FSDirectory>* result, IODebugContext* debug) override {
    const IOStatus status = FileSystemWrapper::NewDirectory(name, options, result, debug);
    if (status.ok()) *result = std::make_unique<FaultDirectory>(std::move(*result), disk_);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus status = FileSystemWrapper::RenameFile(from, to, options, debug);
    if (status.ok()) disk_->Rename(from, to);
    return status;
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus status = FileSystemWrapper::DeleteFile(name, options, debug);
    if (status.ok()) disk_->Delete(name);
    return status;
  }

 private:
  const std::shared_ptr<FaultDisk::State> disk_;
};

}  // namespace

FaultDisk::FaultDisk(const std::string& root)
    : state_(std::make_shared<State>(root)),
      env_(rocksdb::NewCompositeEnv(std::make_shared<FaultFileSystem>(state_))) {}

FaultDisk::~FaultDisk() = default;

rocksdb::Env* FaultDisk::env() const { return env_.get(); }

void FaultDisk::OnSync(std::function<void(const DiskImage&)> fn) { state_->OnSync(std::move(fn)); }

void FaultDisk::FillAfter(int64_t appends) { state_->SetRoom(appends); }

void FaultDisk::Free() { state_->SetRoom(std::numeric_limits<int64_t>::max()); }

int64_t FaultDisk::appends() const { return state_->appends(); }

}  // namespace quipu::testing
