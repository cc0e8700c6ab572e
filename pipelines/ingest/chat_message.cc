// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/chat_message.h"

#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

struct RoleName {
  absl::string_view name;
  absl::string_view role;  // Empty: of a tool.
};

// The names in OpenAI's, ShareGPT's, OpenAssistant's and others' files.
constexpr RoleName kRoleNames[] = {
    {"system", kSystem},   {"developer", kSystem},
    {"user", kUser},       {"human", kUser},
    {"prompter", kUser},   {"assistant", kAssistant},
    {"gpt", kAssistant},   {"chatgpt", kAssistant},
    {"bot", kAssistant},   {"chatbot", kAssistant},
    {"model", kAssistant}, {"ai", kAssistant},
    {"tool", ""},          {"function", ""},
    {"function_call", ""}, {"function_response", ""},
    {"function-call", ""}, {"function-response", ""},
    {"observation", ""},   {"tool_call", ""},
    {"tool_response", ""}, {"tool_calls", ""},
    {"tool_results", ""},  {"ipython", ""},
};

// Keys whose content would be lost.
constexpr absl::string_view kRefusedKeys[] = {"tool_calls",     "function_call",
                                              "tool_call_id",   "reasoning_content",
                                              "reasoning",      "reasoning_details",
                                              "thinking",       "refusal",
                                              "audio",          "images",
                                              "image",          "videos",
                                              "audios",         "train_detail",
                                              "training_detail"};

bool IsNothing(const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::NULL_VALUE:
      return true;
    case dom::element_type::BOOL:
      return !value.get_bool().value_unsafe();
    case dom::element_type::STRING:
      return absl::StripAsciiWhitespace(ToAbsl(value.get_string().value_unsafe())).empty();
    case dom::element_type::ARRAY:
      return value.get_array().size() == 0;
    case dom::element_type::OBJECT:
      return value.get_object().size() == 0;
    default:
      return false;
  }
}

absl::StatusOr<absl::string_view> RoleOf(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(name));
  for (const RoleName& known : kRoleNames) {
    if (known.name != lower) continue;
    if (!known.role.empty()) return known.role;
    return absl::InvalidArgumentError(
        absl::StrCat("role \"", Snippet(name), "\": turns of tools cannot be used"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("role \"", Snippet(name), "\" is not system, user or assistant"));
}

// The one of two keys that the message has, the first if it has neither.
absl::string_view KeyOf(const dom::object& message, absl::string_view first,
                        absl::string_view second) {
  for (const absl::string_view key : {first, second}) {
    dom::element value;
    if (message.at_key(ToStd(key)).get(value) == simdjson::SUCCESS) return key;
  }
  return first;
}

absl::StatusOr<std::string> PartOf(const dom::element& part, absl::string_view key) {
  if (part.is_string()) {
    ASSIGN_OR_RETURN(const absl::string_view text, AsString(part, key));
    return std::string(text);
  }
  ASSIGN_OR_RETURN(const dom::object object, AsObject(part, key));
  ASSIGN_OR_RETURN(const absl::string_view type, OptionalString(object, "type"));
  if (!type.empty() && type != "text" && type != "input_text" && type != "output_text") {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", key, "\" has a part of type \"", Snippet(type), "\", not text alone"));
  }
  ASSIGN_OR_RETURN(const absl::string_view text, RequiredString(object, "text"));
  return std::string(text);
}

// A string, or the text parts of a list, a line each.
absl::StatusOr<std::string> ContentOf(const dom::element& value, absl::string_view key) {
  if (!value.is_array()) {
    ASSIGN_OR_RETURN(const absl::string_view text, AsString(value, key));
    return std::string(text);
  }
  ASSIGN_OR_RETURN(const dom::array parts, AsArray(value, key));
  std::string content;
  for (const dom::element part : parts) {
    ASSIGN_OR_RETURN(const std::string text, PartOf(part, key));
    if (text.empty()) continue;
    absl::StrAppend(&content, content.empty() ? "" : "\n", text);
  }
  return content;
}

// Whether a turn says that it takes no loss: "weight" of OpenAI and Mistral, "train" and "training"
// of Axolotl, "loss" of ms-swift, "masked" of torchtune.
absl::StatusOr<bool> IsNotTrained(const dom::object& message) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> weight, Find(message, "weight"));
  bool off = false;
  if (weight.has_value()) {
    double number = -1;
    if (weight->get(number) != simdjson::SUCCESS || (number != 0 && number != 1)) {
      return absl::InvalidArgumentError("\"weight\" is not 0 or 1");
    }
    off = number == 0;
  }
  for (const absl::string_view key : {"train", "training", "loss", "masked"}) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(message, key));
    if (!value.has_value()) continue;
    bool on = false;
    if (value->get(on) != simdjson::SUCCESS) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", key, "\" is ", JsonTypeName(*value), ", not a boolean"));
    }
    off = off || on == (key == "masked");
  }
  return off;
}

}  // namespace

absl::Status RefuseKeys(const dom::object& object, absl::Span<const absl::string_view> keys) {
  for (const absl::string_view key : keys) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(object, key));
    if (value.has_value() && !IsNothing(*value)) {
      return absl::InvalidArgumentError(absl::StrCat("\"", key, "\" cannot be used"));
    }
  }
  return absl::OkStatus();
}

void AppendText(absl::string_view role, absl::string_view content,
                std::vector<v1::ChatMessage>* messages) {
  v1::ChatMessage& message = messages->emplace_back();
  message.set_role(std::string(role));
  message.set_content(std::string(content));
}

absl::Status AppendMessage(const dom::object& object, std::vector<v1::ChatMessage>* messages) {
  ASSIGN_OR_RETURN(const absl::string_view name,
                   RequiredString(object, KeyOf(object, "role", "from")));
  ASSIGN_OR_RETURN(const absl::string_view role, RoleOf(name));
  RETURN_IF_ERROR(RefuseKeys(object, kRefusedKeys));
  const absl::string_view content_key = KeyOf(object, "content", "value");
  ASSIGN_OR_RETURN(const dom::element value, Required(object, content_key));
  // Many files have a system message in each row, and leave most of them empty.
  if (role == kSystem && IsNothing(value)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string content, ContentOf(value, content_key));
  ASSIGN_OR_RETURN(const bool not_trained, IsNotTrained(object));
  if (role == kSystem && absl::StripAsciiWhitespace(content).empty()) return absl::OkStatus();
  AppendText(role, content, messages);
  if (not_trained && role == kAssistant) messages->back().set_not_trained(true);
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
