// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/conversation.h"

#include <utility>

#include "base/status_macros.h"
#include "generator/instance_builder.h"

namespace quipu::pipelines {

absl::StatusOr<std::vector<inference::Message>> MessagesOf(const v1::ShortRow& row) {
  std::vector<inference::Message> messages;
  for (const v1::ChatMessage& message : row.messages()) {
    ASSIGN_OR_RETURN(const inference::Role role, inference::ParseRole(message.role()));
    messages.push_back({role, message.content()});
  }
  return messages;
}

absl::StatusOr<std::vector<inference::Message>> ConversationOf(const storage::StoreView& store,
                                                               absl::string_view source_id,
                                                               const v1::TrainingRow& sequence) {
  if (!sequence.has_long_details()) {
    ASSIGN_OR_RETURN(const v1::ShortRow row, store.GetShortRow(source_id));
    return MessagesOf(row);
  }
  const v1::LongDetails& details = sequence.long_details();
  ASSIGN_OR_RETURN(const v1::Result result, store.GetResult(source_id));
  ASSIGN_OR_RETURN(const v1::Document document, store.GetDocument(details.document_id()));
  ASSIGN_OR_RETURN(generator::LongConversation conversation,
                   generator::LongMessages(document, result, details, store.header().spec()));
  return std::move(conversation.messages);
}

}  // namespace quipu::pipelines
