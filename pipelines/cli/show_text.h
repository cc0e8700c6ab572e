// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Samples and rejects as text for a terminal, with the evidence marked in its
// document.
//
//   ShowOptions options;
//   options.reason = "verdict";
//   ASSIGN_OR_RETURN(const std::string text, ShowText(*store, options));
//
// Pure functions, except for reading the store.
#ifndef QUIPU_PIPELINES_CLI_SHOW_TEXT_H_
#define QUIPU_PIPELINES_CLI_SHOW_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

struct ShowOptions {
  // The id of a task or a row, or the beginning of one (at least 4 hexadecimal digits); empty:
  // several samples.
  std::string id;
  int limit = 3;
  // Rejects instead of samples; with a reason's name only those.
  bool rejects = false;
  std::string reason;
  // Bytes of the document shown on each side of the chunk.
  size_t around_bytes = 400;
  // Marks the chunk by terminal colours instead of by brackets.
  bool colour = false;
};

// Without an id, `limit` samples spread evenly over the run, or a line saying
// that there are none. With one, the results and the rows of other kinds that it belongs to.
// NOT_FOUND if there is none, INVALID_ARGUMENT for
// an id that is malformed or a reason that does not exist.
absl::StatusOr<std::string> ShowText(const storage::StoreView& store, const ShowOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_SHOW_TEXT_H_
