// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One message of a conversation as people's files have it: role and content or from
// and value, text or a list of text parts, weights per turn. What this format cannot
// keep is refused with that reason.
//
//   std::vector<v1::ChatMessage> messages;
//   RETURN_IF_ERROR(AppendMessage(object, &messages));
//
// Pure. All errors are INVALID_ARGUMENT.
#ifndef QUIPU_PIPELINES_INGEST_CHAT_MESSAGE_H_
#define QUIPU_PIPELINES_INGEST_CHAT_MESSAGE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protos/document.pb.h"
#include "simdjson.h"

namespace quipu::pipelines {

inline constexpr absl::string_view kSystem = "system";
inline constexpr absl::string_view kUser = "user";
inline constexpr absl::string_view kAssistant = "assistant";

// Appends the message that `object` describes; nothing for an empty system message.
absl::Status AppendMessage(const simdjson::dom::object& object,
                           std::vector<v1::ChatMessage>* messages);

// Appends a message of one of the three roles above.
void AppendText(absl::string_view role, absl::string_view content,
                std::vector<v1::ChatMessage>* messages);

// An error if `object` has something under one of `keys`: another value than null, false, "", [] or
// {}.
absl::Status RefuseKeys(const simdjson::dom::object& object,
                        absl::Span<const absl::string_view> keys);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_CHAT_MESSAGE_H_
