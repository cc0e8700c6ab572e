// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/instance_builder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/status_macros.h"
#include "generator/checks/reject.h"
#include "generator/chunks/task_chunks.h"
#include "generator/rows/loss_weights.h"
#include "generator/rows/row_fit.h"
#include "generator/rows/row_material.h"
#include "inference/text/chat_template.h"

namespace quipu::generator {
namespace {

using inference::Message;
using inference::RenderedTokens;
using inference::Role;
using inference::TemplatePart;

void AddSpan(const TextRange& range, v1::Span* span) {
  span->set_begin(range.begin);
  span->set_end(range.end);
}

// Fills in LongDetails or Turn.
template <typename Details>
void SetEvidence(const Evidence& evidence, Details* details) {
  for (const TextRange& sentence : evidence.sentences) AddSpan(sentence, details->add_evidence());
  for (const TextRange& place : evidence.other_places) {
    AddSpan(place, details->add_other_places());
  }
}

// What FitRow needs for a row of some pairs.
struct AnsweredRow {
  v1::LongDetails details;
  RowRecords records;
  TextRange needed;
};

AnsweredRow AnsweredRowOf(const SourceDocument& document, absl::Span<const LongPair> pairs,
                          const RowSpec& spec) {
  AnsweredRow row;
  row.records.document = &document.document();
  row.records.source_id = pairs[0].sample->task().id();
  row.details.set_document_id(document.document().id());
  row.details.set_delimiter(ChooseDelimiter(spec.instances.delimiter(), {document.text()}));
  std::vector<TextRange> needed;
  for (const LongPair& pair : pairs) {
    needed.push_back(HullOf(RowChunks(pair.sample->task(), document.text().size())));
    if (row.records.pairs.empty()) {
      SetEvidence(*pair.evidence, &row.details);
    } else {
      v1::Turn& turn = *row.details.add_more_turns();
      turn.set_task_id(pair.sample->task().id());
      SetEvidence(*pair.evidence, &turn);
    }
    row.records.pairs.push_back(pair.sample);
  }
  row.needed = HullOf(needed);
  return row;
}

bool IsBlank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

}  // namespace

absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> BuildLongInstance(
    const SourceDocument& document, absl::Span<const LongPair> pairs, const RowSpec& spec,
    const TargetModel& target) {
  const AnsweredRow row = AnsweredRowOf(document, pairs, spec);
  return FitRow(document, row.needed, row.details, row.records, spec, target);
}

absl::StatusOr<uint32_t> MeasureTurn(const SourceDocument& document, const LongPair& pair,
                                     const RowSpec& spec, const TargetModel& target) {
  const AnsweredRow row = AnsweredRowOf(document, {pair}, spec);
  return FrameTokens(row.needed, row.details, row.records, spec, target);
}

absl::StatusOr<std::variant<ShortInstance, v1::Reject>> BuildShortInstance(
    const v1::ShortRow& row, const v1::PackingSpec& spec, v1::InstanceSpec::RowWeight row_weight,
    const TargetModel& target) {
  std::vector<Message> messages;
  bool any_answer = false;
  for (const v1::ChatMessage& message : row.messages()) {
    ASSIGN_OR_RETURN(const Role role, inference::ParseRole(message.role()));
    if (role == Role::kAssistant && !IsBlank(message.content())) any_answer = true;
    messages.push_back({role, message.content()});
  }
  if (!any_answer) {
    return MakeReject(v1::REJECT_REASON_NOTHING_TO_TRAIN, "no assistant turn with content");
  }
  if (messages.back().role == Role::kAssistant && IsBlank(messages.back().content)) {
    return MakeReject(v1::REJECT_REASON_NOTHING_TO_TRAIN, "the last assistant turn is empty");
  }
  const absl::StatusOr<std::vector<TemplatePart>> parts =
      target.chat_template.Render(messages, /*open_assistant=*/false);
  // One conversation that the template refuses is no reason to end a run.
  if (absl::IsInvalidArgument(parts.status())) {
    return MakeReject(v1::REJECT_REASON_MALFORMED, std::string(parts.status().message()));
  }
  RETURN_IF_ERROR(parts.status());
  ASSIGN_OR_RETURN(RenderedTokens tokens, EncodeParts(*target.tokenizer, *parts));
  RETURN_IF_ERROR(ExcludeAnswers(row.messages(), &tokens.trained));
  ShortInstance instance;
  instance.segment.set_source_id(row.id());
  instance.segment.set_length(static_cast<uint32_t>(tokens.ids.size()));
  SetTrainedRanges(tokens.trained, spec.prompt_loss_weight(), row_weight, &instance.segment);
  if (instance.segment.trained().empty()) {
    return MakeReject(v1::REJECT_REASON_NOTHING_TO_TRAIN, "no token of an answer is trained");
  }
  instance.input_ids.assign(tokens.ids.begin(), tokens.ids.end());
  return instance;
}

}  // namespace quipu::generator
