// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Long rows as text for a terminal, and as lines of JSON: those that are more than one pair under
// its document.
//
//   ASSIGN_OR_RETURN(const std::string text, ShowRows(*store, "70d6a517"));
//   ASSIGN_OR_RETURN(const std::string lines, RowsJson(*store, "70d6a517"));
//
// Pure functions, except for reading the store.
#ifndef QUIPU_PIPELINES_CLI_SHOW_ROW_H_
#define QUIPU_PIPELINES_CLI_SHOW_ROW_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// Every row of several turns or several documents, without an answer, or of keys and values, whose
// id or one of whose tasks' ids begins with these hexadecimal digits. Empty if there is none; reads
// the rows only if the run's spec makes such rows.
absl::StatusOr<std::string> ShowRows(const storage::StoreView& store, absl::string_view digits);

// The same rows, one object a row, on a line: {"id", "row_kind", "tokens", "context": [{"source",
// "line"?, "document_id", "begin", "end", "own"}], "turns": [{"task_id"?, "question", "answer"}],
// "cut_out": [...]}. The span of a context is in bytes of its document.
absl::StatusOr<std::string> RowsJson(const storage::StoreView& store, absl::string_view digits);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_SHOW_ROW_H_
