// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/posix_error.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/decompress.h"
#include "pipelines/ingest/file_kind.h"
#include "pipelines/ingest/peek_source.h"
#include "pipelines/tables/object_store.h"

namespace quipu::pipelines {
namespace {

struct Codec {
  Compression compression;
  absl::string_view name;
  absl::string_view magic;
  std::array<absl::string_view, 2> suffixes;
};

const std::array<Codec, 5>& Codecs() {
  static const std::array<Codec, 5> codecs = {{
      {Compression::kGzip, "gzip", {"\x1f\x8b", 2}, {".gz", ".gzip"}},
      {Compression::kZstd, "zstd", {"\x28\xb5\x2f\xfd", 4}, {".zst", ".zstd"}},
      {Compression::kXz,
       "xz",
       {"\xfd"
        "7zXZ\0",
        6},
       {".xz", ""}},
      {Compression::kBzip2, "bzip2", {"BZh", 3}, {".bz2", ""}},
      {Compression::kLz4, "lz4", {"\x04\x22\x4d\x18", 4}, {".lz4", ""}},
  }};
  return codecs;
}

// Skippable zstd frames: 0x184D2A50 to 0x184D2A5F, little-endian.
constexpr absl::string_view kZstdSkippableTail("\x2a\x4d\x18", 3);
// "BZh" begins words, too; a digit follows, then these bytes, or those of an empty stream.
constexpr absl::string_view kBzip2Block("1AY&SY");
constexpr absl::string_view kBzip2End("\x17\x72\x45\x38\x50\x90", 6);
constexpr size_t kBzip2BlockAt = 4;

absl::string_view CompressionName(Compression compression) {
  for (const Codec& codec : Codecs()) {
    if (codec.compression == compression) return codec.name;
  }
  return "uncompressed";
}

absl::string_view SuffixOf(Compression compression) {
  for (const Codec& codec : Codecs()) {
    if (codec.compression == compression) return codec.suffixes[0];
  }
  return "";
}

bool IsBzip2(absl::string_view begin) {
  if (begin.size() < kBzip2BlockAt + kBzip2Block.size()) return false;
  const absl::string_view block = begin.substr(kBzip2BlockAt, kBzip2Block.size());
  return block == kBzip2Block || block == kBzip2End;
}

// The suffix of a compressed file's name, as it is there; empty if it has none.
absl::string_view CompressionSuffix(absl::string_view path) {
  for (const Codec& codec : Codecs()) {
    for (const absl::string_view suffix : codec.suffixes) {
      if (!suffix.empty() && absl::EndsWithIgnoreCase(path, suffix)) {
        return path.substr(path.size() - suffix.size());
      }
    }
  }
  return "";
}

// A descriptor, read from its current position.
class DescriptorSource : public ByteSource {
 public:
  DescriptorSource(int fd, bool owned, bool seekable, std::string name)
      : fd_(fd), owned_(owned), seekable_(seekable), name_(std::move(name)) {}
  ~DescriptorSource() override {
    if (owned_) close(fd_);
  }

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    while (true) {
      const ssize_t count = read(fd_, buffer, size);
      if (count >= 0) return static_cast<size_t>(count);
      if (errno != EINTR) return PosixError(errno, "cannot read", name_);
    }
  }

  absl::Status Skip(uint64_t count) override {
    if (!seekable_) return ByteSource::Skip(count);
    struct stat info;
    const off_t at = lseek(fd_, 0, SEEK_CUR);
    if (at < 0 || fstat(fd_, &info) != 0) return PosixError(errno, "cannot seek in", name_);
    const uint64_t target = static_cast<uint64_t>(at) + count;
    if (target > static_cast<uint64_t>(info.st_size)) {
      return absl::DataLossError(
          absl::StrCat("cannot skip to byte ", target, ": the file has ", info.st_size, " bytes"));
    }
    if (lseek(fd_, static_cast<off_t>(target), SEEK_SET) < 0) {
      return PosixError(errno, "cannot seek in", name_);
    }
    return absl::OkStatus();
  }

 private:
  int fd_;
  bool owned_;
  bool seekable_;
  std::string name_;
};

class StringSource : public ByteSource {
 public:
  StringSource(std::string bytes, size_t step) : bytes_(std::move(bytes)), step_(step) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    const size_t count = std::min({size, step_, bytes_.size() - at_});
    std::memcpy(buffer, bytes_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  const std::string bytes_;
  const size_t step_;
  size_t at_ = 0;
};

class ObjectSource : public ByteSource {
 public:
  explicit ObjectSource(std::unique_ptr<ObjectReader> object) : object_(std::move(object)) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    return object_->Read(buffer, size);
  }
  absl::Status Skip(uint64_t count) override { return object_->Skip(count); }

 private:
  const std::unique_ptr<ObjectReader> object_;
};

// Passes bytes on, and to a hash.
class HashingSource : public ByteSource {
 public:
  HashingSource(std::unique_ptr<ByteSource> source, SourceHash* hash)
      : source_(std::move(source)), hash_(hash) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    ASSIGN_OR_RETURN(const size_t count, source_->Read(buffer, size));
    if (count == 0) hash_->SetEnd();
    hash_->Add(absl::string_view(buffer, count));
    return count;
  }
  absl::Status Skip(uint64_t count) override {
    if (count > 0) hash_->SetSkipped();
    return source_->Skip(count);
  }

 private:
  const std::unique_ptr<ByteSource> source_;
  SourceHash* const hash_;
};

// Of what could be opened and is no regular file.
absl::string_view ModeName(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  return S_ISFIFO(mode) ? "a FIFO" : "a device";
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenRegularFile(const std::string& path) {
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
        absl::StrCat("not a regular file but ", ModeName(info.st_mode), ": ", Snippet(path, 300)));
  }
  return source;
}

// A file or an object, as it is.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenNamed(absl::string_view path) {
  if (!IsObjectUrl(path)) return OpenRegularFile(std::string(path));
  ASSIGN_OR_RETURN(std::unique_ptr<ObjectReader> object, OpenObject(path));
  return std::make_unique<ObjectSource>(std::move(object));
}

std::unique_ptr<ByteSource> Decompress(std::unique_ptr<ByteSource> source, Compression compression,
                                       const SourceOptions& options) {
  switch (compression) {
    case Compression::kGzip:
      return NewGzipSource(std::move(source), DecompressLimits());
    case Compression::kZstd: {
      DecompressLimits limits;
      limits.zstd_window_log = options.zstd_window_log;
      return NewZstdSource(std::move(source), limits);
    }
    case Compression::kXz:
      return NewXzSource(std::move(source), DecompressLimits());
    case Compression::kBzip2:
      return NewBzip2Source(std::move(source), DecompressLimits());
    case Compression::kLz4:
      return NewLz4Source(std::move(source), DecompressLimits());
    case Compression::kNone:
      break;
  }
  return source;
}

// What to do with a file whose name and content disagree.
std::string Mismatch(absl::string_view path, Compression named, Compression found,
                     absl::string_view begin) {
  const std::optional<FileKind> kind = UnreadKind(begin, path);
  if (kind.has_value() && found == Compression::kNone) {
    return absl::StrCat("the name says ", CompressionName(named), ", the content is ", kind->name,
                        ": ", kind->advice);
  }
  return absl::StrCat("the name says ", CompressionName(named), ", the content is ",
                      CompressionName(found), ": give the file ",
                      found == Compression::kNone ? "a name without the suffix"
                                                  : absl::StrCat("the suffix ", SuffixOf(found)));
}

}  // namespace

std::optional<std::string> SourceHash::Finish() {
  if (skipped_ || !ended_) return std::nullopt;
  return hash_.FinishHex();
}

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
  const absl::string_view suffix = CompressionSuffix(path);
  if (suffix.empty()) return Compression::kNone;
  for (const Codec& codec : Codecs()) {
    for (const absl::string_view known : codec.suffixes) {
      if (absl::EqualsIgnoreCase(known, suffix)) return codec.compression;
    }
  }
  return Compression::kNone;
}

Compression CompressionOfContent(absl::string_view begin) {
  for (const Codec& codec : Codecs()) {
    if (!absl::StartsWith(begin, codec.magic)) continue;
    if (codec.compression == Compression::kBzip2 && !IsBzip2(begin)) continue;
    return codec.compression;
  }
  if (begin.size() >= 4 && (static_cast<unsigned char>(begin[0]) & 0xf0) == 0x50 &&
      begin.substr(1, kZstdSkippableTail.size()) == kZstdSkippableTail) {
    return Compression::kZstd;
  }
  return Compression::kNone;
}

absl::string_view StripCompressionSuffix(absl::string_view path) {
  return path.substr(0, path.size() - CompressionSuffix(path).size());
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenByteSource(absl::string_view path,
                                                           const SourceOptions& options) {
  if (path == "-") return OpenDescriptor(STDIN_FILENO, "standard input", options);
  ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> file, OpenNamed(path));
  if (options.hash != nullptr) {
    file = std::make_unique<HashingSource>(std::move(file), options.hash);
  }
  auto source = std::make_unique<PeekSource>(std::move(file));
  ASSIGN_OR_RETURN(const absl::string_view begin, source->Peek(kKindBytes));
  if (begin.empty()) return source;
  const Compression named = CompressionOfName(path);
  const Compression found = CompressionOfContent(begin);
  if (named != found) {
    return absl::InvalidArgumentError(
        absl::StrCat(Mismatch(path, named, found, begin), ": ", Snippet(path, 300)));
  }
  return Decompress(std::move(source), named, options);
}

std::unique_ptr<ByteSource> NewStringSource(std::string bytes, size_t step) {
  return std::make_unique<StringSource>(std::move(bytes), step);
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenDescriptor(int fd, absl::string_view name,
                                                           const SourceOptions& options) {
  auto source = std::make_unique<PeekSource>(std::make_unique<DescriptorSource>(
      fd, /*owned=*/false, /*seekable=*/false, std::string(name)));
  ASSIGN_OR_RETURN(const absl::string_view begin, source->Peek(kKindBytes));
  const Compression found = CompressionOfContent(begin);
  return Decompress(std::move(source), found, options);
}

}  // namespace quipu::pipelines
