// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/short_row_text.h"

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "pipelines/ingest/short_row_parser.h"
#include "simdjson.h"

namespace quipu::testing {

absl::StatusOr<std::string> ShortRowText(std::string json) {
  const size_t size = json.size();
  json.resize(size + simdjson::SIMDJSON_PADDING);
  JsonParser parser;
  absl::StatusOr<simdjson::dom::object> object = parser.ParseObject({json.data(), size});
  if (!object.ok()) return object.status();
  absl::StatusOr<pipelines::ShortConversation> conversation =
      pipelines::ParseShortRow(*object, v1::ShortInput::AUTO);
  if (!conversation.ok()) return conversation.status();
  std::string text;
  for (const v1::ChatMessage& message : conversation->messages) {
    absl::StrAppend(&text, text.empty() ? "" : "|", message.role(), ": ", message.content());
  }
  return text;
}

}  // namespace quipu::testing
