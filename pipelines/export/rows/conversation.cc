// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/conversation.h"

#include <utility>

#include "base/status_macros.h"

namespace quipu::pipelines {

generator::RowRecords LongRowRecords::View() const {
  generator::RowRecords records;
  records.source_id = source_id;
  records.document = document.get();
  for (const v1::Result& pair : pairs) records.pairs.push_back(&pair);
  for (const auto& other : context) records.context.push_back(other.get());
  return records;
}

absl::StatusOr<std::vector<v1::Result>> ReadPairs(const storage::StoreView& store,
                                                  const v1::TrainingRow& row) {
  std::vector<v1::Result> pairs;
  const v1::LongDetails& details = row.long_details();
  if (details.row_kind() == v1::ROW_KIND_KEY_VALUE) return pairs;
  ASSIGN_OR_RETURN(v1::Result first, store.GetResult(row.segments(0).source_id()));
  pairs.push_back(std::move(first));
  for (const v1::Turn& turn : details.more_turns()) {
    ASSIGN_OR_RETURN(v1::Result pair, store.GetResult(turn.task_id()));
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

absl::StatusOr<std::vector<std::shared_ptr<const v1::Document>>> ReadContext(
    const storage::StoreView& store, const v1::LongDetails& details,
    const std::shared_ptr<const v1::Document>& own) {
  std::vector<std::shared_ptr<const v1::Document>> context;
  for (const v1::ContextPart& part : details.context()) {
    if (part.document_id() == details.document_id()) {
      context.push_back(own);
      continue;
    }
    ASSIGN_OR_RETURN(v1::Document document, store.GetDocument(part.document_id()));
    context.push_back(std::make_shared<const v1::Document>(std::move(document)));
  }
  return context;
}

absl::StatusOr<LongRowRecords> ReadLongRow(const storage::StoreView& store,
                                           const v1::TrainingRow& row) {
  const v1::LongDetails& details = row.long_details();
  LongRowRecords records;
  records.source_id = row.segments(0).source_id();
  if (details.row_kind() == v1::ROW_KIND_KEY_VALUE) return records;
  ASSIGN_OR_RETURN(records.pairs, ReadPairs(store, row));
  ASSIGN_OR_RETURN(v1::Document document, store.GetDocument(details.document_id()));
  records.document = std::make_shared<const v1::Document>(std::move(document));
  ASSIGN_OR_RETURN(records.context, ReadContext(store, details, records.document));
  return records;
}

absl::StatusOr<std::vector<inference::Message>> MessagesOf(const v1::ShortRow& row) {
  std::vector<inference::Message> messages;
  for (const v1::ChatMessage& message : row.messages()) {
    ASSIGN_OR_RETURN(const inference::Role role, inference::ParseRole(message.role()));
    messages.push_back({role, message.content()});
  }
  return messages;
}

absl::StatusOr<std::vector<inference::Message>> MessagesOfSource(const storage::StoreView& store,
                                                                 absl::string_view source_id,
                                                                 const v1::TrainingRow& row) {
  if (!row.has_long_details()) {
    ASSIGN_OR_RETURN(const v1::ShortRow short_row, store.GetShortRow(source_id));
    return MessagesOf(short_row);
  }
  const generator::RowSpec spec(store.header().spec());
  ASSIGN_OR_RETURN(const LongRowRecords records, ReadLongRow(store, row));
  ASSIGN_OR_RETURN(const generator::RowMaterial material,
                   generator::MaterialOf(row.long_details(), records.View(), spec));
  return generator::ConversationOf(material, spec).messages;
}

bool WriteOutSystem(const inference::ChatTemplate& chat_template,
                    std::vector<inference::Message>* messages) {
  if (chat_template.default_system().empty() || messages->empty() ||
      messages->front().role == inference::Role::kSystem) {
    return false;
  }
  messages->insert(messages->begin(), {inference::Role::kSystem, chat_template.default_system()});
  return true;
}

}  // namespace quipu::pipelines
