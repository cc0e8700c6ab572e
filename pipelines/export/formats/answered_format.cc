// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/formats/answered_format.h"

#include <string>

#include "base/status_macros.h"

namespace quipu::pipelines {

absl::Status AnsweredFormat::Add(Split split, const ConversationRow& row) {
  ASSIGN_OR_RETURN(const RowMessages messages, RowMessagesOf(row, context()));
  if (!messages.AllAnswersTrained() || !Takes(messages)) {
    CountLeftOut();
    return absl::OkStatus();
  }
  std::string line;
  JsonWriter json(&line);
  json.BeginObject();
  WriteFields(messages, &json);
  json.EndObject();
  RETURN_IF_ERROR(json.Finish());
  return AddLine(split, line);
}

}  // namespace quipu::pipelines
