// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A file descriptor that closes itself.
//
//   UniqueFd file(open(path, O_RDONLY | O_CLOEXEC));
//   if (!file.valid()) return PosixError(errno, "cannot open", path);
//
// Errors of close are lost; where they matter, call close(file.Release()).
// Thread-compatible.
#ifndef QUIPU_BASE_UNIQUE_FD_H_
#define QUIPU_BASE_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

namespace quipu {

class UniqueFd {
 public:
  // Takes ownership; a negative descriptor means none.
  explicit UniqueFd(int fd = -1) : fd_(fd) {}
  ~UniqueFd() { Reset(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.Release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) Reset(other.Release());
    return *this;
  }

  bool valid() const { return fd_ >= 0; }
  int get() const { return fd_; }
  // Passes the descriptor to the caller, who must close it.
  int Release() { return std::exchange(fd_, -1); }
  // Closes the current descriptor and takes ownership of `fd`.
  void Reset(int fd = -1) {
    const int old = std::exchange(fd_, fd);
    if (old >= 0) close(old);
  }

 private:
  int fd_;
};

}  // namespace quipu

#endif  // QUIPU_BASE_UNIQUE_FD_H_
