// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which documents of a run get pairs (SelectionSpec): near-duplicates are left out
// first, then lengths are brought to their shares, then a sample is drawn.
//
//   ASSIGN_OR_RETURN(const std::vector<v1::DocumentPlan> left_out,
//                    LeaveOut(spec.selection(), spec.seed(), candidates, read_text));
//
// The choice depends on the seed and the documents, not on their order. Pure,
// thread-safe.
#ifndef QUIPU_GENERATOR_DOCUMENT_SELECTION_H_
#define QUIPU_GENERATOR_DOCUMENT_SELECTION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::generator {

// Whether the spec may leave a document out.
bool SelectsDocuments(const v1::SelectionSpec& selection);

// Whether a document without a chunk has none because of the selection.
bool IsLeftOutBySelection(v1::NoChunkReason reason);

struct SelectionCandidate {
  std::string id;  // 16 bytes.
  uint64_t tokens = 0;
};

// Reads the text of a document; called only if near-duplicates are looked for, once
// or a few times for each document.
using ReadDocumentText = absl::FunctionRef<absl::StatusOr<std::string>(absl::string_view id)>;

// Returns the plans, without tasks, of the documents that are left out, in order of
// id. Of near-duplicates the longest is kept. A pair of documents that share 0.8 of
// their 5-grams is found with a probability of 98.5 %, one that shares 0.6 of them
// with 67 %. Memory: 40 bytes a document, and 136 more to look for near-duplicates.
//
// INVALID_ARGUMENT if a bucket has no document: no choice has its share then. Errors of
// `read`.
absl::StatusOr<std::vector<v1::DocumentPlan>> LeaveOut(const v1::SelectionSpec& selection,
                                                       uint64_t seed,
                                                       std::vector<SelectionCandidate> candidates,
                                                       ReadDocumentText read);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_DOCUMENT_SELECTION_H_
