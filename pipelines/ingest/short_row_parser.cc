// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/short_row_parser.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/json_parser.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/chat_message.h"
#include "pipelines/ingest/lost_fields.h"
#include "pipelines/ingest/rewritten_row.h"
#include "pipelines/ingest/row_fields.h"
#include "pipelines/ingest/row_lists.h"
#include "pipelines/ingest/row_shape.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;
using Messages = std::vector<v1::ChatMessage>;

constexpr absl::string_view kHistory = "history";
// Of the names of answers, those that may answer a conversation that ends with the user; "answer" is often a label.
constexpr absl::string_view kReplyKeys[] = {"response", kCompletion, "output"};
// Where a row says that none of it takes a loss.
constexpr absl::string_view kRowTrainedKeys[] = {"weight", "train"};

absl::Status TooManyMessages() {
  return absl::InvalidArgumentError(
      absl::StrCat("more than ", kMaxMessagesPerRow, " messages in a row"));
}

absl::Status NoRole(size_t number, absl::string_view key) {
  return absl::InvalidArgumentError(absl::StrCat(
      "message ", number, " of \"", key,
      "\" is a text that does not say whose it is; a list whose texts are the user's and the "
      "assistant's in turn is read if its name is \"data\", as in UltraChat"));
}

absl::Status AddMessages(const dom::element& list, absl::string_view key,
                         std::set<std::string>* unused, Messages* messages) {
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::array array, ListOf(list, key, &parser));
  size_t number = 0;
  for (const dom::element element : array) {
    ++number;
    if (messages->size() >= static_cast<size_t>(kMaxMessagesPerRow)) {
      return TooManyMessages();
    }
    if (element.is_string()) return NoRole(number, key);
    absl::StatusOr<dom::object> message = AsObject(element, key);
    if (!message.ok()) return Annotate(message.status(), absl::StrCat("message ", number));
    RowFields fields(*message);
    const absl::Status status = AppendMessage(&fields, messages);
    if (!status.ok()) return Annotate(status, absl::StrCat("message ", number));
    for (const std::string& name : fields.Unused()) unused->insert(absl::StrCat(key, "[].", name));
  }
  return absl::OkStatus();
}

// UltraChat's turns: texts, of the user and the assistant in turn.
absl::Status AddTexts(const dom::element& list, absl::string_view key, Messages* messages) {
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::array texts, ListOf(list, key, &parser));
  if (texts.size() > static_cast<size_t>(kMaxMessagesPerRow)) return TooManyMessages();
  absl::string_view role = kUser;
  for (const dom::element text : texts) {
    ASSIGN_OR_RETURN(const absl::string_view content, AsString(text, key));
    AppendText(role, content, messages);
    role = role == kUser ? kAssistant : kUser;
  }
  return absl::OkStatus();
}

// LLaMA-Factory, ShareGPT and others keep the system message beside the conversation.
absl::Status AddSystem(RowFields* row, Messages* messages) {
  ASSIGN_OR_RETURN(const absl::string_view key, row->OneOf(kSystemKeys));
  if (key.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const dom::element value, row->Required(key));
  ASSIGN_OR_RETURN(const std::string system, ContentOf(value, key));
  if (!IsBlank(system) && !IsNoneMark(system)) AppendText(kSystem, system, messages);
  return absl::OkStatus();
}

// Logs of requests keep the reply beside the messages that were sent.
absl::Status AddReply(RowFields* row, std::set<std::string>* unused, Messages* messages) {
  if (messages->empty() || messages->back().role() != kUser) return absl::OkStatus();
  ASSIGN_OR_RETURN(const absl::string_view key, row->OneOf(kReplyKeys));
  if (key.empty() || !row->Has(key)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const dom::element value, row->Required(key));
  if (value.is_array()) return AddMessages(value, key, unused, messages);
  ASSIGN_OR_RETURN(const absl::string_view reply, AsString(value, key));
  AppendText(kAssistant, reply, messages);
  return absl::OkStatus();
}

absl::StatusOr<Messages> ParseMessages(const RowShape& shape, RowFields* row,
                                       std::set<std::string>* unused) {
  ASSIGN_OR_RETURN(const dom::element list, row->Required(shape.list));
  Messages messages;
  RETURN_IF_ERROR(AddSystem(row, &messages));
  if (shape.texts) {
    RETURN_IF_ERROR(AddTexts(list, shape.list, &messages));
  } else {
    RETURN_IF_ERROR(AddMessages(list, shape.list, unused, &messages));
  }
  RETURN_IF_ERROR(AddReply(row, unused, &messages));
  RETURN_IF_ERROR(RefuseContext(*row, messages));
  // The same one in both places.
  if (messages.size() > 1 && messages[1].role() == kSystem && messages[0].role() == kSystem &&
      messages[0].content() == messages[1].content()) {
    messages.erase(messages.begin());
  }
  return messages;
}

// [[question, answer], ...]
absl::Status AddHistory(const dom::element& history, Messages* messages) {
  if (IsNothing(history)) return absl::OkStatus();
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::array turns, ListOf(history, kHistory, &parser));
  for (const dom::element turn : turns) {
    if (messages->size() + 2 > static_cast<size_t>(kMaxMessagesPerRow)) {
      return TooManyMessages();
    }
    ASSIGN_OR_RETURN(const dom::array pair, AsArray(turn, kHistory));
    if (pair.size() != 2) {
      return absl::InvalidArgumentError(absl::StrCat("an entry of \"history\" has ", pair.size(),
                                                     " elements, not a question and an answer"));
    }
    absl::string_view role = kUser;
    for (const dom::element text : pair) {
      ASSIGN_OR_RETURN(const absl::string_view content, AsString(text, kHistory));
      AppendText(role, content, messages);
      role = kAssistant;
    }
  }
  return absl::OkStatus();
}

// The turns before a prompt, unless they are in it.
absl::Status AddPromptsHistory(const dom::element& prompt, RowFields* row, Messages* messages) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> history, row->Find(kHistory));
  if (!history.has_value() || IsNothing(*history)) return absl::OkStatus();
  if (SaysAll(StringsIn(prompt), *history)) return absl::OkStatus();
  if (prompt.is_string()) return AddHistory(*history, messages);
  return absl::InvalidArgumentError("\"history\" has what \"prompt\", a list of messages, has not");
}

absl::StatusOr<Messages> ParsePromptCompletion(RowFields* row, std::set<std::string>* unused) {
  ASSIGN_OR_RETURN(const dom::element prompt, row->Required(kPrompt));
  ASSIGN_OR_RETURN(const dom::element completion, row->Required(kCompletion));
  RETURN_IF_ERROR(RefuseParts(*row, StringsIn(prompt)));
  Messages messages;
  RETURN_IF_ERROR(AddSystem(row, &messages));
  RETURN_IF_ERROR(AddPromptsHistory(prompt, row, &messages));
  if (IsMessages(prompt) && IsMessages(completion)) {
    RETURN_IF_ERROR(AddMessages(prompt, kPrompt, unused, &messages));
    RETURN_IF_ERROR(AddMessages(completion, kCompletion, unused, &messages));
    return messages;
  }
  if (prompt.is_array() || completion.is_array()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"prompt\" is ", JsonTypeName(prompt), " and \"completion\" ",
                     JsonTypeName(completion), ": both must be strings or both lists of messages"));
  }
  ASSIGN_OR_RETURN(const absl::string_view user, AsString(prompt, kPrompt));
  ASSIGN_OR_RETURN(const absl::string_view assistant, AsString(completion, kCompletion));
  AppendText(kUser, user, &messages);
  AppendText(kAssistant, assistant, &messages);
  return messages;
}

struct Asked {
  absl::string_view instruction;
  absl::string_view input;

  std::string Text() const {
    if (IsBlank(input)) return std::string(instruction);
    if (IsBlank(instruction)) return std::string(input);
    return absl::StrCat(instruction, "\n", input);
  }
};

// What the user says, in two parts: Alpaca's instruction and input, a question and its context, or
// LLaMA-Factory's prompt and query. An error if there are more parts than two.
absl::StatusOr<Asked> WhatIsAsked(RowFields* row) {
  Asked asked;
  ASSIGN_OR_RETURN(asked.input, row->OneText(kInputKeys));
  const bool has_instruction = row->Has(kInstruction);
  if (!has_instruction && !(row->Has(kPrompt) && row->Has(kQuery))) {
    ASSIGN_OR_RETURN(asked.instruction, row->OneText({kInstruction, kQuestion, kQuery, kPrompt}));
    return asked;
  }
  // A prompt beside an instruction is all of it, rendered, or the row is refused (RefuseWhole).
  ASSIGN_OR_RETURN(asked.instruction, row->OneText({has_instruction ? kInstruction : kPrompt}));
  ASSIGN_OR_RETURN(const absl::string_view question, row->OneText({kQuestion, kQuery}));
  if (IsBlank(question)) return asked;
  if (!IsBlank(asked.input)) {
    return absl::InvalidArgumentError(
        "an instruction (or prompt), a question and an input (or context): only two can be used");
  }
  asked.input = question;
  return asked;
}

absl::StatusOr<Messages> ParsePair(const PairKeys& pair, RowFields* row) {
  ASSIGN_OR_RETURN(const absl::string_view question, row->OneText({pair.question}));
  ASSIGN_OR_RETURN(const absl::string_view answer, row->OneText({pair.answer}));
  RETURN_IF_ERROR(RefuseParts(*row, question));
  RETURN_IF_ERROR(RefuseSteps(row, answer));
  if (pair.answer == kSolution) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> last, row->Find(kAnswer));
    if (last.has_value() && !SaysAll(answer, *last)) RETURN_IF_ERROR(row->Refuse({kAnswer}));
  }
  Messages messages;
  RETURN_IF_ERROR(AddSystem(row, &messages));
  AppendText(kUser, question, &messages);
  AppendText(kAssistant, answer, &messages);
  return messages;
}

// Alpaca, with the names of Dolly and of files of questions and answers.
absl::StatusOr<Messages> ParseAlpaca(RowFields* row) {
  ASSIGN_OR_RETURN(Asked asked, WhatIsAsked(row));
  if (!IsBlank(asked.instruction) && IsNoneMark(asked.input)) asked.input = "";
  const std::string question = asked.Text();
  RETURN_IF_ERROR(RefuseParts(*row, question));
  ASSIGN_OR_RETURN(absl::string_view output_key, row->OneOf(kOutputKeys));
  if (output_key.empty()) output_key = kOutputKeys[0];
  ASSIGN_OR_RETURN(const dom::element output_value, row->Required(output_key));
  ASSIGN_OR_RETURN(const absl::string_view output, AsString(output_value, output_key));
  RETURN_IF_ERROR(RefuseSteps(row, output));
  const absl::string_view first = IsBlank(asked.instruction) ? asked.input : asked.instruction;
  RETURN_IF_ERROR(RefuseWhole(*row, first, question, output));
  ASSIGN_OR_RETURN(const std::optional<dom::element> history, row->Find(kHistory));
  Messages messages;
  RETURN_IF_ERROR(AddSystem(row, &messages));
  if (history.has_value()) RETURN_IF_ERROR(AddHistory(*history, &messages));
  AppendText(kUser, question, &messages);
  AppendText(kAssistant, output, &messages);
  return messages;
}

absl::StatusOr<Messages> Parse(const RowShape& shape, RowFields* row,
                               std::set<std::string>* unused) {
  switch (shape.format) {
    case v1::ShortInput::PROMPT_COMPLETION:
      return ParsePromptCompletion(row, unused);
    case v1::ShortInput::ALPACA:
      return shape.pair.has_value() ? ParsePair(*shape.pair, row) : ParseAlpaca(row);
    default:
      return ParseMessages(shape, row, unused);
  }
}

// Whether the row says that none of it is trained.
absl::StatusOr<bool> IsNotTrained(RowFields* row) {
  for (const absl::string_view key : kRowTrainedKeys) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(row->object(), key));
    if (!value.has_value()) continue;
    bool on = true;
    double weight = 1;
    if (value->get(on) == simdjson::SUCCESS && !on) return true;
    if (value->get(weight) == simdjson::SUCCESS && weight == 0) return true;
  }
  return false;
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

absl::StatusOr<ShortConversation> ParseShape(const dom::object& row, const RowShape& shape) {
  RowFields fields(row);
  RETURN_IF_ERROR(RefuseLost(&fields));
  RETURN_IF_ERROR(RefuseLabelledBad(&fields, fields.Has(kPrompt) && fields.Has(kCompletion)));
  RETURN_IF_ERROR(fields.Find("id").status());  // The record's own.
  ShortConversation conversation;
  std::set<std::string> unused;
  ASSIGN_OR_RETURN(conversation.messages, Parse(shape, &fields, &unused));
  ASSIGN_OR_RETURN(const bool not_trained, IsNotTrained(&fields));
  for (v1::ChatMessage& message : conversation.messages) {
    if (not_trained && message.role() == kAssistant) message.set_not_trained(true);
  }
  const bool asks_last =
      !conversation.messages.empty() && conversation.messages.back().role() == kUser;
  if (asks_last && fields.Has("chosen")) return absl::InvalidArgumentError(kPreferences);
  for (const v1::ChatMessage& message : conversation.messages) {
    if (!IsTextOfMessages(message.content())) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("a message of ", message.role(), " is a list of messages, written as text"));
  }
  RETURN_IF_ERROR(RefuseMediaPlaces(conversation.messages));
  conversation.cut = CutEnds(&conversation.messages);
  RETURN_IF_ERROR(CheckConversation(conversation.messages));
  for (std::string& name : fields.Unused()) unused.insert(std::move(name));
  conversation.unused.assign(unused.begin(), unused.end());
  return conversation;
}

// A row of no known shape, with "Instruction" and "Output" in small letters.
absl::StatusOr<ShortConversation> ParseSmallNames(const dom::object& row,
                                                  const absl::Status& unknown) {
  const std::optional<std::string> json = WithSmallNames(row);
  dom::parser parser;
  dom::object small;
  if (!json.has_value() || parser.parse(*json).get(small) != simdjson::SUCCESS) return unknown;
  const absl::StatusOr<RowShape> shape = ShapeOf(small, v1::ShortInput::AUTO);
  return shape.ok() ? ParseShape(small, *shape) : unknown;
}

}  // namespace

absl::StatusOr<ShortConversation> ParseShortRow(const dom::object& row,
                                                v1::ShortInput::Format format) {
  const absl::StatusOr<RowShape> shape = ShapeOf(row, format);
  if (shape.ok()) return ParseShape(row, *shape);
  return format == v1::ShortInput::AUTO ? ParseSmallNames(row, shape.status()) : shape.status();
}

absl::Status CheckConversation(absl::Span<const v1::ChatMessage> messages) {
  if (messages.size() > static_cast<size_t>(kMaxMessagesPerRow)) {
    return absl::InvalidArgumentError(
        absl::StrCat(messages.size(), " messages in a row, the limit is ", kMaxMessagesPerRow));
  }
  for (size_t i = 0; i < messages.size(); ++i) {
    if (IsBlank(messages[i].content())) {
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
