// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The shapes in which people keep short instruction data, to one conversation:
// "messages", "prompt"/"completion", Alpaca, ShareGPT.
//
//   ASSIGN_OR_RETURN(auto messages, ParseShortRow(object, v1::ShortInput::AUTO));
//
// Pure.
#ifndef QUIPU_PIPELINES_INGEST_SHORT_ROW_PARSER_H_
#define QUIPU_PIPELINES_INGEST_SHORT_ROW_PARSER_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "simdjson.h"

namespace quipu::pipelines {

// Returns the conversation: an optional system message, then user and assistant
// in turn, the assistant last, none empty. INVALID_ARGUMENT says what is wrong.
// With AUTO the keys decide, in this order: messages, conversations, prompt
// (with completion), instruction.
absl::StatusOr<std::vector<v1::ChatMessage>> ParseShortRow(const simdjson::dom::object& row,
                                                           v1::ShortInput::Format format);

// What every conversation has to be; INVALID_ARGUMENT names the message (from
// 1).
absl::Status CheckConversation(absl::Span<const v1::ChatMessage> messages);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_SHORT_ROW_PARSER_H_
