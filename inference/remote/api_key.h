// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Where the key of a server comes from, and how it is kept out of messages.
//
//   ASSIGN_OR_RETURN(std::string key, LoadApiKey(spec.api_key_file()));
//   LogWarning(WithoutKey(server_message, key));
//
// No message of these functions has any part of a key.
#ifndef QUIPU_INFERENCE_REMOTE_API_KEY_H_
#define QUIPU_INFERENCE_REMOTE_API_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::inference {

inline constexpr char kApiKeyVariable[] = "QUIPU_API_KEY";

// The key in a file or, if `path` is empty, in the environment; white space
// around it is dropped. Empty if neither is given. Errors of ReadSecretFile,
// PERMISSION_DENIED among them if others may use the file; INVALID_ARGUMENT if
// it is empty, too long, or has other characters than a header can hold.
absl::StatusOr<std::string> LoadApiKey(absl::string_view path);

// `text` with each occurrence of the key replaced: servers like to quote it.
std::string WithoutKey(absl::string_view text, absl::string_view key);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_API_KEY_H_
