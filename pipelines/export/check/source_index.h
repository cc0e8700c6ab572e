// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The rows that an export has to contain, indexed by their ids in the messages
// view. One pass over the store, 40 bytes a source.
//
//   ASSIGN_OR_RETURN(const SourceIndex index, SourceIndex::Build(store));
//   const SourceRow* row = index.FindHex("70d6a517e093753f47089556ef289094");
//
// Thread-safe once built.
#ifndef QUIPU_PIPELINES_EXPORT_CHECK_SOURCE_INDEX_H_
#define QUIPU_PIPELINES_EXPORT_CHECK_SOURCE_INDEX_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "pipelines/export/rows/counts.h"
#include "protos/run_spec.pb.h"
#include "protos/training_row.pb.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// The training row that holds a source.
struct SourceRow {
  Fingerprint source;  // Its id in the messages view.
  v1::TrainingRow::Kind kind = v1::TrainingRow::KIND_UNSPECIFIED;
  uint64_t index = 0;
  uint32_t tokens = 0;    // Of the source.
  bool long_row = false;  // Has LongDetails, else it is a short row.
};

class SourceIndex {
 public:
  // DATA_LOSS if a row contradicts itself; CANCELLED if a stop was requested;
  // errors of the store.
  static absl::StatusOr<SourceIndex> Build(const storage::StoreView& store);

  // Returns null if the store has no row of this source.
  const SourceRow* Find(const Fingerprint& source) const;
  // The same by 32 hexadecimal digits.
  const SourceRow* FindHex(absl::string_view hex) const;
  // Position of a row that Find returned, below size().
  size_t PositionOf(const SourceRow* row) const { return row - rows_.data(); }
  size_t size() const { return rows_.size(); }
  const SourceRow& row(size_t position) const { return rows_[position]; }
  // Of all training rows.
  const ExportCounts& counts() const { return counts_; }

 private:
  absl::Status Add(const v1::RunSpec& spec, const v1::TrainingRow& row);

  std::vector<SourceRow> rows_;  // In order of source.
  ExportCounts counts_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_CHECK_SOURCE_INDEX_H_
