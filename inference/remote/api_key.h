// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Where a server's key comes from, and how it is kept out of messages.
//
//   ASSIGN_OR_RETURN(std::string key, LoadApiKey(spec.api_key_file()));
//   LogWarning(WithoutKey(server_message, key));
//
// No message of these functions contains any part of a key.
#ifndef QUIPU_INFERENCE_REMOTE_API_KEY_H_
#define QUIPU_INFERENCE_REMOTE_API_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::inference {

inline constexpr char kApiKeyVariable[] = "QUIPU_API_KEY";

// Returns the key from a file or, if `path` is empty, from the environment,
// without surrounding white space. Empty if neither exists. Errors of
// ReadSecretFile, such as PERMISSION_DENIED if others can access the file;
// INVALID_ARGUMENT if the key is empty, too long, or has characters that a
// header cannot hold.
absl::StatusOr<std::string> LoadApiKey(absl::string_view path);

// Returns `text` with every occurrence of the key replaced: servers like to
// quote it.
std::string WithoutKey(absl::string_view text, absl::string_view key);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_API_KEY_H_
