// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/chat_message.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/row_fields.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

struct RoleName {
  absl::string_view name;
  absl::string_view role;  // Empty: of a tool.
};

// The names in OpenAI's, ShareGPT's, OpenAssistant's and others' files.
constexpr RoleName kRoleNames[] = {
    {"system", kSystem},     {"developer", kSystem},    {"user", kUser},
    {"human", kUser},        {"prompter", kUser},       {"assistant", kAssistant},
    {"gpt", kAssistant},     {"chatgpt", kAssistant},   {"bot", kAssistant},
    {"chatbot", kAssistant}, {"model", kAssistant},     {"ai", kAssistant},
    {"bing", kAssistant},    {"bard", kAssistant},      {"tool", ""},
    {"function", ""},        {"function_call", ""},     {"function_response", ""},
    {"function-call", ""},   {"function-response", ""}, {"observation", ""},
    {"tool_call", ""},       {"tool_response", ""},     {"tool_calls", ""},
    {"tool_results", ""},    {"ipython", ""},           {"question", kUser},
    {"instruction", kUser},  {"answer", kAssistant},    {"response", kAssistant},
    {"output", kAssistant},
};

// Keys whose content would be lost.
constexpr absl::string_view kRefusedKeys[] = {"tool_calls",
                                              "function_call",
                                              "tool_call_id",
                                              "reasoning_content",
                                              "reasoning",
                                              "reasoning_details",
                                              "thinking",
                                              "refusal",
                                              "audio",
                                              "images",
                                              "image",
                                              "videos",
                                              "audios",
                                              "train_detail",
                                              "training_detail",
                                              "rationale",
                                              "thought",
                                              "thoughts",
                                              "think",
                                              "cot",
                                              "chain_of_thought",
                                              "reasoning_text",
                                              "tools",
                                              "functions",
                                              "function_calls",
                                              "files",
                                              "documents",
                                              "attachments",
                                              "experimental_attachments"};
// Keys of a part, with which it is more than text.
constexpr absl::string_view kMediaKeys[] = {"image", "image_url",   "video",
                                            "audio", "input_audio", "file"};
// OpenAI's and Mistral's "weight", Axolotl's "train" and "training", ms-swift's "loss" and
// "loss_scale", XTuner's "output_with_loss", and "masked" of torchtune, which is the opposite.
constexpr absl::string_view kMasked = "masked";
constexpr absl::string_view kTrainedKeys[] = {
    "weight",    "train",       "training",      "loss",      "loss_scale",
    "loss_mask", "loss_weight", "train_on_turn", "trainable", "output_with_loss",
    kMasked};
constexpr absl::string_view kRoleKeys[] = {"role", "from", "speaker"};
constexpr absl::string_view kParts = "parts";  // Gemini's.
constexpr absl::string_view kContentKeys[] = {"content", "value", "text", kParts};
constexpr absl::string_view kUserKeys[] = {"human",    "user",   "input",
                                           "question", "prompt", "instruction"};
constexpr absl::string_view kAssistantKeys[] = {"assistant", "gpt",    "bot",
                                                "output",    "answer", "response"};

absl::StatusOr<absl::string_view> RoleOf(absl::string_view name) {
  absl::string_view plain = absl::StripAsciiWhitespace(name);
  absl::ConsumeSuffix(&plain, ":");
  const std::string lower = absl::AsciiStrToLower(plain);
  for (const RoleName& known : kRoleNames) {
    if (known.name != lower) continue;
    if (!known.role.empty()) return known.role;
    return absl::InvalidArgumentError(
        absl::StrCat("role \"", Snippet(name), "\": turns of tools cannot be used"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("role \"", Snippet(name), "\" is not system, user or assistant"));
}

// Nothing, or an object of nothing: {"url": null}.
bool SaysNothing(const dom::element& value) {
  dom::object object;
  if (IsNothing(value)) return true;
  if (value.get(object) != simdjson::SUCCESS) return false;
  for (const dom::key_value_pair field : object) {
    if (!IsNothing(field.value)) return false;
  }
  return true;
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
  for (const absl::string_view other : kMediaKeys) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> media, Find(object, other));
    if (!media.has_value() || SaysNothing(*media)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("\"", key, "\" has a part with \"", other, "\", not text alone"));
  }
  // "value" in the files of LLaMA-Factory's second format.
  ASSIGN_OR_RETURN(const auto value, Find(object, "value"));
  const absl::string_view text_key = type == "text" && value.has_value() ? "value" : "text";
  ASSIGN_OR_RETURN(const absl::string_view text, RequiredString(object, text_key));
  return std::string(text);
}

// A flag as people write it: a boolean, or 0 or 1.
absl::StatusOr<bool> FlagOf(const dom::element& value, absl::string_view key) {
  bool on = false;
  if (value.get(on) == simdjson::SUCCESS) return on;
  double number = -1;
  if (value.get(number) == simdjson::SUCCESS && (number == 0 || number == 1)) return number == 1;
  if (value.is_number()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", key, "\" is not 0 or 1"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", key, "\" is ", JsonTypeName(value), ", not a boolean"));
}

// Whether a turn says that it takes no loss.
absl::StatusOr<bool> IsNotTrained(RowFields* message) {
  bool off = false;
  for (const absl::string_view key : kTrainedKeys) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, message->Find(key));
    if (!value.has_value()) continue;
    ASSIGN_OR_RETURN(const bool on, FlagOf(*value, key));
    off = off || on == (key == kMasked);
  }
  return off;
}

// A turn of both: {"human": ..., "assistant": ...}. False if the message is none.
absl::StatusOr<bool> AppendBoth(RowFields* message, std::vector<v1::ChatMessage>* messages) {
  for (const absl::string_view key : kRoleKeys) {
    if (message->Has(key)) return false;
  }
  ASSIGN_OR_RETURN(const absl::string_view user, message->OneOf(kUserKeys));
  ASSIGN_OR_RETURN(const absl::string_view assistant, message->OneOf(kAssistantKeys));
  if (user.empty() || assistant.empty()) return false;
  ASSIGN_OR_RETURN(const absl::string_view system, message->OneText(kSystemKeys));
  ASSIGN_OR_RETURN(const dom::element question, message->Required(user));
  ASSIGN_OR_RETURN(const dom::element answer, message->Required(assistant));
  ASSIGN_OR_RETURN(const std::string asked, ContentOf(question, user));
  ASSIGN_OR_RETURN(const std::string answered, ContentOf(answer, assistant));
  ASSIGN_OR_RETURN(const bool not_trained, IsNotTrained(message));
  if (!absl::StripAsciiWhitespace(system).empty()) AppendText(kSystem, system, messages);
  AppendText(kUser, asked, messages);
  AppendText(kAssistant, answered, messages);
  messages->back().set_not_trained(not_trained);
  return true;
}

}  // namespace

absl::StatusOr<std::string> ContentOf(const dom::element& value, absl::string_view key) {
  dom::element parts_of_one;
  if (value.at_key(ToStd(kParts)).get(parts_of_one) == simdjson::SUCCESS) {
    return ContentOf(parts_of_one, kParts);
  }
  if (value.is_object()) return PartOf(value, key);
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

void AppendText(absl::string_view role, absl::string_view content,
                std::vector<v1::ChatMessage>* messages) {
  v1::ChatMessage& message = messages->emplace_back();
  message.set_role(std::string(role));
  message.set_content(std::string(content));
}

absl::Status AppendMessage(RowFields* message, std::vector<v1::ChatMessage>* messages) {
  ASSIGN_OR_RETURN(const bool both, AppendBoth(message, messages));
  if (both) return message->Refuse(kRefusedKeys);
  const auto* role_key = std::find_if(std::begin(kRoleKeys), std::end(kRoleKeys),
                                      [&](absl::string_view key) { return message->Has(key); });
  if (role_key == std::end(kRoleKeys)) role_key = std::begin(kRoleKeys);
  ASSIGN_OR_RETURN(const dom::element role_value, message->Required(*role_key));
  ASSIGN_OR_RETURN(const absl::string_view name, AsString(role_value, *role_key));
  ASSIGN_OR_RETURN(const absl::string_view role, RoleOf(name));
  RETURN_IF_ERROR(message->Refuse(kRefusedKeys));
  ASSIGN_OR_RETURN(absl::string_view content_key, message->OneOf(kContentKeys));
  // Many files have a system message in each row, and leave most of them empty.
  if (role == kSystem && !message->Has(content_key)) return absl::OkStatus();
  if (content_key.empty()) content_key = kContentKeys[0];
  ASSIGN_OR_RETURN(const dom::element value, message->Required(content_key));
  ASSIGN_OR_RETURN(const std::string content, ContentOf(value, content_key));
  ASSIGN_OR_RETURN(const bool not_trained, IsNotTrained(message));
  if (role == kSystem && IsBlank(content)) return absl::OkStatus();
  AppendText(role, content, messages);
  if (not_trained && role == kAssistant) messages->back().set_not_trained(true);
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
