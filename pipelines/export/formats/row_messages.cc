// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/row_messages.h"

#include <utility>

#include "base/status_macros.h"
#include "generator/prompts/prompts.h"
#include "generator/rows/row_material.h"
#include "pipelines/export/rows/conversation.h"

namespace quipu::pipelines {

bool RowMessages::AllAnswersTrained() const {
  for (size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].role == inference::Role::kAssistant && !trained[i]) return false;
  }
  return true;
}

absl::StatusOr<RowMessages> RowMessagesOf(const ConversationRow& row,
                                          const FormatContext& context) {
  RowMessages result;
  std::vector<bool> not_trained;
  if (row.short_row != nullptr) {
    ASSIGN_OR_RETURN(result.messages, MessagesOf(*row.short_row));
    for (const v1::ChatMessage& message : row.short_row->messages()) {
      not_trained.push_back(message.not_trained());
    }
  } else {
    const generator::RowSpec spec(context.header.spec());
    ASSIGN_OR_RETURN(const generator::RowMaterial material,
                     generator::MaterialOf(row.row->long_details(), row.records->View(), spec));
    result.messages = generator::ConversationOf(material, spec).messages;
    not_trained.resize(result.messages.size());
  }
  if (result.messages.empty()) return absl::DataLossError("a row without messages");
  if (WriteOutSystem(context.target.chat_template, &result.messages)) {
    not_trained.insert(not_trained.begin(), false);
  }
  for (size_t i = 0; i < result.messages.size(); ++i) {
    result.trained.push_back(result.messages[i].role == inference::Role::kAssistant &&
                             !not_trained[i]);
  }
  return result;
}

}  // namespace quipu::pipelines
