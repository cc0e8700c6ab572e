// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/fingerprint.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/posix_error.h"
#include "base/strings.h"

namespace quipu {
namespace {

constexpr size_t kDigestBytes = 32;
constexpr size_t kReadBytes = 1 << 20;

using Digest = std::array<unsigned char, kDigestBytes>;

// The field types of FingerprintBuilder. Persistent: do not change.
enum FieldType : char { kDomain = 'd', kBytes = 'b', kInteger = 'i', kFingerprint = 'f' };

void AppendBigEndian(uint64_t value, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

template <typename Bytes>
uint64_t ReadBigEndian(const Bytes& bytes, size_t offset) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return value;
}

std::string HexOf(const Digest& digest) {
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

// SHA-256 by OpenSSL. Its calls fail only when memory or the library is broken.
class Hasher {
 public:
  Hasher() : context_(EVP_MD_CTX_new()) {
    QUIPU_CHECK(context_ != nullptr) << "out of memory";
    QUIPU_CHECK(EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) == 1) << "no sha-256";
  }
  ~Hasher() { EVP_MD_CTX_free(context_); }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void Update(absl::string_view bytes) {
    QUIPU_CHECK(!finished_) << "hash used after it was finished";
    QUIPU_CHECK(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1);
  }

  Digest Finish() {
    QUIPU_CHECK(!finished_) << "hash finished twice";
    finished_ = true;
    Digest digest;
    QUIPU_CHECK(EVP_DigestFinal_ex(context_, digest.data(), nullptr) == 1);
    return digest;
  }

 private:
  EVP_MD_CTX* const context_;
  bool finished_ = false;
};

}  // namespace

std::string Fingerprint::ToBytes() const {
  std::string bytes;
  bytes.reserve(16);
  AppendBigEndian(high, &bytes);
  AppendBigEndian(low, &bytes);
  return bytes;
}

std::string Fingerprint::ToHex() const { return absl::BytesToHexString(ToBytes()); }

absl::StatusOr<Fingerprint> Fingerprint::FromBytes(absl::string_view bytes) {
  if (bytes.size() != 16) {
    return absl::InvalidArgumentError(
        absl::StrCat("a fingerprint has 16 bytes, not ", bytes.size()));
  }
  return Fingerprint{ReadBigEndian(bytes, 0), ReadBigEndian(bytes, 8)};
}

absl::StatusOr<Fingerprint> Fingerprint::FromHex(absl::string_view hex) {
  const bool all_digits = std::all_of(hex.begin(), hex.end(), absl::ascii_isxdigit);
  if (hex.size() != 32 || !all_digits) {
    return absl::InvalidArgumentError(
        absl::StrCat("a fingerprint has 32 hexadecimal digits, not \"", Snippet(hex), "\" (",
                     hex.size(), " bytes)"));
  }
  return FromBytes(absl::HexStringToBytes(hex));
}

struct FingerprintBuilder::State {
  Hasher hasher;

  void Add(FieldType type, absl::string_view bytes) {
    std::string header(1, type);
    AppendBigEndian(bytes.size(), &header);
    hasher.Update(header);
    hasher.Update(bytes);
  }
};

FingerprintBuilder::FingerprintBuilder(absl::string_view domain)
    : state_(std::make_unique<State>()) {
  state_->Add(kDomain, domain);
}

FingerprintBuilder::~FingerprintBuilder() = default;

FingerprintBuilder& FingerprintBuilder::Add(absl::string_view bytes) {
  state_->Add(kBytes, bytes);
  return *this;
}

FingerprintBuilder& FingerprintBuilder::Add(uint64_t value) {
  std::string bytes;
  AppendBigEndian(value, &bytes);
  state_->Add(kInteger, bytes);
  return *this;
}

FingerprintBuilder& FingerprintBuilder::Add(const Fingerprint& value) {
  state_->Add(kFingerprint, value.ToBytes());
  return *this;
}

Fingerprint FingerprintBuilder::Build() {
  const Digest digest = state_->hasher.Finish();
  return {ReadBigEndian(digest, 0), ReadBigEndian(digest, 8)};
}

Fingerprint FingerprintOf(absl::string_view bytes) {
  return FingerprintBuilder("bytes").Add(bytes).Build();
}

std::string Sha256Hex(absl::string_view bytes) {
  Hasher hasher;
  hasher.Update(bytes);
  return HexOf(hasher.Finish());
}

struct Sha256::State {
  Hasher hasher;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}

Sha256::~Sha256() = default;

void Sha256::Update(absl::string_view bytes) { state_->hasher.Update(bytes); }

std::string Sha256::FinishHex() { return HexOf(state_->hasher.Finish()); }

absl::StatusOr<std::string> Sha256HexOfFile(absl::string_view path) {
  const int fd = open(std::string(path).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return PosixError(errno, "cannot open", path);
  const absl::Cleanup close_fd = [fd] { close(fd); };
  Hasher hasher;
  std::string buffer(kReadBytes, '\0');
  while (true) {
    const ssize_t count = read(fd, &buffer[0], buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return PosixError(errno, "cannot read", path);
    if (count == 0) return HexOf(hasher.Finish());
    hasher.Update(absl::string_view(buffer.data(), count));
  }
}

uint32_t Crc32(absl::string_view bytes) {
  // crc32_z treats a null pointer as "give me the initial value", which is the
  // CRC of no bytes.
  return crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

}  // namespace quipu
