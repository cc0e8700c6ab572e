// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/api_key.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/limits.h"
#include "base/secret_file.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

absl::StatusOr<std::string> CheckKey(absl::string_view text, absl::string_view where) {
  const absl::string_view key = absl::StripAsciiWhitespace(text);
  if (key.empty()) return absl::InvalidArgumentError(absl::StrCat(where, ": contains no key"));
  if (key.size() > kMaxApiKeyBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, ": the key has ", key.size(), " bytes, limit ", kMaxApiKeyBytes));
  }
  const bool visible =
      std::all_of(key.begin(), key.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
  if (!visible) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, ": the key has spaces or characters other than visible ASCII"));
  }
  return std::string(key);
}

}  // namespace

absl::StatusOr<std::string> LoadApiKey(absl::string_view path) {
  if (path.empty()) {
    const char* value = std::getenv(kApiKeyVariable);
    if (value == nullptr || value[0] == '\0') return std::string();
    return CheckKey(value, kApiKeyVariable);
  }
  // Somewhat longer than a key may be, so that a key that is too long is
  // reported as such.
  const absl::StatusOr<std::string> text = ReadSecretFile(path, 2 * kMaxApiKeyBytes);
  if (!text.ok()) return Annotate(text.status(), "key file");
  return CheckKey(*text, absl::StrCat("key file ", Snippet(path, 200)));
}

std::string WithoutKey(absl::string_view text, absl::string_view key) {
  if (key.empty()) return std::string(text);
  return absl::StrReplaceAll(text, {{key, "[key]"}});
}

}  // namespace quipu::inference
