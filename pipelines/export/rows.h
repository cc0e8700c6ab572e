// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One line of an export from what the store has. docs/export.md has every
// field.
//
//   RowWriter rows(store, target.tokenizer->pad());
//   RETURN_IF_ERROR(rows.AppendMessages(plan.messages_rows[0], &line));
//
// Every row of a view has the same keys, each of one type, and no nulls:
// readers that infer a schema from the first rows stay right. Lines end with a
// newline. Errors are the store's, and DATA_LOSS, naming the row, if it refers
// to what is not there or holds what JSON cannot say. Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "pipelines/export/plan.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// The label of a token that is not a target, in all trainers.
inline constexpr int32_t kIgnoredLabel = -100;

class RowWriter {
 public:
  // `store` must outlive this.
  RowWriter(const storage::StoreView& store, int32_t pad_id);

  absl::Status AppendTokens(const TokensRow& row, std::string* out) const;
  absl::Status AppendMessages(const MessagesRow& row, std::string* out) const;

 private:
  absl::Status AppendLongMessages(const MessagesRow& row, std::string* out) const;
  absl::Status AppendShortMessages(const MessagesRow& row, std::string* out) const;

  const storage::StoreView& store_;
  const int32_t pad_id_;
  const std::string run_id_;  // Hexadecimal.
  // SHA-256 of the generation prompts by answer form.
  const std::string long_prompt_sha256_;
  const std::string short_prompt_sha256_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_H_
