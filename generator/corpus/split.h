// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which split of the dataset a document or a short row is in. Pure: the seed and the
// id decide, so all rows of a document are in one split, in every build.
//
//   const Split split = SplitOf(spec, document.id());
//   if (split == Split::kValidation) ++validation_documents;
//
// Thread-safe.
#ifndef QUIPU_GENERATOR_CORPUS_SPLIT_H_
#define QUIPU_GENERATOR_CORPUS_SPLIT_H_

#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

enum class Split { kTrain, kValidation };

inline constexpr Split kSplits[] = {Split::kTrain, Split::kValidation};

// "train" or "validation".
absl::string_view SplitName(Split split);

// The split of the document or short row with these bytes as its id. All are in kTrain if
// export.validation_share is 0.
Split SplitOf(const v1::RunSpec& spec, absl::string_view id);

// The split of a training row: its document's, or its short rows', which are packed by
// split. A row of keys and values, which has no document, has its own.
// REQUIRES: it has a segment.
Split SplitOfRow(const v1::RunSpec& spec, const v1::TrainingRow& row);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CORPUS_SPLIT_H_
