// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/short_row_parser.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/json_parser.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;
using Messages = std::vector<v1::ChatMessage>;

constexpr absl::string_view kSystem = "system";
constexpr absl::string_view kUser = "user";
constexpr absl::string_view kAssistant = "assistant";

void Add(absl::string_view role, absl::string_view content, Messages* messages) {
  v1::ChatMessage& message = messages->emplace_back();
  message.set_role(std::string(role));
  message.set_content(std::string(content));
}

// Our name for the role; empty for an unknown role.
absl::string_view KnownRole(absl::string_view role) {
  if (role == kSystem) return kSystem;
  if (role == kUser || role == "human") return kUser;
  if (role == kAssistant || role == "gpt") return kAssistant;
  return "";
}

absl::Status AddMessage(const dom::object& message, absl::string_view role_key,
                        absl::string_view content_key, Messages* messages) {
  ASSIGN_OR_RETURN(const absl::string_view role, RequiredString(message, role_key));
  const absl::string_view known = KnownRole(role);
  if (known.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("role \"", Snippet(role), "\" is not system, user or assistant"));
  }
  for (const absl::string_view calls : {"tool_calls", "function_call"}) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(message, calls));
    const bool empty = !value.has_value() || (value->is_array() && value->get_array().size() == 0);
    if (!empty) {
      return absl::InvalidArgumentError(absl::StrCat("\"", calls, "\" cannot be used"));
    }
  }
  ASSIGN_OR_RETURN(const absl::string_view content, RequiredString(message, content_key));
  Add(known, content, messages);
  return absl::OkStatus();
}

absl::Status AddMessages(const dom::element& list, absl::string_view key,
                         absl::string_view role_key, absl::string_view content_key,
                         Messages* messages) {
  ASSIGN_OR_RETURN(const dom::array array, AsArray(list, key));
  size_t number = 0;
  for (const dom::element element : array) {
    ++number;
    if (messages->size() >= static_cast<size_t>(kMaxMessagesPerRow)) {
      return absl::InvalidArgumentError(
          absl::StrCat("more than ", kMaxMessagesPerRow, " messages in a row"));
    }
    absl::StatusOr<dom::object> message = AsObject(element, key);
    const absl::Status status =
        message.ok() ? AddMessage(*message, role_key, content_key, messages) : message.status();
    if (!status.ok()) return Annotate(status, absl::StrCat("message ", number));
  }
  return absl::OkStatus();
}

absl::StatusOr<Messages> ParseMessages(const dom::object& row) {
  ASSIGN_OR_RETURN(const dom::element list, Required(row, "messages"));
  Messages messages;
  RETURN_IF_ERROR(AddMessages(list, "messages", "role", "content", &messages));
  return messages;
}

absl::StatusOr<Messages> ParsePromptCompletion(const dom::object& row) {
  ASSIGN_OR_RETURN(const dom::element prompt, Required(row, "prompt"));
  ASSIGN_OR_RETURN(const dom::element completion, Required(row, "completion"));
  Messages messages;
  if (prompt.is_array() && completion.is_array()) {
    RETURN_IF_ERROR(AddMessages(prompt, "prompt", "role", "content", &messages));
    RETURN_IF_ERROR(AddMessages(completion, "completion", "role", "content", &messages));
    return messages;
  }
  if (prompt.is_array() || completion.is_array()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"prompt\" is ", JsonTypeName(prompt), " and \"completion\" ",
                     JsonTypeName(completion), ": both must be strings or both lists of messages"));
  }
  ASSIGN_OR_RETURN(const absl::string_view user, AsString(prompt, "prompt"));
  ASSIGN_OR_RETURN(const absl::string_view assistant, AsString(completion, "completion"));
  Add(kUser, user, &messages);
  Add(kAssistant, assistant, &messages);
  return messages;
}

// [[question, answer], ...]
absl::Status AddHistory(const dom::element& history, Messages* messages) {
  ASSIGN_OR_RETURN(const dom::array turns, AsArray(history, "history"));
  for (const dom::element turn : turns) {
    if (messages->size() + 2 > static_cast<size_t>(kMaxMessagesPerRow)) {
      return absl::InvalidArgumentError(
          absl::StrCat("more than ", kMaxMessagesPerRow, " messages in a row"));
    }
    ASSIGN_OR_RETURN(const dom::array pair, AsArray(turn, "history"));
    if (pair.size() != 2) {
      return absl::InvalidArgumentError(absl::StrCat("an entry of \"history\" has ", pair.size(),
                                                     " elements, not a question and an answer"));
    }
    absl::string_view role = kUser;
    for (const dom::element text : pair) {
      ASSIGN_OR_RETURN(const absl::string_view content, AsString(text, "history"));
      Add(role, content, messages);
      role = kAssistant;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Messages> ParseAlpaca(const dom::object& row) {
  ASSIGN_OR_RETURN(const absl::string_view instruction, RequiredString(row, "instruction"));
  ASSIGN_OR_RETURN(const absl::string_view input, OptionalString(row, "input"));
  ASSIGN_OR_RETURN(const absl::string_view output, RequiredString(row, "output"));
  ASSIGN_OR_RETURN(const absl::string_view system, OptionalString(row, "system"));
  ASSIGN_OR_RETURN(const std::optional<dom::element> history, Find(row, "history"));
  Messages messages;
  if (!system.empty()) Add(kSystem, system, &messages);
  if (history.has_value()) RETURN_IF_ERROR(AddHistory(*history, &messages));
  if (input.empty()) {
    Add(kUser, instruction, &messages);
  } else if (instruction.empty()) {
    Add(kUser, input, &messages);
  } else {
    Add(kUser, absl::StrCat(instruction, "\n", input), &messages);
  }
  Add(kAssistant, output, &messages);
  return messages;
}

absl::StatusOr<Messages> ParseShareGpt(const dom::object& row) {
  ASSIGN_OR_RETURN(const dom::element list, Required(row, "conversations"));
  ASSIGN_OR_RETURN(const absl::string_view system, OptionalString(row, "system"));
  Messages messages;
  if (!system.empty()) Add(kSystem, system, &messages);
  RETURN_IF_ERROR(AddMessages(list, "conversations", "from", "value", &messages));
  return messages;
}

absl::StatusOr<v1::ShortInput::Format> FormatByKeys(const dom::object& row) {
  ASSIGN_OR_RETURN(const auto messages, Find(row, "messages"));
  if (messages.has_value()) return v1::ShortInput::MESSAGES;
  ASSIGN_OR_RETURN(const auto conversations, Find(row, "conversations"));
  if (conversations.has_value()) return v1::ShortInput::SHAREGPT;
  ASSIGN_OR_RETURN(const auto completion, Find(row, "completion"));
  if (completion.has_value()) return v1::ShortInput::PROMPT_COMPLETION;
  ASSIGN_OR_RETURN(const auto instruction, Find(row, "instruction"));
  if (instruction.has_value()) return v1::ShortInput::ALPACA;
  return absl::InvalidArgumentError(
      "no known shape: none of the fields \"messages\", \"conversations\", "
      "\"prompt\" with "
      "\"completion\", \"instruction\" with \"output\"");
}

}  // namespace

absl::StatusOr<Messages> ParseShortRow(const dom::object& row, v1::ShortInput::Format format) {
  if (format == v1::ShortInput::AUTO) {
    ASSIGN_OR_RETURN(format, FormatByKeys(row));
  }
  absl::StatusOr<Messages> messages;
  switch (format) {
    case v1::ShortInput::MESSAGES:
      messages = ParseMessages(row);
      break;
    case v1::ShortInput::PROMPT_COMPLETION:
      messages = ParsePromptCompletion(row);
      break;
    case v1::ShortInput::ALPACA:
      messages = ParseAlpaca(row);
      break;
    case v1::ShortInput::SHAREGPT:
      messages = ParseShareGpt(row);
      break;
    default:
      messages = absl::InvalidArgumentError(absl::StrCat("unknown format ", format));
  }
  if (!messages.ok()) return messages.status();
  RETURN_IF_ERROR(CheckConversation(*messages));
  return messages;
}

absl::Status CheckConversation(absl::Span<const v1::ChatMessage> messages) {
  if (messages.size() > static_cast<size_t>(kMaxMessagesPerRow)) {
    return absl::InvalidArgumentError(
        absl::StrCat(messages.size(), " messages in a row, the limit is ", kMaxMessagesPerRow));
  }
  for (size_t i = 0; i < messages.size(); ++i) {
    if (absl::StripAsciiWhitespace(messages[i].content()).empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("message ", i + 1, " (", messages[i].role(), ") is empty"));
    }
  }
  const size_t first = !messages.empty() && messages[0].role() == kSystem ? 1 : 0;
  for (size_t i = first; i < messages.size(); ++i) {
    const absl::string_view wanted = (i - first) % 2 == 0 ? kUser : kAssistant;
    if (messages[i].role() != wanted) {
      return absl::InvalidArgumentError(
          absl::StrCat("message ", i + 1, " is of ", messages[i].role(), ", not of ", wanted));
    }
  }
  if (messages.size() == first) return absl::InvalidArgumentError("no messages");
  if (messages.back().role() != kAssistant) {
    return absl::InvalidArgumentError("the last message is of user, not of assistant");
  }
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
