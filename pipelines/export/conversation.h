// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The conversation of a row, read from the store. Exports write it and checks
// compare with it.
#ifndef QUIPU_PIPELINES_EXPORT_CONVERSATION_H_
#define QUIPU_PIPELINES_EXPORT_CONVERSATION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/chat_template.h"
#include "protos/document.pb.h"
#include "protos/training_row.pb.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// A short row's messages; INVALID_ARGUMENT for an unknown role.
absl::StatusOr<std::vector<inference::Message>> MessagesOf(const v1::ShortRow& row);

// The messages of one source (task id or row id) of `sequence`. Errors are the
// store's.
absl::StatusOr<std::vector<inference::Message>> ConversationOf(const storage::StoreView& store,
                                                               absl::string_view source_id,
                                                               const v1::TrainingRow& sequence);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_CONVERSATION_H_
