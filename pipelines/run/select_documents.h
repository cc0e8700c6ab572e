// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which of the documents that were read get pairs: before planning, every document
// that the spec leaves out gets a plan without tasks and with its reason.
//
//   RETURN_IF_ERROR(SelectDocuments(spec, benchmarks, store.get()));
//
// Thread-compatible. May be run again after a kill: the choice is the same.
#ifndef QUIPU_PIPELINES_RUN_SELECT_DOCUMENTS_H_
#define QUIPU_PIPELINES_RUN_SELECT_DOCUMENTS_H_

#include "absl/status/status.h"
#include "generator/corpus/decontaminator.h"
#include "protos/run_spec.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

// Documents that hold a benchmark's context are left out first and take no part in
// the choice. `benchmarks` may be nullptr. CANCELLED if a stop was requested; errors
// of generator::DocumentSelection and of the store.
absl::Status SelectDocuments(const v1::RunSpec& spec, const generator::Decontaminator* benchmarks,
                             storage::Store* store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_SELECT_DOCUMENTS_H_
