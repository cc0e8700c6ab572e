// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/short_row_parser.h"

#include <algorithm>
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
#include "pipelines/ingest/chat_message.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;
using Messages = std::vector<v1::ChatMessage>;

constexpr absl::string_view kShareGptKeys[] = {"conversations", "conversation"};
constexpr absl::string_view kInstructionKeys[] = {"instruction", "question", "query", "prompt"};
constexpr absl::string_view kInputKeys[] = {"input", "context"};
constexpr absl::string_view kOutputKeys[] = {"output", "response", "answer"};
// What a row may have beside its conversation, and would lose.
constexpr absl::string_view kRefusedRowKeys[] = {"tools",  "functions", "images", "image",
                                                 "videos", "video",     "audios", "audio"};

absl::Status AddMessages(const dom::element& list, absl::string_view key, Messages* messages) {
  ASSIGN_OR_RETURN(const dom::array array, AsArray(list, key));
  size_t number = 0;
  for (const dom::element element : array) {
    ++number;
    if (messages->size() >= static_cast<size_t>(kMaxMessagesPerRow)) {
      return absl::InvalidArgumentError(
          absl::StrCat("more than ", kMaxMessagesPerRow, " messages in a row"));
    }
    absl::StatusOr<dom::object> message = AsObject(element, key);
    const absl::Status status = message.ok() ? AppendMessage(*message, messages) : message.status();
    if (!status.ok()) return Annotate(status, absl::StrCat("message ", number));
  }
  return absl::OkStatus();
}

// The first of `keys` that the row has.
absl::StatusOr<absl::string_view> FirstKey(const dom::object& row,
                                           absl::Span<const absl::string_view> keys) {
  for (const absl::string_view key : keys) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(row, key));
    if (value.has_value()) return key;
  }
  return absl::string_view();
}

// A list of messages. LLaMA-Factory and ShareGPT keep the system message beside it.
absl::StatusOr<Messages> ParseMessages(const dom::object& row, absl::string_view key) {
  ASSIGN_OR_RETURN(const dom::element list, Required(row, key));
  ASSIGN_OR_RETURN(const absl::string_view system, OptionalString(row, "system"));
  Messages messages;
  if (!absl::StripAsciiWhitespace(system).empty()) AppendText(kSystem, system, &messages);
  RETURN_IF_ERROR(AddMessages(list, key, &messages));
  return messages;
}

absl::StatusOr<Messages> ParsePromptCompletion(const dom::object& row) {
  ASSIGN_OR_RETURN(const dom::element prompt, Required(row, "prompt"));
  ASSIGN_OR_RETURN(const dom::element completion, Required(row, "completion"));
  Messages messages;
  if (prompt.is_array() && completion.is_array()) {
    RETURN_IF_ERROR(AddMessages(prompt, "prompt", &messages));
    RETURN_IF_ERROR(AddMessages(completion, "completion", &messages));
    return messages;
  }
  if (prompt.is_array() || completion.is_array()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"prompt\" is ", JsonTypeName(prompt), " and \"completion\" ",
                     JsonTypeName(completion), ": both must be strings or both lists of messages"));
  }
  ASSIGN_OR_RETURN(const absl::string_view user, AsString(prompt, "prompt"));
  ASSIGN_OR_RETURN(const absl::string_view assistant, AsString(completion, "completion"));
  AppendText(kUser, user, &messages);
  AppendText(kAssistant, assistant, &messages);
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
      AppendText(role, content, messages);
      role = kAssistant;
    }
  }
  return absl::OkStatus();
}

// A string under the first of `keys` that the row has; empty if it has none.
absl::StatusOr<absl::string_view> FirstString(const dom::object& row,
                                              absl::Span<const absl::string_view> keys) {
  ASSIGN_OR_RETURN(const absl::string_view key, FirstKey(row, keys));
  return OptionalString(row, key);
}

// Alpaca, with the names of Dolly and of files of questions and answers.
absl::StatusOr<Messages> ParseAlpaca(const dom::object& row) {
  ASSIGN_OR_RETURN(const absl::string_view instruction, FirstString(row, kInstructionKeys));
  ASSIGN_OR_RETURN(const absl::string_view input, FirstString(row, kInputKeys));
  ASSIGN_OR_RETURN(const absl::string_view output_key, FirstKey(row, kOutputKeys));
  ASSIGN_OR_RETURN(const absl::string_view output,
                   RequiredString(row, output_key.empty() ? kOutputKeys[0] : output_key));
  ASSIGN_OR_RETURN(const absl::string_view system, OptionalString(row, "system"));
  ASSIGN_OR_RETURN(const std::optional<dom::element> history, Find(row, "history"));
  Messages messages;
  if (!absl::StripAsciiWhitespace(system).empty()) AppendText(kSystem, system, &messages);
  if (history.has_value()) RETURN_IF_ERROR(AddHistory(*history, &messages));
  if (input.empty()) {
    AppendText(kUser, instruction, &messages);
  } else if (instruction.empty()) {
    AppendText(kUser, input, &messages);
  } else {
    AppendText(kUser, absl::StrCat(instruction, "\n", input), &messages);
  }
  AppendText(kAssistant, output, &messages);
  return messages;
}

absl::StatusOr<v1::ShortInput::Format> FormatByKeys(const dom::object& row) {
  ASSIGN_OR_RETURN(const auto messages, Find(row, "messages"));
  if (messages.has_value()) return v1::ShortInput::MESSAGES;
  ASSIGN_OR_RETURN(const auto conversations, FirstKey(row, kShareGptKeys));
  if (!conversations.empty()) return v1::ShortInput::SHAREGPT;
  ASSIGN_OR_RETURN(const auto completion, Find(row, "completion"));
  if (completion.has_value()) return v1::ShortInput::PROMPT_COMPLETION;
  ASSIGN_OR_RETURN(const auto chosen, Find(row, "chosen"));
  if (chosen.has_value()) {
    return absl::InvalidArgumentError(
        "preferences (\"chosen\" and \"rejected\"), which are not instruction data");
  }
  ASSIGN_OR_RETURN(const auto instruction, FirstKey(row, kInstructionKeys));
  ASSIGN_OR_RETURN(const auto input, FirstKey(row, kInputKeys));
  ASSIGN_OR_RETURN(const auto output, FirstKey(row, kOutputKeys));
  const bool asks = !instruction.empty() || !input.empty();
  if (instruction == "instruction" || (asks && !output.empty())) return v1::ShortInput::ALPACA;
  return absl::InvalidArgumentError(
      "no known shape: none of the fields \"messages\", \"conversations\", "
      "\"prompt\" with "
      "\"completion\", \"instruction\" with \"output\"");
}

absl::StatusOr<Messages> Parse(const dom::object& row, v1::ShortInput::Format format) {
  switch (format) {
    case v1::ShortInput::MESSAGES:
      return ParseMessages(row, "messages");
    case v1::ShortInput::PROMPT_COMPLETION:
      return ParsePromptCompletion(row);
    case v1::ShortInput::ALPACA:
      return ParseAlpaca(row);
    case v1::ShortInput::SHAREGPT: {
      ASSIGN_OR_RETURN(const absl::string_view key, FirstKey(row, kShareGptKeys));
      return ParseMessages(row, key.empty() ? kShareGptKeys[0] : key);
    }
    default:
      return absl::InvalidArgumentError(absl::StrCat("unknown format ", format));
  }
}

// Leaves out what no trainer can use: the assistant's turns before the first of the user, and the
// user's after the last of the assistant. True if there were any.
bool CutEnds(Messages* messages) {
  const size_t before = messages->size();
  const auto is = [](absl::string_view role) {
    return [role](const v1::ChatMessage& message) { return message.role() == role; };
  };
  const bool has_system = before > 0 && messages->front().role() == kSystem;
  const auto first = messages->begin() + (has_system ? 1 : 0);
  const auto begin = std::find_if_not(first, messages->end(), is(kAssistant));
  auto end = messages->end();
  while (end != begin && is(kUser)(*(end - 1))) --end;
  // Nothing would be left: the check says what is missing.
  if (begin == end) return false;
  messages->erase(end, messages->end());
  messages->erase(first, begin);
  return messages->size() < before;
}

}  // namespace

absl::StatusOr<ShortConversation> ParseShortRow(const dom::object& row,
                                                v1::ShortInput::Format format) {
  if (format == v1::ShortInput::AUTO) {
    ASSIGN_OR_RETURN(format, FormatByKeys(row));
  }
  RETURN_IF_ERROR(RefuseKeys(row, kRefusedRowKeys));
  ShortConversation conversation;
  ASSIGN_OR_RETURN(conversation.messages, Parse(row, format));
  conversation.cut = CutEnds(&conversation.messages);
  RETURN_IF_ERROR(CheckConversation(conversation.messages));
  return conversation;
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
