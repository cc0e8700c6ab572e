// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/posix_error.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kBufferBytes = 1 << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<SpillFile>> SpillFile::Create(absl::string_view dir) {
  const std::string path = JoinPath(dir, ".spill");
  // A process that was killed before it could unlink the name left it.
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return PosixError(errno, "cannot unlink", path);
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return PosixError(errno, "cannot create", path);
  std::unique_ptr<SpillFile> spill(new SpillFile(std::string(dir), fd));
  if (unlink(path.c_str()) != 0) return PosixError(errno, "cannot unlink", path);
  return spill;
}

SpillFile::~SpillFile() { close(fd_); }

absl::StatusOr<Extent> SpillFile::Append(absl::string_view bytes) {
  const Extent extent = {flushed_ + buffer_.size(), bytes.size()};
  buffer_.append(bytes.data(), bytes.size());
  if (buffer_.size() >= kBufferBytes) RETURN_IF_ERROR(Flush());
  return extent;
}

absl::Status SpillFile::Flush() {
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

absl::Status SpillFile::Read(const Extent& extent, std::string* bytes) {
  if (extent.offset + extent.size > flushed_) RETURN_IF_ERROR(Flush());
  bytes->resize(extent.size);
  for (size_t have = 0; have < extent.size;) {
    const ssize_t n = pread(fd_, bytes->data() + have, extent.size - have,
                            static_cast<off_t>(extent.offset + have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return PosixError(errno, "cannot read a spill file in", dir_);
    if (n == 0) {
      return absl::DataLossError(absl::StrCat("a spill file in ", Snippet(dir_, 300), " ends at ",
                                              extent.offset + have, " bytes, before ",
                                              extent.offset + extent.size));
    }
    have += static_cast<size_t>(n);
  }
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
