// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a person reads in the terminal: counts of a run and single samples.
#ifndef QUIPU_PIPELINES_CLI_REPORT_TEXT_H_
#define QUIPU_PIPELINES_CLI_REPORT_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// "verdict" for REJECT_REASON_VERDICT.
std::string ReasonName(v1::RejectReason reason);

// Counts, rejects by reason, inputs, stages, bad records (at most `max_bad`).
absl::StatusOr<std::string> StatusText(const storage::StoreView& store, int max_bad);
// The same figures as one JSON object.
absl::StatusOr<std::string> StatusJson(const storage::StoreView& store);

struct ShowOptions {
  // A task id, or the beginning of one (at least 4 hexadecimal digits); empty: several.
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

// Samples with their evidence marked in its document. Without an id, `limit` of
// them spread evenly over the run, or a line that says there are none. NOT_FOUND
// if no result has the id,
// INVALID_ARGUMENT for an id or reason that cannot be one.
absl::StatusOr<std::string> ShowText(const storage::StoreView& store, const ShowOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_REPORT_TEXT_H_
