// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One message of a conversation.
//
//   Message message{Role::kUser, "Hi"};
//   RoleName(message.role);  // "user"
//
// Thread-compatible.
#ifndef QUIPU_INFERENCE_TEXT_MESSAGE_H_
#define QUIPU_INFERENCE_TEXT_MESSAGE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::inference {

enum class Role { kSystem, kUser, kAssistant };

struct Message {
  Role role = Role::kUser;
  std::string content;
};

// "system", "user", "assistant".
absl::string_view RoleName(Role role);
// Returns INVALID_ARGUMENT for any other word.
absl::StatusOr<Role> ParseRole(absl::string_view name);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_MESSAGE_H_
