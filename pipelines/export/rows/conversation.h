// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The conversation of a row, and the records of a long row that it comes from, read from the store.
// Exports write it and checks compare with it.
//
//   ASSIGN_OR_RETURN(const LongRowRecords records, ReadLongRow(store, row));
//   ASSIGN_OR_RETURN(const auto material, MaterialOf(row.long_details(), records.View(), spec));
//
// Pure functions, except for reading the store.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_CONVERSATION_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_CONVERSATION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/rows/row_material.h"
#include "inference/text/chat_template.h"
#include "protos/document.pb.h"
#include "protos/sample.pb.h"
#include "protos/training_row.pb.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// The records of a long row from documents, or of keys and values.
struct LongRowRecords {
  std::string source_id;
  std::shared_ptr<const v1::Document> document;  // Null if the kind has none.
  std::vector<v1::Result> pairs;                 // In order of turns.
  // Those of LongDetails.context, in order.
  std::vector<std::shared_ptr<const v1::Document>> context;

  // Valid as long as this is not changed.
  generator::RowRecords View() const;
};

// NOT_FOUND if the store lacks one. REQUIRES: row.has_long_details().
absl::StatusOr<LongRowRecords> ReadLongRow(const storage::StoreView& store,
                                           const v1::TrainingRow& row);
// The parts of it. `own`: the row's own document.
absl::StatusOr<std::vector<v1::Result>> ReadPairs(const storage::StoreView& store,
                                                  const v1::TrainingRow& row);
absl::StatusOr<std::vector<std::shared_ptr<const v1::Document>>> ReadContext(
    const storage::StoreView& store, const v1::LongDetails& details,
    const std::shared_ptr<const v1::Document>& own);

// A short row's messages; INVALID_ARGUMENT for an unknown role.
absl::StatusOr<std::vector<inference::Message>> MessagesOf(const v1::ShortRow& row);

// The messages of one source (task id or row id) of `row`. Errors are the
// store's.
absl::StatusOr<std::vector<inference::Message>> MessagesOfSource(const storage::StoreView& store,
                                                                 absl::string_view source_id,
                                                                 const v1::TrainingRow& row);

// Puts the template's default system message in front of messages that begin without one,
// as the template does: trainers that render with another template then train the same.
// Returns whether it did.
bool WriteOutSystem(const inference::ChatTemplate& chat_template,
                    std::vector<inference::Message>* messages);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_CONVERSATION_H_
