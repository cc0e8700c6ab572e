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

// Evidence: inside, and exactly the chunk, except for what its first and last
// tokens carry beyond its edges.
void CheckEvidence(const v1::TrainingRow& row, const v1::Document& document, const v1::Span& chunk,
                   const generator::TargetModel& target) {
  const v1::LongDetails& details = row.long_details();
  ASSERT_LE(details.context_span().begin(), chunk.begin());
  ASSERT_GE(details.context_span().end(), chunk.end());
  const std::vector<inference::TokenId> evidence(row.input_ids().begin() + details.evidence_begin(),
                                                 row.input_ids().begin() + details.evidence_end());
  const std::string wanted = document.text().substr(chunk.begin(), chunk.end() - chunk.begin());
  const std::string decoded = target.tokenizer->Decode(evidence, false);
  ASSERT_TRUE(absl::StrContains(decoded, wanted)) << decoded;
  ASSERT_LE(decoded.size(), wanted.size() + 64);
  ASSERT_GE(details.evidence_depth(), 0);
  ASSERT_LE(details.evidence_depth(), 1);
}

// The conversation is the text that was tokenised.
void CheckMessages(const v1::TrainingRow& row, const v1::Document& document,
                   const v1::Result& sample, const v1::InstanceSpec& spec,
                   const generator::TargetModel& target) {
  ASSERT_OK_AND_ASSIGN(const generator::LongConversation conversation,
                       generator::LongMessages(document, sample, row.long_details(), spec));
  const std::vector<inference::Message>& messages = conversation.messages;
  if (spec.answer_style() == v1::InstanceSpec::PLAIN || row.long_details().evidence().empty()) {
    ASSERT_EQ(messages.back().content, sample.answer());
  } else {
    ASSERT_TRUE(absl::StrContains(messages.back().content, sample.answer()));
    ASSERT_GT(messages.back().content.size(), sample.answer().size());
  }
  ASSERT_TRUE(absl::StrContains(messages[messages.size() - 2].content, sample.question()));
  ASSERT_OK_AND_ASSIGN(const std::vector<inference::TemplatePart> parts,
                       target.chat_template.Render(messages, false));
  ASSERT_OK_AND_ASSIGN(const inference::RenderedTokens tokens,
                       EncodeParts(*target.tokenizer, parts));
  ASSERT_TRUE(std::equal(tokens.ids.begin(), tokens.ids.end(), row.input_ids().begin(),
                         row.input_ids().end()));
}

// Token 0 is no target; the end of the answer's turn is.
void CheckTrained(const v1::TrainingRow& row, const v1::InstanceSpec& spec,
                  const generator::TargetModel& target) {
  const uint32_t count = static_cast<uint32_t>(row.input_ids_size());
  std::vector<bool> trained(count, false);
  for (const v1::TokenRange& range : row.segments(0).trained()) {
    ASSERT_GE(range.begin(), 1u);
    ASSERT_LT(range.begin(), range.end());
    ASSERT_LE(range.end(), count);
    for (uint32_t i = range.begin(); i < range.end(); ++i) trained[i] = true;
  }
  uint32_t last_end = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (target.tokenizer->IsEndOfTurn(row.input_ids(static_cast<int>(i)))) last_end = i;
  }
  ASSERT_GT(last_end, row.long_details().evidence_end());
  ASSERT_TRUE(trained[last_end]);
  if (spec.prompt_loss_weight() > 0) {
    ASSERT_EQ(std::count(trained.begin(), trained.end(), true), count - 1);
  } else {
    ASSERT_FALSE(trained[row.long_details().evidence_begin()]);
  }
}

}  // namespace

void CheckRow(const v1::TrainingRow& row, const v1::Document& document, const v1::Result& sample,
              const v1::InstanceSpec& spec, const generator::TargetModel& target) {
  const uint32_t count = static_cast<uint32_t>(row.input_ids_size());
  ASSERT_EQ(row.kind(), v1::TrainingRow::KIND_LONG);
  ASSERT_LE(count, spec.context_tokens());
  ASSERT_EQ(row.padded_length(), spec.context_tokens());
  ASSERT_EQ(row.segments_size(), 1);
  ASSERT_EQ(row.segments(0).length(), count);
  ASSERT_EQ(row.segments(0).source_id(), sample.task().id());
  ASSERT_EQ(row.long_details().prompt_loss_weight(), spec.prompt_loss_weight());
  ASSERT_NO_FATAL_FAILURE(CheckEvidence(row, document, sample.task().chunk(), target));
  ASSERT_NO_FATAL_FAILURE(CheckMessages(row, document, sample, spec, target));
  ASSERT_NO_FATAL_FAILURE(CheckTrained(row, spec, target));
}

}  // namespace quipu::testing
