// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/posix_error.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/unique_fd.h"

namespace quipu {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBufferBytes = 1 << 20;
constexpr int kMaxNameAttempts = 100;

std::string StripTrailingSlashes(absl::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return std::string(path);
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::StatusOr<UniqueFd> OpenFile(const std::string& path, int flags) {
  int fd;
  do {
    fd = open(path.c_str(), flags | O_CLOEXEC, 0666);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) {
    return PosixError(errno, (flags & O_CREAT) != 0 ? "cannot create" : "cannot open", path);
  }
  return UniqueFd(fd);
}

absl::Status WriteAll(int fd, absl::string_view bytes, absl::string_view path) {
  while (!bytes.empty()) {
    const ssize_t count = write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return PosixError(errno, "cannot write", path);
    bytes.remove_prefix(count);
  }
  return absl::OkStatus();
}

absl::Status SyncAndClose(UniqueFd file, absl::string_view path) {
  if (fsync(file.get()) != 0) return PosixError(errno, "cannot sync", path);
  // On Linux, EINTR still closes the descriptor.
  if (close(file.Release()) != 0 && errno != EINTR) return PosixError(errno, "cannot close", path);
  return absl::OkStatus();
}

// Creates a file with a new name beside `path` and stores the name in
// `*temporary`.
absl::StatusOr<UniqueFd> CreateBeside(const std::string& path, std::string* temporary) {
  static std::atomic<uint64_t> counter{0};
  absl::StatusOr<UniqueFd> file = absl::InternalError("not reached");
  // A killed process with the same id may have left a file of that name.
  for (int attempt = 0; attempt < kMaxNameAttempts; ++attempt) {
    *temporary = absl::StrCat(path, ".", getpid(), ".", counter.fetch_add(1), ".tmp");
    file = OpenFile(*temporary, O_WRONLY | O_CREAT | O_EXCL);
    if (file.ok() || !FileExists(*temporary)) break;
  }
  return file;
}

absl::Status FillAndRename(UniqueFd file, const std::string& temporary, const std::string& path,
                           absl::string_view content) {
  RETURN_IF_ERROR(WriteAll(file.get(), content, temporary));
  RETURN_IF_ERROR(SyncAndClose(std::move(file), temporary));
  RETURN_IF_ERROR(Failpoint("file.before_rename"));
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    return PosixError(errno, "cannot write", path);
  }
  return absl::OkStatus();
}

bool IsHidden(const fs::path& path) { return absl::StartsWith(path.filename().c_str(), "."); }

// Appends what `wanted` wants of everything below `dir` that is not hidden. Does not follow
// links to directories, which may form a cycle.
absl::Status Walk(const std::string& dir, bool (*wanted)(const fs::directory_entry& entry),
                  std::vector<std::string>* paths) {
  std::error_code error;
  fs::recursive_directory_iterator iterator(dir, error);
  const fs::recursive_directory_iterator end;
  while (!error && iterator != end) {
    if (IsHidden(iterator->path())) {
      iterator.disable_recursion_pending();
    } else if (wanted(*iterator)) {
      paths->push_back(iterator->path().string());
    }
    iterator.increment(error);
  }
  if (error) return PosixError(error.value(), "cannot list", dir);
  return absl::OkStatus();
}

// What has just vanished is neither a file nor a directory.
bool IsFileEntry(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_regular_file(ignored);
}

bool IsDirectoryEntry(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_directory(ignored) && !entry.is_symlink(ignored);
}

// Appends `path` or, if it is a directory, the files in it.
absl::Status AppendInput(const std::string& path, std::vector<std::string>* files) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return absl::OkStatus();  // A dangling link.
  if (S_ISREG(info.st_mode)) files->push_back(path);
  if (S_ISDIR(info.st_mode)) return Walk(path, IsFileEntry, files);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Glob(const std::string& pattern) {
  static thread_local int glob_error;
  glob_error = 0;
  glob_t matches = {};
  const absl::Cleanup free_matches = [&matches] { globfree(&matches); };
  const auto on_error = [](const char* /*path*/, int error) {
    glob_error = error;
    return 1;
  };
  const int rc = glob(pattern.c_str(), GLOB_BRACE | GLOB_TILDE | GLOB_NOSORT, on_error, &matches);
  if (rc == GLOB_NOSPACE) return PosixError(ENOMEM, "cannot expand", pattern);
  if (rc == GLOB_ABORTED) return PosixError(glob_error, "cannot expand", pattern);
  return std::vector<std::string>(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
}

// `name` so that a glob takes it literally.
std::string EscapeGlob(absl::string_view name) {
  std::string escaped;
  for (const char c : name) {
    if (absl::string_view("*?[]{}~\\,").find(c) != absl::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// The directory and those below it; hidden ones are skipped, links are not followed.
absl::StatusOr<std::vector<std::string>> DirectoriesBelow(const std::string& dir) {
  std::vector<std::string> dirs = {dir};
  RETURN_IF_ERROR(Walk(dir, IsDirectoryEntry, &dirs));
  return dirs;
}

// Where a component "**" of the pattern begins; npos if there is none, or if it is inside braces.
size_t FindDoubleStar(const std::string& pattern) {
  for (size_t at = pattern.find("**"); at != std::string::npos; at = pattern.find("**", at + 1)) {
    const bool begins = at == 0 || pattern[at - 1] == '/';
    const bool ends = at + 2 == pattern.size() || pattern[at + 2] == '/';
    const auto count = [&](char c) { return std::count(pattern.begin(), pattern.begin() + at, c); };
    if (begins && ends && count('{') == count('}')) return at;
  }
  return std::string::npos;
}

// A glob in which "**" is any number of directories, none included.
absl::StatusOr<std::vector<std::string>> DeepGlob(const std::string& pattern) {
  const size_t at = FindDoubleStar(pattern);
  if (at == std::string::npos) return Glob(pattern);
  const std::string before = at == 0 ? "." : pattern.substr(0, at);
  ASSIGN_OR_RETURN(const std::vector<std::string> roots, Glob(before));
  if (at + 3 >= pattern.size()) return roots;  // Everything below is what a directory means.
  const std::string rest = pattern.substr(at + 3);
  std::vector<std::string> matches;
  for (const std::string& root : roots) {
    if (!IsDirectory(root)) continue;
    ASSIGN_OR_RETURN(const std::vector<std::string> dirs, DirectoriesBelow(root));
    for (const std::string& dir : dirs) {
      std::string prefix = StripTrailingSlashes(EscapeGlob(dir)) + "/";
      if (at == 0) prefix.erase(0, 2);  // "./"
      ASSIGN_OR_RETURN(const std::vector<std::string> found, DeepGlob(prefix + rest));
      matches.insert(matches.end(), found.begin(), found.end());
    }
  }
  return matches;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(absl::string_view path, uint64_t max_bytes) {
  const std::string name(path);
  ASSIGN_OR_RETURN(UniqueFd file, OpenFile(name, O_RDONLY));
  // The size is only a hint: it is 0 for pipes, and the file may grow.
  struct stat info;
  if (fstat(file.get(), &info) != 0) return PosixError(errno, "cannot inspect", path);
  const uint64_t expected = std::min<uint64_t>(std::max<int64_t>(info.st_size, 0), max_bytes);

  std::string content;
  size_t size = 0;
  while (true) {
    if (content.size() == size) {
      // One extra byte, so that the end is seen without growing the buffer
      // again.
      content.resize(size < expected ? expected + 1 : size + std::max<size_t>(size, 4096));
    }
    const ssize_t count = read(file.get(), &content[size], content.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return PosixError(errno, "cannot read", path);
    if (count == 0) break;
    size += count;
    if (size > max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat("cannot read ", path, ": it has more than ", max_bytes, " bytes"));
    }
  }
  content.resize(size);
  return content;
}

absl::Status WriteFileAtomic(absl::string_view path, absl::string_view content) {
  const std::string name(path);
  // A rename would put a file in the place of a device or a pipe.
  struct stat info;
  if (stat(name.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
    ASSIGN_OR_RETURN(UniqueFd stream, OpenFile(name, O_WRONLY));
    RETURN_IF_ERROR(Failpoint("file.before_rename"));  // As below: nothing is written yet.
    return WriteAll(stream.get(), content, path);
  }
  std::string temporary;
  ASSIGN_OR_RETURN(UniqueFd file, CreateBeside(name, &temporary));
  const absl::Status status = FillAndRename(std::move(file), temporary, name, content);
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  RETURN_IF_ERROR(Failpoint("file.after_rename"));
  return SyncDir(DirectoryOf(name));
}

absl::Status MakeDirs(absl::string_view path) {
  const std::string name = StripTrailingSlashes(path);
  std::error_code error;
  fs::create_directories(name, error);
  if (error) return PosixError(error.value(), "cannot create directory", path);
  // The library does not report this as an error for the last path component.
  if (!IsDirectory(name)) return PosixError(ENOTDIR, "cannot create directory", path);
  return absl::OkStatus();
}

absl::Status RemoveTree(absl::string_view path) {
  // "link/" would mean the directory that the link points to.
  const std::string name = StripTrailingSlashes(path);
  if (name == "/") return absl::PermissionDeniedError("refusing to remove /");
  std::error_code error;
  fs::remove_all(name, error);
  if (error) return PosixError(error.value(), "cannot remove", path);
  return absl::OkStatus();
}

absl::Status SyncDir(absl::string_view path) {
  ASSIGN_OR_RETURN(UniqueFd dir, OpenFile(std::string(path), O_RDONLY | O_DIRECTORY));
  return SyncAndClose(std::move(dir), path);
}

bool FileExists(absl::string_view path) {
  struct stat info;
  return stat(std::string(path).c_str(), &info) == 0;
}

bool IsDirectory(absl::string_view path) {
  struct stat info;
  return stat(std::string(path).c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

absl::StatusOr<uint64_t> FileSize(absl::string_view path) {
  struct stat info;
  if (stat(std::string(path).c_str(), &info) != 0) {
    return PosixError(errno, "cannot inspect", path);
  }
  if (S_ISDIR(info.st_mode)) return PosixError(EISDIR, "cannot get the size of", path);
  return static_cast<uint64_t>(info.st_size);
}

std::string JoinPath(absl::string_view dir, absl::string_view name) {
  if (dir.empty() || absl::StartsWith(name, "/")) return std::string(name);
  if (name.empty()) return std::string(dir);
  while (absl::EndsWith(dir, "/")) dir.remove_suffix(1);
  return absl::StrCat(dir, "/", name);
}

absl::StatusOr<std::vector<std::string>> ListDir(absl::string_view path) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator iterator(std::string(path), error);
  while (!error && iterator != fs::directory_iterator()) {
    names.push_back(iterator->path().filename().string());
    iterator.increment(error);
  }
  if (error) return PosixError(error.value(), "cannot list", path);
  std::sort(names.begin(), names.end());
  return names;
}

namespace {

// What may be wrong with a pattern that no file matches.
std::string NoFileHint(const std::string& pattern) {
  if (IsDirectory(pattern)) return ": the directory has no files that are read";
  if (absl::StrContains(pattern, "://")) {
    return ": inputs are files of this machine or s3://BUCKET/NAME; download it first";
  }
  if (absl::StrContains(pattern, "$")) return ": environment variables are not replaced";
  std::error_code error;
  const fs::path current = fs::current_path(error);
  if (error || fs::path(pattern).is_absolute() || absl::StartsWith(pattern, "~")) return "";
  return absl::StrCat(" in ", current.string());
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ExpandInputs(absl::string_view pattern) {
  const std::string name(pattern);
  std::vector<std::string> matches = {name};
  // A name that exists is meant literally, even with a * or [ in it.
  if (!FileExists(name)) {
    ASSIGN_OR_RETURN(matches, DeepGlob(name));
  }
  std::vector<std::string> files;
  for (const std::string& match : matches) RETURN_IF_ERROR(AppendInput(match, &files));
  if (files.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no file matches \"", Snippet(pattern, 300), "\"", NoFileHint(name)));
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

absl::StatusOr<std::unique_ptr<MappedFile>> MappedFile::Open(absl::string_view path) {
  const std::string name(path);
  ASSIGN_OR_RETURN(UniqueFd file, OpenFile(name, O_RDONLY));
  struct stat info;
  if (fstat(file.get(), &info) != 0) return PosixError(errno, "cannot inspect", path);
  if (S_ISDIR(info.st_mode)) return PosixError(EISDIR, "cannot map", path);
  std::unique_ptr<MappedFile> result(new MappedFile());
  result->path_ = name;
  if (info.st_size > 0) {  // The kernel refuses empty mappings.
    void* address = mmap(nullptr, info.st_size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (address == MAP_FAILED) return PosixError(errno, "cannot map", path);
    result->bytes_ = absl::string_view(static_cast<const char*>(address), info.st_size);
  }
  return result;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

struct FileWriter::State {
  State(UniqueFd fd, std::string name) : file(std::move(fd)), path(std::move(name)) {}

  absl::Status Flush() {
    const absl::Status result = WriteAll(file.get(), buffer, path);
    buffer.clear();
    return result;
  }

  UniqueFd file;
  std::string path;
  std::string buffer;
  Sha256 hash;
  // The first error. A file with a hole must not be closed as if it were
  // complete.
  absl::Status status;
};

FileWriter::FileWriter() = default;

FileWriter::~FileWriter() {
  if (state_ != nullptr && state_->status.ok()) state_->Flush().IgnoreError();
}

absl::StatusOr<std::unique_ptr<FileWriter>> FileWriter::Create(absl::string_view path) {
  std::string name(path);
  ASSIGN_OR_RETURN(UniqueFd file, OpenFile(name, O_WRONLY | O_CREAT | O_TRUNC));
  std::unique_ptr<FileWriter> writer(new FileWriter());
  writer->state_ = std::make_unique<State>(std::move(file), std::move(name));
  return writer;
}

absl::Status FileWriter::Append(absl::string_view bytes) {
  if (state_ == nullptr) return absl::FailedPreconditionError("cannot append to a closed file");
  RETURN_IF_ERROR(state_->status);
  state_->hash.Update(bytes);
  state_->buffer.append(bytes.data(), bytes.size());
  bytes_written_ += bytes.size();
  if (state_->buffer.size() >= kBufferBytes) state_->status = state_->Flush();
  return state_->status;
}

absl::Status FileWriter::Close() {
  if (state_ == nullptr) return absl::FailedPreconditionError("cannot close a file twice");
  const std::unique_ptr<State> state = std::move(state_);
  RETURN_IF_ERROR(state->status);
  RETURN_IF_ERROR(state->Flush());
  RETURN_IF_ERROR(SyncAndClose(std::move(state->file), state->path));
  sha256_ = state->hash.FinishHex();
  return absl::OkStatus();
}

}  // namespace quipu
