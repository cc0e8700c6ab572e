// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Fills a long row's context up with other documents of the run, before and after its own. Pure,
// but for what reads the documents.
//
//   ASSIGN_OR_RETURN(auto filled, FillContext(row, document, pairs, others, spec, target));
//   if (filled.has_value()) row = *std::move(filled);
//
// The others are drawn by the row's id and the seed from all documents, by position; only those of
// one row are in memory. The row's own document is in a place drawn uniformly.
#ifndef QUIPU_GENERATOR_ROWS_CONTEXT_FILL_H_
#define QUIPU_GENERATOR_ROWS_CONTEXT_FILL_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "generator/prompts/prompts.h"
#include "generator/rows/instance_builder.h"
#include "generator/rows/source_document.h"
#include "generator/rows/target_model.h"
#include "protos/document.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

// The documents that contexts are filled up with. Their order must be the same in every build.
class OtherDocuments {
 public:
  virtual ~OtherDocuments() = default;
  virtual uint64_t size() const = 0;
  // REQUIRES: position < size().
  virtual std::string IdAt(uint64_t position) const = 0;
  virtual absl::StatusOr<v1::Document> Read(const std::string& id) const = 0;
  // Whether Document.tokens counts the target's tokens.
  virtual bool counted() const = 0;
};

// Returns `row` (with `pairs`, in order) with a longer context, or nothing: its own document is cut
// already, there is no room, no other document fits, or nobody can tell whether another document
// answers. Whole documents are taken while some fit, then a stretch of one that does not. None of
// them answers one of the questions.
absl::StatusOr<std::optional<v1::TrainingRow>> FillContext(
    const v1::TrainingRow& row, const SourceDocument& document, absl::Span<const LongPair> pairs,
    const OtherDocuments& others, const RowSpec& spec, const TargetModel& target);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_CONTEXT_FILL_H_
