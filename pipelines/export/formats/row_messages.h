// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The messages of a conversation, for formats that trainers render themselves.
//
//   ASSIGN_OR_RETURN(const RowMessages row, RowMessagesOf(conversation, context));
//   if (!row.AllAnswersTrained()) return CountLeftOut();
//
// Pure functions.
#ifndef QUIPU_PIPELINES_EXPORT_FORMATS_ROW_MESSAGES_H_
#define QUIPU_PIPELINES_EXPORT_FORMATS_ROW_MESSAGES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "inference/text/chat_template.h"
#include "pipelines/export/rows/format.h"

namespace quipu::pipelines {

struct RowMessages {
  // An optional system message, then user and assistant in turn.
  std::vector<inference::Message> messages;
  // By message: an answer that takes the loss.
  std::vector<bool> trained;

  bool HasSystem() const { return messages[0].role == inference::Role::kSystem; }
  // The system message; empty if there is none.
  std::string System() const { return HasSystem() ? messages[0].content : ""; }
  size_t FirstUser() const { return HasSystem() ? 1 : 0; }
  bool AllAnswersTrained() const;
};

// With the template's default system message written out. DATA_LOSS if the row contradicts
// its records.
absl::StatusOr<RowMessages> RowMessagesOf(const ConversationRow& row, const FormatContext& context);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_FORMATS_ROW_MESSAGES_H_
