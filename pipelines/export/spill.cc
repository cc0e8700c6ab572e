// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/spill.h"

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/log.h"
#include "base/posix_error.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kBufferBytes = 1 << 20;

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

}  // namespace

struct Spill::Codec {
  std::unique_ptr<ZSTD_CCtx, Freer<ZSTD_freeCCtx>> compress{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_DCtx, Freer<ZSTD_freeDCtx>> decompress{ZSTD_createDCtx()};
  std::string read;  // A compressed line.
};

absl::StatusOr<std::unique_ptr<Spill>> Spill::Create(absl::string_view dir) {
  const std::string path = JoinPath(dir, ".spill");
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return PosixError(errno, "cannot create", path);
  std::unique_ptr<Spill> spill(new Spill(std::string(dir), fd));
  if (unlink(path.c_str()) != 0) return PosixError(errno, "cannot unlink", path);
  return spill;
}

Spill::Spill(std::string dir, int fd)
    : dir_(std::move(dir)), fd_(fd), codec_(std::make_unique<Codec>()) {
  ZSTD_CCtx* const context = codec_->compress.get();
  QUIPU_CHECK(context != nullptr && codec_->decompress != nullptr) << "out of memory";
  // The fastest level: rows of numbers shrink to a fifth even so.
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
}

Spill::~Spill() { close(fd_); }

absl::Status Spill::Append(const Fingerprint& order, absl::string_view line) {
  const size_t begin = buffer_.size();
  buffer_.resize(begin + ZSTD_compressBound(line.size()));
  const size_t size = ZSTD_compress2(codec_->compress.get(), buffer_.data() + begin,
                                     buffer_.size() - begin, line.data(), line.size());
  if (ZSTD_isError(size)) {
    return absl::InternalError(absl::StrCat("cannot compress a line of ", line.size(),
                                            " bytes: ", ZSTD_getErrorName(size)));
  }
  buffer_.resize(begin + size);
  entries_.push_back({order, flushed_ + begin, size});
  return buffer_.size() < kBufferBytes ? absl::OkStatus() : Flush();
}

absl::Status Spill::Flush() {
  for (size_t written = 0; written < buffer_.size();) {
    const ssize_t n = write(fd_, buffer_.data() + written, buffer_.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return PosixError(errno, "cannot write a spill file in", dir_);
    written += static_cast<size_t>(n);
  }
  flushed_ += buffer_.size();
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status Spill::Read(const Entry& entry, std::string* line) {
  std::string& bytes = codec_->read;
  bytes.resize(entry.size);
  for (size_t have = 0; have < bytes.size();) {
    const ssize_t n = pread(fd_, bytes.data() + have, bytes.size() - have,
                            static_cast<off_t>(entry.offset + have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return PosixError(errno, "cannot read a spill file in", dir_);
    if (n == 0) break;
    have += static_cast<size_t>(n);
  }
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size != ZSTD_CONTENTSIZE_ERROR && size != ZSTD_CONTENTSIZE_UNKNOWN) {
    line->resize(size);
    const size_t got = ZSTD_decompressDCtx(codec_->decompress.get(), line->data(), line->size(),
                                           bytes.data(), bytes.size());
    if (got == size) return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat("a spill file in ", Snippet(dir_, 300),
                                          " does not hold what was written, at byte ",
                                          entry.offset));
}

absl::Status Spill::ForEachInOrder(absl::FunctionRef<absl::Status(absl::string_view)> fn) {
  RETURN_IF_ERROR(Flush());
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.order, a.offset) < std::tie(b.order, b.offset);
  });
  std::string line;
  for (const Entry& entry : entries_) {
    RETURN_IF_ERROR(Read(entry, &line));
    RETURN_IF_ERROR(fn(line));
  }
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
