// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks an export against the store that it came from.
//
//   ASSIGN_OR_RETURN(const std::vector<std::string> findings,
//                    CheckExport(store, target, "out/export"));
//
// Stateless.
#ifndef QUIPU_PIPELINES_EXPORT_CHECK_CHECK_H_
#define QUIPU_PIPELINES_EXPORT_CHECK_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/rows/instance_builder.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// Checks an export against its store: manifest and SHA-256 of every shard; for
// token rows: equal lengths, labels[i] in {-100, input_ids[i]}, attention_mask
// and position_ids as seq_lengths say, at least one trained token a row, the
// end of each assistant turn trained, no segment's first token a target,
// padding untrained and last; that the messages, rendered and tokenised again,
// give the row's tokens; that chunk, question and answer are in the prompt.
// An export of formats is checked as CheckExportAlone does, and written again to be
// compared. Returns findings; none if all is correct.
absl::StatusOr<std::vector<std::string>> CheckExport(const storage::StoreView& store,
                                                     const generator::TargetModel& target,
                                                     absl::string_view out_dir);

// Checks an export without its store: manifest, SHA-256 of every file, and, of formats in
// folders, types, labels, borders and numbers of rows.
absl::StatusOr<std::vector<std::string>> CheckExportAlone(absl::string_view out_dir);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_CHECK_CHECK_H_
