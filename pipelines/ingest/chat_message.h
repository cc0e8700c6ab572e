// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One message of a conversation as people's files have it: role and content or from
// and value, text or a list of text parts, weights per turn. What this format cannot
// keep is refused with that reason.
//
//   std::vector<v1::ChatMessage> messages;
//   RowFields fields(object);
//   RETURN_IF_ERROR(AppendMessage(&fields, &messages));
//
// Pure. All errors are INVALID_ARGUMENT.
#ifndef QUIPU_PIPELINES_INGEST_CHAT_MESSAGE_H_
#define QUIPU_PIPELINES_INGEST_CHAT_MESSAGE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/ingest/row_fields.h"
#include "protos/document.pb.h"
#include "simdjson.h"

namespace quipu::pipelines {

inline constexpr absl::string_view kSystem = "system";
inline constexpr absl::string_view kUser = "user";
inline constexpr absl::string_view kAssistant = "assistant";

// What rows and messages call the system message.
inline constexpr absl::string_view kSystemKeys[] = {
    "system",   "system_prompt",     "system_message", "system_instruction", "system_instructions",
    "preamble", "systemInstruction",
};

// Appends the message that the fields describe, or the two of a turn such as
// {"human": ..., "assistant": ...}; nothing for an empty system message.
absl::Status AppendMessage(RowFields* message, std::vector<v1::ChatMessage>* messages);

// A text: a string, a text part, or the text parts of a list, a line each. `key` is named in errors.
absl::StatusOr<std::string> ContentOf(const simdjson::dom::element& value, absl::string_view key);

// Appends a message of one of the three roles above.
void AppendText(absl::string_view role, absl::string_view content,
                std::vector<v1::ChatMessage>* messages);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_CHAT_MESSAGE_H_
