// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A document to its tasks: chunks picked at random from the run id and the
// document id, and the pairs to be made from each. Pure.
#ifndef QUIPU_GENERATOR_TASK_PLANNER_H_
#define QUIPU_GENERATOR_TASK_PLANNER_H_

#include "absl/status/statusor.h"
#include "base/fingerprint.h"
#include "inference/text/tokenizer.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::generator {

// Plans one document. A document without a usable chunk gets a plan without
// tasks. Tasks are in order of chunk position, then of pair; forms alternate so
// that short_share holds over the document. INVALID_ARGUMENT if the document's
// id or text is malformed.
absl::StatusOr<v1::DocumentPlan> PlanDocument(const v1::Document& document, const v1::RunSpec& spec,
                                              const Fingerprint& run_id,
                                              const inference::Tokenizer& tokenizer);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TASK_PLANNER_H_
