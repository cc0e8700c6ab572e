// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/row_shape.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/row_fields.h"
#include "pipelines/ingest/row_lists.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;
using Format = v1::ShortInput;

constexpr absl::string_view kMessages = "messages";
// Gemini's, and others' list of passages.
constexpr absl::string_view kContents = "contents";
constexpr absl::string_view kListKeys[] = {"conversations", "conversation", "dialogue", "dialog",
                                           "chat",          "turns",        kContents};
// UltraChat's. Texts under the names above are those of any two people.
constexpr absl::string_view kTexts = "data";

// P3, xP3, FLAN and Aya; turns alone; MATH and OSS-Instruct.
constexpr PairKeys kPairs[] = {{"inputs_pretokenized", "targets_pretokenized"},
                               {"inputs", "targets"},
                               {"input", "target"},
                               {"input", "targets"},
                               {"user", "assistant"},
                               {"user", "bot"},
                               {"human", "assistant"},
                               {"human", "gpt"},
                               {"human", "bot"},
                               {"problem", kSolution}};

// OpenAssistant's: a message that has replies, and one that says which message it replies to.
constexpr absl::string_view kTree =
    "a tree of messages (OASST): choose one reply to each message and write the path as "
    "\"messages\"; docs/manual.md has a line of jq that does, under \"Short rows\"";
constexpr absl::string_view kTreeMessage =
    "one message of a tree (OASST): take the file of trees, and write a path of each as "
    "\"messages\"; docs/manual.md has a line of jq that does, under \"Short rows\"";

RowShape ShapeWith(v1::ShortInput::Format format, absl::string_view list = "") {
  RowShape shape;
  shape.format = format;
  shape.list = list;
  return shape;
}

RowShape TextsShape() {
  RowShape shape = ShapeWith(Format::SHAREGPT, kTexts);
  shape.texts = true;
  return shape;
}

RowShape PairShape(const std::optional<PairKeys>& pair) {
  RowShape shape = ShapeWith(Format::ALPACA);
  shape.pair = pair;
  return shape;
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

// Whether the value of one of these names is a list of messages: others may be figures or texts.
bool IsList(const dom::element& value, absl::string_view key) {
  if (key == kListKeys[0]) return true;
  dom::array list;
  if (key == kContents) {
    dom::element parts;
    return value.get(list) == simdjson::SUCCESS && list.size() > 0 &&
           list.at(0).at_key("parts").get(parts) == simdjson::SUCCESS;
  }
  std::string_view text;
  const bool json = value.get(text) == simdjson::SUCCESS && absl::StartsWith(ToAbsl(text), "[{");
  return value.is_array() || json;
}

// The list of messages, if the row has one: the first that has any.
absl::StatusOr<absl::string_view> ListKey(const dom::object& row) {
  absl::string_view found;
  for (const absl::string_view key : kListKeys) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(row, key));
    if (!value.has_value() || !IsList(*value, key)) continue;
    if (!IsNothing(*value)) return key;
    if (found.empty()) found = key;
  }
  return found;
}

// A list of two texts or more, or the JSON of one.
absl::StatusOr<bool> HasTexts(const dom::object& row) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(row, kTexts));
  if (!value.has_value()) return false;
  dom::parser parser;
  const absl::StatusOr<dom::array> list = ListOf(*value, kTexts, &parser);
  if (!list.ok() || list->size() < 2) return false;
  for (const dom::element text : *list) {
    if (!text.is_string()) return false;
  }
  return true;
}

// The pair, if the row has one that is two strings, and neither question nor answer by other names.
std::optional<PairKeys> FindPair(const RowFields& row) {
  const auto has_text = [&](absl::string_view key) {
    std::string_view text;
    return row.Has(key) && row.object().at_key(ToStd(key)).get(text) == simdjson::SUCCESS;
  };
  for (const PairKeys& pair : kPairs) {
    if (!has_text(pair.question) || !has_text(pair.answer)) continue;
    bool other = false;
    for (const absl::string_view key : {kInstruction, kQuestion, kQuery, kPrompt}) {
      other = other || row.Has(key);
    }
    for (const absl::string_view key : kOutputKeys) {
      // The last line of a solution.
      other = other || (row.Has(key) && !(key == kAnswer && pair.answer == kSolution));
    }
    if (!other) return pair;
  }
  return std::nullopt;
}

// For people who look for the conversations in it.
std::string KeysOf(const dom::object& row) {
  constexpr size_t kShown = 8;
  std::string keys = "its fields:";
  size_t count = 0;
  for (const dom::key_value_pair field : row) {
    if (++count > kShown) return keys + " ...";
    absl::StrAppend(&keys, " \"", Snippet(ToAbsl(field.key), 40), "\"");
  }
  return count == 0 ? "it has no fields" : keys;
}

// Why a row of no known shape is not read.
absl::Status UnknownShape(const dom::object& row) {
  dom::element found;
  if (row.at_key(ToStd(kPrompt)).at_key("replies").get(found) == simdjson::SUCCESS) {
    return absl::InvalidArgumentError(kTree);
  }
  const RowFields fields(row);
  if (fields.Has("message_tree_id") && fields.Has("role") && fields.Has("text")) {
    return absl::InvalidArgumentError(kTreeMessage);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "no known shape: none of the fields \"messages\", \"conversations\", \"prompt\" with "
      "\"completion\", \"instruction\" with \"output\"; ",
      KeysOf(row)));
}

// A prompt with its completion, both whole: not with a part of it beside it.
absl::StatusOr<bool> IsPromptCompletion(const dom::object& row) {
  ASSIGN_OR_RETURN(const auto completion, Find(row, kCompletion));
  if (!completion.has_value()) return false;
  ASSIGN_OR_RETURN(const auto prompt, Find(row, kPrompt));
  if (!prompt.has_value()) {
    ASSIGN_OR_RETURN(const auto other, FirstKey(row, {kInstruction, kQuestion, kQuery}));
    return other.empty();
  }
  if (!prompt->is_string() || !completion->is_string()) return true;
  const RowFields fields(row);
  return std::none_of(std::begin(kInputKeys), std::end(kInputKeys),
                      [&](absl::string_view key) { return fields.Has(key); });
}

// Whether a row has an instruction, or a question with its answer, by one of their usual names.
absl::StatusOr<bool> IsAlpaca(const dom::object& row) {
  ASSIGN_OR_RETURN(const auto instruction, Find(row, kInstruction));
  ASSIGN_OR_RETURN(const auto question, FirstKey(row, {kQuestion, kQuery, kPrompt}));
  ASSIGN_OR_RETURN(const auto input, FirstKey(row, kInputKeys));
  ASSIGN_OR_RETURN(const auto output, FirstKey(row, kOutputKeys));
  return instruction.has_value() || ((!question.empty() || !input.empty()) && !output.empty());
}

absl::StatusOr<RowShape> ShapeByKeys(const dom::object& row) {
  // A file of rows of several shapes has all their fields in each row, and nothing in most.
  ASSIGN_OR_RETURN(const auto messages, Find(row, kMessages));
  if (messages.has_value() && !IsNothing(*messages)) return ShapeWith(Format::MESSAGES, kMessages);
  const RowFields fields(row);
  ASSIGN_OR_RETURN(const absl::string_view list, ListKey(row));
  if (!list.empty() && fields.Has(list)) return ShapeWith(Format::SHAREGPT, list);
  ASSIGN_OR_RETURN(const bool prompt_completion, IsPromptCompletion(row));
  if (prompt_completion) return ShapeWith(Format::PROMPT_COMPLETION);
  ASSIGN_OR_RETURN(const auto chosen, Find(row, "chosen"));
  if (chosen.has_value()) return absl::InvalidArgumentError(kPreferences);
  const std::optional<PairKeys> pair = FindPair(fields);
  ASSIGN_OR_RETURN(const bool alpaca, IsAlpaca(row));
  if (alpaca || pair.has_value()) return PairShape(pair);
  ASSIGN_OR_RETURN(const bool texts, HasTexts(row));
  if (texts) return TextsShape();
  if (messages.has_value()) return ShapeWith(Format::MESSAGES, kMessages);
  if (!list.empty()) return ShapeWith(Format::SHAREGPT, list);
  return UnknownShape(row);
}

}  // namespace

absl::StatusOr<RowShape> ShapeOf(const dom::object& row, v1::ShortInput::Format format) {
  switch (format) {
    case Format::AUTO:
      return ShapeByKeys(row);
    case Format::MESSAGES:
      return ShapeWith(format, kMessages);
    case Format::PROMPT_COMPLETION:
      return ShapeWith(format);
    case Format::ALPACA:
      return PairShape(FindPair(RowFields(row)));
    case Format::SHAREGPT: {
      ASSIGN_OR_RETURN(const absl::string_view list, ListKey(row));
      if (!list.empty()) return ShapeWith(format, list);
      ASSIGN_OR_RETURN(const bool texts, HasTexts(row));
      return texts ? TextsShape() : ShapeWith(format, kListKeys[0]);
    }
    default:
      return absl::InvalidArgumentError(absl::StrCat("unknown format ", format));
  }
}

}  // namespace quipu::pipelines
