// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/lost_fields.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/ingest/chat_message.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

// What a row may have beside its conversation, and would lose.
constexpr absl::string_view kRefusedRowKeys[] = {
    "tools", "functions", "images", "image", "videos", "video", "audios", "audio", "files",
    "documents", "attachments",
    // Where a picture, a sound or a film is.
    "image_path", "image_paths", "image_url", "image_urls", "video_path", "audio_path"};
// Which of the turns are trained, in a list beside them.
constexpr absl::string_view kTurnMaskKeys[] = {"weights", "loss_mask", "loss_weights",
                                               "train_mask"};
// What a template would write into the system message.
constexpr absl::string_view kTemplateKwargs = "chat_template_kwargs";
constexpr absl::string_view kRefusedKwargs[] = {"custom_instructions", "tools", "python_tools",
                                                "xml_tools", "documents"};
// The same, unless the value only says how the row was made: "reasoning": "off".
constexpr absl::string_view kReasoningKeys[] = {"reasoning", "reasoning_content", "thinking"};
constexpr absl::string_view kSwitches[] = {"on",     "off",  "none",    "low",
                                           "medium", "high", "enabled", "disabled"};
// The steps of an answer beside a question, where they have no place either.
constexpr absl::string_view kStepKeys[] = {
    "rationale", "cot", "chain_of_thought", "solution", "thought", "thoughts", "think"};
// What a question may be about or continue, unless it is no more than a name.
constexpr absl::string_view kPartKeys[] = {"article",
                                           "passage",
                                           "passages",
                                           "paragraph",
                                           "paragraphs",
                                           "story",
                                           "choices",
                                           "contexts",
                                           "options",
                                           "document",
                                           "facts",
                                           "table",
                                           "chat_history",
                                           "dialogue_history",
                                           "dialogue",
                                           "dialog",
                                           "conversation",
                                           "transcript",
                                           "body",
                                           "content",
                                           "review",
                                           "email",
                                           "abstract",
                                           "excerpt",
                                           "background",
                                           "scenario",
                                           "conversation_history",
                                           "previous_messages",
                                           "evidence",
                                           "knowledge",
                                           "lecture",
                                           "snippet",
                                           "snippets",
                                           "source_document",
                                           "clinical_note",
                                           "search_results"};
constexpr size_t kMaxNameBytes = 80;
// The same, whose value is a part even if it is short.
constexpr absl::string_view kShortPartKeys[] = {
    "definition", "task_description", "premise",     "hypothesis", "sentence1",
    "sentence2",  "schema",           "sentence",    "sentences",  "source_text",
    "claim",      "instructions",     "starter_code"};
// The whole prompt as it was rendered, or the program of the answer; or, if they are neither, a part.
constexpr absl::string_view kWholeKeys[] = {"prompt", "text", "code", "code_snippet",
                                            "source_code"};
// What the turns of a conversation may be about.
constexpr absl::string_view kContextKeys[] = {"context",   "contexts",   "passage", "passages",
                                              "paragraph", "paragraphs", "article"};
// Choices in a field each.
constexpr absl::string_view kChoiceKeys[][2] = {
    {"A", "B"},
    {"option_a", "option_b"},
    {"option_A", "option_B"},
    {"optionA", "optionB"},
    {"option1", "option2"},
    {"option_1", "option_2"},
    {"opa", "opb"},
    {"choice1", "choice2"},
    {"choice_a", "choice_b"},
    {"choice_A", "choice_B"},
    {"ending0", "ending1"},
    {"sol1", "sol2"},
};
// Trainers of preferences: TRL's KTO and LLaMA-Factory's.
constexpr absl::string_view kTag = "kto_tag";
constexpr absl::string_view kIsCorrect = "is_correct";
constexpr absl::string_view kLabelKeys[] = {"label",    kTag,      kIsCorrect,    "correct",
                                            "accepted", "valid",   "is_accepted", "is_valid",
                                            "passed",   "is_right"};
constexpr absl::string_view kBadLabels[] = {"false", "undesirable"};

absl::Status RefuseReasoning(RowFields* row) {
  for (const absl::string_view key : kReasoningKeys) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, row->Find(key));
    std::string_view text;
    if (value.has_value() && value->get(text) == simdjson::SUCCESS &&
        std::count(std::begin(kSwitches), std::end(kSwitches), ToAbsl(text)) > 0) {
      continue;
    }
    RETURN_IF_ERROR(row->Refuse({key}));
  }
  return absl::OkStatus();
}

absl::Status RefuseTemplateKwargs(const RowFields& row) {
  dom::object kwargs;
  if (row.object().at_key(ToStd(kTemplateKwargs)).get(kwargs) != simdjson::SUCCESS) {
    return absl::OkStatus();
  }
  return Annotate(RowFields(kwargs).Refuse(kRefusedKwargs), kTemplateKwargs);
}

// Whether a label says that the answer is bad. `number`: 0 does too.
bool IsBadLabel(const dom::element& value, bool number) {
  bool good = true;
  if (value.get(good) == simdjson::SUCCESS) return !good;
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(ToAbsl(text)));
    return std::count(std::begin(kBadLabels), std::end(kBadLabels), lower) > 0;
  }
  double figure = 1;
  return number && value.get(figure) == simdjson::SUCCESS && figure == 0;
}

absl::Status Lost(absl::string_view key) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", key,
                   "\" would be lost, and the question may be about it; if not, name it in "
                   "short_rows.ignore_fields"));
}

// Refuses a field whose value is a part of the question: a list, an object, a text of more than
// `name_bytes`.
absl::Status RefusePart(const RowFields& row, absl::string_view key, size_t name_bytes,
                        absl::string_view said) {
  ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(row.object(), key));
  if (!value.has_value() || IsNothing(*value)) return absl::OkStatus();
  std::string_view text;
  const bool part = value->is_array() || value->is_object() ||
                    (value->get(text) == simdjson::SUCCESS && text.size() > name_bytes);
  return !part || SaysAll(said, *value) ? absl::OkStatus() : Lost(key);
}

bool IsRendered(const dom::element& value, absl::string_view instruction) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS &&
         absl::StrContains(ToAbsl(text), absl::StripAsciiWhitespace(instruction));
}

// "en", "B2": a code, but no program.
bool IsCodeWord(absl::string_view key, const dom::element& value) {
  std::string_view text;
  return absl::StrContains(key, "code") && value.get(text) == simdjson::SUCCESS &&
         ToAbsl(text).find_first_of(" \t\n(") == absl::string_view::npos;
}

void AppendStrings(const dom::element& value, std::string* text) {
  dom::array list;
  dom::object object;
  std::string_view own;
  if (value.get(own) == simdjson::SUCCESS) {
    absl::StrAppend(text, ToAbsl(own), "\n");
  } else if (value.get(list) == simdjson::SUCCESS) {
    for (const dom::element element : list) AppendStrings(element, text);
  } else if (value.get(object) == simdjson::SUCCESS) {
    for (const dom::key_value_pair field : object) AppendStrings(field.value, text);
  }
}

}  // namespace

absl::Status RefuseLost(RowFields* row) {
  RETURN_IF_ERROR(row->Refuse(kRefusedRowKeys));
  for (const absl::string_view key : kTurnMaskKeys) {
    dom::array list;
    const bool found = row->object().at_key(ToStd(key)).get(list) == simdjson::SUCCESS;
    if (found) RETURN_IF_ERROR(row->Refuse({key}));
  }
  RETURN_IF_ERROR(RefuseTemplateKwargs(*row));
  return RefuseReasoning(row);
}

absl::Status RefuseLabelledBad(RowFields* row, bool pair) {
  for (const absl::string_view key : kLabelKeys) {
    dom::element value;
    if (row->object().at_key(ToStd(key)).get(value) != simdjson::SUCCESS) continue;
    if (!IsBadLabel(value, key == kTag || key == kIsCorrect || (pair && key == kLabelKeys[0]))) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrCat("\"", key, "\" is ", simdjson::minify(value),
                                                   ": an answer that is labelled as bad"));
  }
  return absl::OkStatus();
}

absl::Status RefuseSteps(RowFields* row, absl::string_view answer) {
  for (const absl::string_view key : kStepKeys) {
    dom::element steps;
    const bool found = row->object().at_key(ToStd(key)).get(steps) == simdjson::SUCCESS;
    if (found && !SaysAll(answer, steps)) RETURN_IF_ERROR(row->Refuse({key}));
  }
  return absl::OkStatus();
}

absl::Status RefuseParts(const RowFields& row, absl::string_view said) {
  for (const absl::string_view key : kPartKeys) {
    RETURN_IF_ERROR(RefusePart(row, key, kMaxNameBytes, said));
  }
  for (const absl::string_view key : kShortPartKeys) {
    RETURN_IF_ERROR(RefusePart(row, key, 0, said));
  }
  for (const auto& [first, second] : kChoiceKeys) {
    if (!row.Has(first) || !row.Has(second)) continue;
    for (const absl::string_view key : {first, second}) {
      RETURN_IF_ERROR(RefusePart(row, key, 0, said));
    }
  }
  return absl::OkStatus();
}

absl::Status RefuseWhole(const RowFields& row, absl::string_view instruction,
                         absl::string_view question, absl::string_view answer) {
  for (const absl::string_view key : kWholeKeys) {
    ASSIGN_OR_RETURN(const std::optional<dom::element> value, Find(row.object(), key));
    if (!value.has_value() || IsRendered(*value, instruction) || IsCodeWord(key, *value)) continue;
    RETURN_IF_ERROR(RefusePart(row, key, 0, absl::StrCat(question, "\n", answer)));
  }
  return absl::OkStatus();
}

absl::Status RefuseContext(const RowFields& row, absl::Span<const v1::ChatMessage> messages) {
  // Most rows have none, and need no copy of their turns.
  if (std::none_of(std::begin(kContextKeys), std::end(kContextKeys),
                   [&](absl::string_view key) { return row.Has(key); })) {
    return absl::OkStatus();
  }
  std::string said;
  for (const v1::ChatMessage& message : messages) absl::StrAppend(&said, message.content(), "\n");
  for (const absl::string_view key : kContextKeys) {
    RETURN_IF_ERROR(RefusePart(row, key, kMaxNameBytes, said));
  }
  return absl::OkStatus();
}

absl::Status RefuseMediaPlaces(absl::Span<const v1::ChatMessage> messages) {
  constexpr absl::string_view kPlaces[] = {"<image>", "<video>", "<audio>", "<|image|>"};
  for (size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].role() != kUser) continue;
    const absl::string_view text = absl::StripAsciiWhitespace(messages[i].content());
    for (const absl::string_view place : kPlaces) {
      if (!absl::StartsWith(text, place) && !absl::EndsWith(text, place)) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          "message ", i + 1, " has a place for a picture, \"", place, "\", that cannot be filled"));
    }
  }
  return absl::OkStatus();
}

std::string StringsIn(const dom::element& value) {
  std::string text;
  AppendStrings(value, &text);
  return text;
}

bool SaysAll(absl::string_view said, const dom::element& value) {
  dom::array list;
  dom::object object;
  std::string_view own;
  if (value.get(own) == simdjson::SUCCESS) {
    const absl::string_view text = absl::StripAsciiWhitespace(ToAbsl(own));
    return text.empty() || absl::StrContains(said, text);
  }
  if (value.get(list) == simdjson::SUCCESS) {
    for (const dom::element element : list) {
      if (!SaysAll(said, element)) return false;
    }
  } else if (value.get(object) == simdjson::SUCCESS) {
    for (const dom::key_value_pair field : object) {
      if (!SaysAll(said, field.value)) return false;
    }
  }
  return true;
}

}  // namespace quipu::pipelines
