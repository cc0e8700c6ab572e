// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/row_checks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::testing {
namespace {

using generator::RowConversation;
using generator::RowMaterial;
using generator::RowTurn;

// The tokens of a turn's place: exactly the place, except for what its first and last
// tokens carry beyond its edges.
void CheckPlace(const v1::TrainingRow& row, uint32_t begin, uint32_t end, double depth,
                absl::string_view wanted, const generator::TargetModel& target) {
  ASSERT_LE(begin, end);
  ASSERT_LE(end, static_cast<uint32_t>(row.input_ids_size()));
  const std::vector<inference::TokenId> tokens(row.input_ids().begin() + begin,
                                               row.input_ids().begin() + end);
  const std::string decoded = target.tokenizer->Decode(tokens, false);
  ASSERT_TRUE(absl::StrContains(decoded, wanted)) << decoded;
  ASSERT_LE(decoded.size(), wanted.size() + 64);
  ASSERT_GE(depth, 0);
  ASSERT_LE(depth, 1);
}

void CheckPlaces(const v1::TrainingRow& row, const RowMaterial& material,
                 const generator::TargetModel& target) {
  const v1::LongDetails& details = row.long_details();
  const absl::string_view own = material.blocks[material.own].text;
  ASSERT_EQ(material.turns.size(), static_cast<size_t>(details.more_turns_size()) + 1);
  for (size_t i = 0; i < material.turns.size(); ++i) {
    const generator::TextRange place = material.turns[i].place;
    const absl::string_view wanted = own.substr(place.begin, place.end - place.begin);
    const auto check = [&](const auto& turn) {
      CheckPlace(row, turn.evidence_begin(), turn.evidence_end(), turn.evidence_depth(), wanted,
                 target);
    };
    i == 0 ? check(details) : check(details.more_turns(static_cast<int>(i) - 1));
    if (::testing::Test::HasFatalFailure()) return;
  }
  for (const absl::string_view part : material.absent) ASSERT_FALSE(absl::StrContains(own, part));
}

// The conversation is the text that was tokenised.
void CheckMessages(const v1::TrainingRow& row, const RowMaterial& material,
                   const generator::RowSpec& spec, const generator::TargetModel& target) {
  const RowConversation conversation = ConversationOf(material, spec);
  const std::vector<inference::Message>& messages = conversation.messages;
  ASSERT_EQ(messages.size(), conversation.first_user + 2 * material.turns.size());
  for (size_t i = 0; i < material.turns.size(); ++i) {
    const RowTurn& turn = material.turns[i];
    const size_t user = conversation.first_user + 2 * i;
    ASSERT_TRUE(absl::StrContains(messages[user].content, turn.question));
    const std::string& answer = messages[user + 1].content;
    if (spec.instances.answer_style() == v1::InstanceSpec::PLAIN) {
      ASSERT_EQ(answer, turn.answer);
    }
    ASSERT_TRUE(absl::StrContains(answer, turn.answer));
  }
  const std::string& prompt = messages[conversation.first_user].content;
  ASSERT_EQ(conversation.block_begins.size(), material.blocks.size());
  for (size_t i = 0; i < material.blocks.size(); ++i) {
    const absl::string_view text = material.blocks[i].text;
    ASSERT_EQ(prompt.substr(conversation.block_begins[i], text.size()), text);
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<inference::TemplatePart> parts,
                       target.chat_template.Render(messages, false));
  ASSERT_OK_AND_ASSIGN(const inference::RenderedTokens tokens,
                       EncodeParts(*target.tokenizer, parts));
  ASSERT_TRUE(std::equal(tokens.ids.begin(), tokens.ids.end(), row.input_ids().begin(),
                         row.input_ids().end()));
}

// Token 0 is no target; the end of each answer's turn is, behind all places.
void CheckTrained(const v1::TrainingRow& row, const generator::RowSpec& spec, size_t turns,
                  const generator::TargetModel& target) {
  const uint32_t count = static_cast<uint32_t>(row.input_ids_size());
  std::vector<bool> trained(count, false);
  for (const v1::TokenRange& range : row.segments(0).trained()) {
    ASSERT_GE(range.begin(), 1u);
    ASSERT_LT(range.begin(), range.end());
    ASSERT_LE(range.end(), count);
    for (uint32_t i = range.begin(); i < range.end(); ++i) trained[i] = true;
  }
  const double prompt_weight = spec.instances.prompt_loss_weight();
  size_t trained_ends = 0;
  uint32_t last_end = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (!target.tokenizer->IsEndOfTurn(row.input_ids(static_cast<int>(i)))) continue;
    last_end = i;
    trained_ends += trained[i] ? 1 : 0;
  }
  ASSERT_GE(last_end, row.long_details().evidence_end());
  ASSERT_TRUE(trained[last_end]);
  if (prompt_weight > 0) {
    ASSERT_EQ(std::count(trained.begin(), trained.end(), true), count - 1);
  } else {
    ASSERT_EQ(trained_ends, turns);
    ASSERT_FALSE(trained[row.long_details().evidence_begin()]);
  }
}

}  // namespace

void CheckRow(const v1::TrainingRow& row, const generator::RowRecords& records,
              const generator::RowSpec& spec, const generator::TargetModel& target) {
  const uint32_t count = static_cast<uint32_t>(row.input_ids_size());
  ASSERT_EQ(row.kind(), v1::TrainingRow::KIND_LONG);
  ASSERT_LE(count, spec.instances.context_tokens());
  ASSERT_EQ(row.padded_length(), spec.instances.context_tokens());
  ASSERT_EQ(row.segments_size(), 1);
  ASSERT_EQ(row.segments(0).length(), count);
  ASSERT_EQ(row.segments(0).source_id(), records.source_id);
  ASSERT_EQ(row.long_details().prompt_loss_weight(), spec.instances.prompt_loss_weight());
  ASSERT_OK_AND_ASSIGN(const RowMaterial material, MaterialOf(row.long_details(), records, spec));
  ASSERT_NO_FATAL_FAILURE(CheckPlaces(row, material, target));
  ASSERT_NO_FATAL_FAILURE(CheckMessages(row, material, spec, target));
  ASSERT_NO_FATAL_FAILURE(CheckTrained(row, spec, material.turns.size(), target));
}

void CheckRow(const v1::TrainingRow& row, const v1::Document& document, const v1::Result& sample,
              const v1::InstanceSpec& spec, const generator::TargetModel& target) {
  const v1::Span& context = row.long_details().context_span();
  ASSERT_LE(context.begin(), sample.task().chunk().begin());
  ASSERT_GE(context.end(), sample.task().chunk().end());
  CheckRow(row, RecordsOf(document, sample), spec, target);
}

generator::RowRecords RecordsOf(const v1::Document& document, const v1::Result& sample) {
  generator::RowRecords records;
  records.source_id = sample.task().id();
  records.document = &document;
  records.pairs = {&sample};
  return records;
}

}  // namespace quipu::testing
