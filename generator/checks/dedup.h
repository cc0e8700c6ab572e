// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds duplicate questions among all results of a document, and turns duplicates into
// rejects. Pure, thread-safe.
//
//   for (const v1::Result& reject : RejectDuplicates(results, spec.filters())) Store(reject);
#ifndef QUIPU_GENERATOR_CHECKS_DEDUP_H_
#define QUIPU_GENERATOR_CHECKS_DEDUP_H_

#include <vector>

#include "absl/types/span.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"

namespace quipu::generator {

// Returns the results whose question (nearly) repeats the question of an
// accepted result earlier in task order, turned into rejects. REQUIRES: all
// results of one document, in task order. Idempotent.
std::vector<v1::Result> RejectDuplicates(absl::Span<const v1::Result> results,
                                         const v1::FilterSpec& filters);

// `result` as a reject, because it nearly repeats the accepted result `earlier`
// (near_duplicates.h) with this overlap.
v1::Result RejectNearDuplicate(const v1::Result& result, const v1::Result& earlier, double overlap,
                               double limit);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_DEDUP_H_
