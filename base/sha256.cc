// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/sha256.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/escaping.h"
#include "base/log.h"
#include "base/posix_error.h"
#include "base/unique_fd.h"

namespace quipu {
namespace {

constexpr size_t kReadBytes = 1 << 20;

}  // namespace

// OpenSSL's calls fail only if memory runs out or the library is broken.
struct Sha256::State {
  State() : context(EVP_MD_CTX_new()) {
    QUIPU_CHECK(context != nullptr) << "out of memory";
    QUIPU_CHECK(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1) << "no sha-256";
  }
  ~State() { EVP_MD_CTX_free(context); }

  EVP_MD_CTX* const context;
  bool finished = false;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}

Sha256::~Sha256() = default;

void Sha256::Update(absl::string_view bytes) {
  QUIPU_CHECK(!state_->finished) << "hash used after it was finished";
  QUIPU_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Sha256::Finish() {
  QUIPU_CHECK(!state_->finished) << "hash finished twice";
  state_->finished = true;
  std::string digest(kSha256Bytes, '\0');
  QUIPU_CHECK(EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(&digest[0]),
                                 nullptr) == 1);
  return digest;
}

std::string Sha256::FinishHex() { return absl::BytesToHexString(Finish()); }

std::string Sha256Hex(absl::string_view bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return hash.FinishHex();
}

absl::StatusOr<std::string> Sha256HexOfFile(absl::string_view path) {
  const UniqueFd file(open(std::string(path).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return PosixError(errno, "cannot open", path);
  Sha256 hash;
  std::string buffer(kReadBytes, '\0');
  while (true) {
    const ssize_t count = read(file.get(), &buffer[0], buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return PosixError(errno, "cannot read", path);
    if (count == 0) return hash.FinishHex();
    hash.Update(absl::string_view(buffer.data(), count));
  }
}

}  // namespace quipu
