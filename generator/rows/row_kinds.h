// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The rows that are made beside those of the accepted pairs: questions whose evidence was cut out,
// and dictionaries of random keys and values. Pure.
//
//   if (DrawShare(share, "unanswerable", spec.seed, task.id())) {
//     ASSIGN_OR_RETURN(const auto row, BuildUnanswerable(document, pair, spec, target));
//   }
#ifndef QUIPU_GENERATOR_ROWS_ROW_KINDS_H_
#define QUIPU_GENERATOR_ROWS_ROW_KINDS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/prompts/prompts.h"
#include "generator/rows/instance_builder.h"
#include "generator/rows/source_document.h"
#include "generator/rows/target_model.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

// Whether `id` is among a share of all ids, by the run's seed.
bool DrawShare(double share, absl::string_view purpose, uint64_t seed, absl::string_view id);

// A row with the question of an accepted pair and its document without the evidence and all other
// places, whole sentences at a time; the answer says that the text does not tell. Nothing if there
// is no such row: what is left still holds the answer or nobody can tell, nothing is left, the
// language has no such sentence, or the row does not fit the context.
absl::StatusOr<std::optional<v1::TrainingRow>> BuildUnanswerable(const SourceDocument& document,
                                                                 const LongPair& pair,
                                                                 const RowSpec& spec,
                                                                 const TargetModel& target);

// The source id of the dictionary that a pair's task stands for.
std::string KeyValueSourceId(uint64_t seed, absl::string_view task_id);

// A dictionary as long as the context with 1 to max_turns questions. Nothing if the context has no
// room for an entry.
absl::StatusOr<std::optional<v1::TrainingRow>> BuildKeyValueRow(absl::string_view source_id,
                                                                const RowSpec& spec,
                                                                const TargetModel& target);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_ROW_KINDS_H_
