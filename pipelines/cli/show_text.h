// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Samples and rejects as text for a terminal, with the evidence marked in its document, and as
// lines of JSON.
//
//   ShowOptions options;
//   options.choice.reason = "verdict";
//   ASSIGN_OR_RETURN(const std::string text, ShowText(*store, options));
//   ASSIGN_OR_RETURN(const std::string lines, ShowJson(*store, options));
//
// Pure functions, except for reading the store.
#ifndef QUIPU_PIPELINES_CLI_SHOW_TEXT_H_
#define QUIPU_PIPELINES_CLI_SHOW_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "pipelines/cli/show_choice.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

struct ShowOptions {
  ShowChoice choice;
  // Bytes of the document shown on each side of the chunk.
  size_t around_bytes = 400;
  // Terminal colours: the evidence bright, the rest dimmed. Without, the chunk is in [[[ ]]] and
  // the evidence in it in >>> <<<.
  bool colour = false;
};

// The chosen pairs, or a line saying that there are none; with an id also the rows of other kinds
// that it belongs to. NOT_FOUND if there is none with this id; errors of ChoosePairs.
absl::StatusOr<std::string> ShowText(const storage::StoreView& store, const ShowOptions& options);

// One object a pair, on a line: {"id", "outcome", "reason"?, "detail"?, "form", "kind"?, "language",
// "source", "line"?, "document_id", "chunks": [{"begin", "end", "text"}], "question", "answer",
// "evidence": [...], "scores": {...}}. With an id also the rows of other kinds that it belongs to
// (show_row.h). No line if there are none, but NOT_FOUND with an id.
absl::StatusOr<std::string> ShowJson(const storage::StoreView& store, const ShowOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_SHOW_TEXT_H_
