// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Converts the common formats of short instruction data to one conversation:
// "messages", "prompt"/"completion", Alpaca, ShareGPT. A row that would lose
// something (tools, reasoning, pictures) is refused with that reason.
//
//   ASSIGN_OR_RETURN(auto conversation, ParseShortRow(object, v1::ShortInput::AUTO));
//   for (const v1::ChatMessage& message : conversation.messages) Use(message.content());
//
// Pure.
#ifndef QUIPU_PIPELINES_INGEST_SHORT_ROW_PARSER_H_
#define QUIPU_PIPELINES_INGEST_SHORT_ROW_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "simdjson.h"

namespace quipu::pipelines {

struct ShortConversation {
  std::vector<v1::ChatMessage> messages;
  // Assistant's turns before the first of the user, or the user's after the last of the assistant,
  // were left out: no trainer can use them.
  bool cut = false;
  // Fields of the row that say something and are not used, sorted; of a message "messages[].name".
  std::vector<std::string> unused;
};

// Returns the conversation: an optional system message, then user and assistant
// in turn, the assistant last, none empty. INVALID_ARGUMENT says what is wrong.
// With AUTO the keys of the row decide. The keys of each message say whether it has
// role and content or from and value.
absl::StatusOr<ShortConversation> ParseShortRow(const simdjson::dom::object& row,
                                                v1::ShortInput::Format format);

// Checks the rules for every conversation; INVALID_ARGUMENT names the message
// (from 1).
absl::Status CheckConversation(absl::Span<const v1::ChatMessage> messages);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_SHORT_ROW_PARSER_H_
