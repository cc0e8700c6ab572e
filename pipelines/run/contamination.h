// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What of a store's dataset is in a benchmark; for stores that were built without it.
//
//   ASSIGN_OR_RETURN(const Contamination found,
//                    FindContamination(*benchmarks, *store, [&](absl::string_view line) {
//                      return Print(line);
//                    }));
//
// Reads all documents, pairs and short rows once. Thread-compatible.
#ifndef QUIPU_PIPELINES_RUN_CONTAMINATION_H_
#define QUIPU_PIPELINES_RUN_CONTAMINATION_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/corpus/decontaminator.h"
#include "storage/store.h"

namespace quipu::pipelines {

struct Contamination {
  uint64_t documents = 0;           // With accepted pairs.
  uint64_t pairs_of_documents = 0;  // Their accepted pairs.
  uint64_t pairs = 0;               // Accepted pairs of other documents.
  uint64_t short_rows = 0;          // Those that are not rejected.
};

// Calls `print` with a line for each: what and where it is, and the benchmark's item.
// CANCELLED if a stop was requested.
absl::StatusOr<Contamination> FindContamination(
    const generator::Decontaminator& benchmarks, const storage::Store& store,
    absl::FunctionRef<absl::Status(absl::string_view line)> print);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_CONTAMINATION_H_
