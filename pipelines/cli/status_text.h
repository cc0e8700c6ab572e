// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The state of a run as text and as JSON, for `status STORE`, `status ADDRESS`,
// and the summary after a build.
//
//   ASSIGN_OR_RETURN(const v1::StatusReply status, StatusOf(*store));
//   StatusView view;
//   view.where = store->path();
//   out << StatusText(status, view);
//
// Pure functions.
#ifndef QUIPU_PIPELINES_CLI_STATUS_TEXT_H_
#define QUIPU_PIPELINES_CLI_STATUS_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "protos/coordinator.pb.h"

namespace quipu::pipelines {

struct StatusView {
  // The store's directory or the coordinator's address.
  std::string where;
  // Whether a coordinator reported it: then rates, leases, audits and workers
  // are shown.
  bool live = false;
  // Maximum number of workers to list.
  int max_workers = 50;
};

// Counts, rejects by reason, engine counters; for a coordinator also the
// current activity. Escapes names that came from others.
std::string StatusText(const v1::StatusReply& status, const StatusView& view);

// Every figure, and all workers, as one JSON object on one line. The keys are the
// same for a store and a coordinator.
absl::StatusOr<std::string> StatusJson(const v1::StatusReply& status);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_STATUS_TEXT_H_
