// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/row_rendering.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "base/status_macros.h"
#include "generator/languages/tables.h"
#include "generator/rows/loss_weights.h"

namespace quipu::generator {
namespace {

using inference::TemplatePart;

// The position of byte `at` of a message in the rendering: the template may have
// trimmed the message and added text around it.
absl::StatusOr<size_t> LocateInRendering(const std::vector<TemplatePart>& parts, int message,
                                         absl::string_view content, size_t at) {
  size_t offset = 0;
  for (const TemplatePart& part : parts) {
    if (!part.control && part.message == message) {
      const size_t trimmed = content.find(part.text);
      if (trimmed == absl::string_view::npos || trimmed > at || at - trimmed > part.text.size()) {
        return absl::InternalError("template changed the user's message");
      }
      return offset + at - trimmed;
    }
    offset += part.text.size();
  }
  return absl::InternalError("template left the user's message out");
}

// The token that contains byte `at`.
uint32_t TokenAt(const std::vector<uint32_t>& begins, size_t at) {
  const auto after = std::upper_bound(begins.begin(), begins.end(), at);
  return after == begins.begin() ? 0 : static_cast<uint32_t>(after - begins.begin() - 1);
}

// The first token that begins at byte `at` or later.
uint32_t TokenAfter(const std::vector<uint32_t>& begins, size_t at) {
  return static_cast<uint32_t>(std::lower_bound(begins.begin(), begins.end(), at) - begins.begin());
}

// The tokens of a turn's place, and its depth in the context.
struct PlaceTokens {
  uint32_t begin = 0;
  uint32_t end = 0;
  double depth = 0;
};

PlaceTokens TokensOf(const RowRendering& rendering, const RowMaterial& material,
                     const RowTurn& turn) {
  const std::vector<uint32_t>& begins = rendering.tokens.begins;
  const size_t own = rendering.block_begins[material.own];
  PlaceTokens place;
  place.end = TokenAfter(begins, own + turn.place.end);
  place.begin =
      turn.place.begin < turn.place.end ? TokenAt(begins, own + turn.place.begin) : place.end;
  const uint32_t first = TokenAt(begins, rendering.block_begins.front());
  const uint32_t last =
      TokenAfter(begins, rendering.block_begins.back() + material.blocks.back().text.size());
  const uint32_t room = (last - first) - (place.end - place.begin);
  if (room > 0) place.depth = static_cast<double>(place.begin - first) / room;
  return place;
}

absl::Status CheckContents(const RowRendering& rendering, const RowMaterial& material) {
  const std::string whole = inference::PartsToString(rendering.parts);
  for (size_t i = 0; i < material.blocks.size(); ++i) {
    const absl::string_view text = material.blocks[i].text;
    if (rendering.block_begins[i] + text.size() > whole.size() ||
        absl::string_view(whole).substr(rendering.block_begins[i], text.size()) != text) {
      return absl::InternalError("long row does not contain its context");
    }
  }
  const absl::string_view own = material.blocks[material.own].text;
  for (const RowTurn& turn : material.turns) {
    if (turn.place.begin > turn.place.end || turn.place.end > own.size()) {
      return absl::InternalError("long row does not contain its chunk");
    }
  }
  for (const absl::string_view part : material.absent) {
    if (absl::StrContains(own, part)) {
      return absl::InternalError("long row contains what was cut out");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RowRendering> RenderRow(const RowMaterial& material, const RowSpec& spec,
                                       const TargetModel& target) {
  const RowConversation conversation = ConversationOf(material, spec);
  const std::string& prompt = conversation.messages[conversation.first_user].content;
  RowRendering rendering;
  ASSIGN_OR_RETURN(rendering.parts, target.chat_template.Render(conversation.messages,
                                                                /*open_assistant=*/false));
  for (const size_t begin : conversation.block_begins) {
    ASSIGN_OR_RETURN(const size_t at,
                     LocateInRendering(rendering.parts, static_cast<int>(conversation.first_user),
                                       prompt, begin));
    rendering.block_begins.push_back(at);
  }
  ASSIGN_OR_RETURN(rendering.tokens, EncodeParts(*target.tokenizer, rendering.parts));
  return rendering;
}

absl::StatusOr<v1::TrainingRow> FinishRow(const RowRendering& rendering,
                                          const RowMaterial& material, v1::LongDetails details,
                                          absl::string_view source_id, const RowSpec& spec) {
  RETURN_IF_ERROR(CheckContents(rendering, material));
  const v1::InstanceSpec& instances = spec.instances;
  v1::TrainingRow row;
  row.set_kind(v1::TrainingRow::KIND_LONG);
  row.mutable_input_ids()->Add(rendering.tokens.ids.begin(), rendering.tokens.ids.end());
  row.set_padded_length(instances.padding() == v1::InstanceSpec::TO_CONTEXT
                            ? instances.context_tokens()
                            : rendering.size());
  v1::Segment& segment = *row.add_segments();
  segment.set_source_id(std::string(source_id));
  segment.set_length(rendering.size());
  SetTrainedRanges(rendering.tokens.trained, instances.prompt_loss_weight(), instances.row_weight(),
                   &segment);
  if (segment.trained().empty()) {
    return absl::InternalError("template marks no token of the answer as trained");
  }
  for (size_t i = 0; i < material.turns.size(); ++i) {
    const PlaceTokens place = TokensOf(rendering, material, material.turns[i]);
    const auto fill = [&place](auto* turn) {
      turn->set_evidence_begin(place.begin);
      turn->set_evidence_end(place.end);
      turn->set_evidence_depth(place.depth);
    };
    if (i == 0) {
      fill(&details);
    } else {
      fill(details.mutable_more_turns(static_cast<int>(i) - 1));
    }
  }
  details.set_language(std::string(CodeOf(material.language)));
  details.set_prompt_loss_weight(instances.prompt_loss_weight());
  *row.mutable_long_details() = std::move(details);
  return row;
}

}  // namespace quipu::generator
