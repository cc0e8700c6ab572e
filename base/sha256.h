// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// SHA-256 of bytes, of streams and of files, by OpenSSL.
//
//   Sha256 hash;
//   for (const std::string& piece : pieces) hash.Update(piece);
//   const std::string digits = hash.FinishHex();  // As sha256sum prints them.
//
// Thread-compatible.
#ifndef QUIPU_BASE_SHA256_H_
#define QUIPU_BASE_SHA256_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu {

inline constexpr size_t kSha256Bytes = 32;

// A running hash. Do not use it after it is finished.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Update(absl::string_view bytes);
  // Returns the kSha256Bytes bytes of the hash.
  std::string Finish();
  // Returns them as 64 lower-case hexadecimal digits.
  std::string FinishHex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Returns the SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
std::string Sha256Hex(absl::string_view bytes);

// Returns the SHA-256 of a file's content, or an error of base/posix_error.h if
// the file cannot be read.
absl::StatusOr<std::string> Sha256HexOfFile(absl::string_view path);

}  // namespace quipu

#endif  // QUIPU_BASE_SHA256_H_
