// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/posix_error.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/decompress.h"

namespace quipu::pipelines {
namespace {

constexpr absl::string_view kGzipMagic("\x1f\x8b", 2);
constexpr absl::string_view kZstdMagic("\x28\xb5\x2f\xfd", 4);
// Skippable zstd frames: 0x184D2A50 to 0x184D2A5F, little-endian.
constexpr absl::string_view kZstdSkippableTail("\x2a\x4d\x18", 3);
constexpr size_t kMagicBytes = 4;

absl::string_view CompressionName(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return "gzip";
    case Compression::kZstd:
      return "zstd";
    case Compression::kNone:
      break;
  }
  return "uncompressed";
}

// A descriptor, read from its current position, and the bytes already read
// ahead.
class DescriptorSource : public ByteSource {
 public:
  DescriptorSource(int fd, bool owned, bool seekable, std::string name)
      : fd_(fd), owned_(owned), seekable_(seekable), name_(std::move(name)) {}
  ~DescriptorSource() override {
    if (owned_) close(fd_);
  }

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    if (!ahead_.empty()) {
      const size_t count = std::min(size, ahead_.size());
      std::memcpy(buffer, ahead_.data(), count);
      ahead_.erase(0, count);
      return count;
    }
    return ReadDescriptor(buffer, size);
  }

  absl::Status Skip(uint64_t count) override {
    if (!seekable_ || count < ahead_.size()) return ByteSource::Skip(count);
    struct stat info;
    const off_t at = lseek(fd_, 0, SEEK_CUR);
    if (at < 0 || fstat(fd_, &info) != 0) return PosixError(errno, "cannot seek in", name_);
    const uint64_t target = static_cast<uint64_t>(at) - ahead_.size() + count;
    if (target > static_cast<uint64_t>(info.st_size)) {
      return absl::DataLossError(
          absl::StrCat("cannot skip to byte ", target, ": the file has ", info.st_size, " bytes"));
    }
    if (lseek(fd_, static_cast<off_t>(target), SEEK_SET) < 0) {
      return PosixError(errno, "cannot seek in", name_);
    }
    ahead_.clear();
    return absl::OkStatus();
  }

  // Returns the first bytes without consuming them.
  absl::StatusOr<absl::string_view> Peek(size_t size) {
    while (ahead_.size() < size) {
      char buffer[kMagicBytes];
      ASSIGN_OR_RETURN(const size_t count,
                       ReadDescriptor(buffer, std::min(sizeof(buffer), size - ahead_.size())));
      if (count == 0) break;
      ahead_.append(buffer, count);
    }
    return absl::string_view(ahead_);
  }

 private:
  absl::StatusOr<size_t> ReadDescriptor(char* buffer, size_t size) {
    while (true) {
      const ssize_t count = read(fd_, buffer, size);
      if (count >= 0) return static_cast<size_t>(count);
      if (errno != EINTR) return PosixError(errno, "cannot read", name_);
    }
  }

  int fd_;
  bool owned_;
  bool seekable_;
  std::string name_;
  std::string ahead_;
};

absl::string_view FileKind(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  if (S_ISSOCK(mode)) return "a socket";
  return "of an unknown kind";
}

absl::StatusOr<std::unique_ptr<DescriptorSource>> OpenRegularFile(const std::string& path) {
  int fd;
  do {
    // Without O_NONBLOCK, opening a FIFO would wait for its writer.
    fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  } while (fd < 0 && errno == EINTR);
  // Sockets cannot be opened at all.
  if (fd < 0 && errno == ENXIO) {
    return absl::InvalidArgumentError(absl::StrCat("not a regular file: ", Snippet(path, 300)));
  }
  if (fd < 0) return PosixError(errno, "cannot open", path);
  auto source = std::make_unique<DescriptorSource>(fd, /*owned=*/true,
                                                   /*seekable=*/true, path);
  struct stat info;
  if (fstat(fd, &info) != 0) return PosixError(errno, "cannot read", path);
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat("not a regular file but ", FileKind(info.st_mode), ": ", Snippet(path, 300)));
  }
  return source;
}

std::unique_ptr<ByteSource> Decompress(std::unique_ptr<DescriptorSource> source,
                                       Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return NewGzipSource(std::move(source), DecompressLimits());
    case Compression::kZstd:
      return NewZstdSource(std::move(source), DecompressLimits());
    case Compression::kNone:
      break;
  }
  return source;
}

}  // namespace

absl::Status ByteSource::Skip(uint64_t count) {
  char buffer[1 << 14];
  uint64_t left = count;
  while (left > 0) {
    ASSIGN_OR_RETURN(const size_t read,
                     Read(buffer, static_cast<size_t>(std::min<uint64_t>(left, sizeof(buffer)))));
    if (read == 0) {
      return absl::DataLossError(
          absl::StrCat("cannot skip ", count, " bytes: the source has only ", count - left));
    }
    left -= read;
  }
  return absl::OkStatus();
}

Compression CompressionOfName(absl::string_view path) {
  if (absl::EndsWithIgnoreCase(path, ".gz")) return Compression::kGzip;
  if (absl::EndsWithIgnoreCase(path, ".zst")) return Compression::kZstd;
  return Compression::kNone;
}

Compression CompressionOfContent(absl::string_view begin) {
  if (absl::StartsWith(begin, kGzipMagic)) return Compression::kGzip;
  if (absl::StartsWith(begin, kZstdMagic)) return Compression::kZstd;
  if (begin.size() >= kMagicBytes && (static_cast<unsigned char>(begin[0]) & 0xf0) == 0x50 &&
      begin.substr(1, kZstdSkippableTail.size()) == kZstdSkippableTail) {
    return Compression::kZstd;
  }
  return Compression::kNone;
}

absl::string_view StripCompressionSuffix(absl::string_view path) {
  switch (CompressionOfName(path)) {
    case Compression::kGzip:
      return path.substr(0, path.size() - 3);
    case Compression::kZstd:
      return path.substr(0, path.size() - 4);
    case Compression::kNone:
      break;
  }
  return path;
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenByteSource(absl::string_view path) {
  if (path == "-") return OpenDescriptor(STDIN_FILENO, "standard input");
  ASSIGN_OR_RETURN(std::unique_ptr<DescriptorSource> source, OpenRegularFile(std::string(path)));
  ASSIGN_OR_RETURN(const absl::string_view begin, source->Peek(kMagicBytes));
  const Compression named = CompressionOfName(path);
  const Compression found = CompressionOfContent(begin);
  if (named != found) {
    return absl::InvalidArgumentError(
        absl::StrCat("the name says ", CompressionName(named), ", the content is ",
                     begin.empty() ? "empty" : CompressionName(found), ": ", Snippet(path, 300)));
  }
  return Decompress(std::move(source), named);
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenDescriptor(int fd, absl::string_view name) {
  auto source = std::make_unique<DescriptorSource>(fd, /*owned=*/false, /*seekable=*/false,
                                                   std::string(name));
  ASSIGN_OR_RETURN(const absl::string_view begin, source->Peek(kMagicBytes));
  const Compression found = CompressionOfContent(begin);
  return Decompress(std::move(source), found);
}

}  // namespace quipu::pipelines
