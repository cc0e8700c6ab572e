// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The tokens of all short rows of a run: made once, on several threads, and kept in a
// temporary file until packing has said where each row goes.
//
//   ASSIGN_OR_RETURN(auto rows, ShortRowTokens::Make(spec, target, benchmarks, *store));
//   for (uint32_t i = 0; i < rows->lengths().size(); ++i) {
//     RETURN_IF_ERROR(rows->AppendTo(i, &training_row));
//   }
//
// Memory: 12 bytes a row. Disk: about 3 bytes a token, beside the store, freed with the object.
// Thread-compatible.
#ifndef QUIPU_PIPELINES_RUN_SHORT_ROW_TOKENS_H_
#define QUIPU_PIPELINES_RUN_SHORT_ROW_TOKENS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "generator/corpus/decontaminator.h"
#include "generator/rows/instance_builder.h"
#include "pipelines/export/spill_file.h"
#include "protos/run_spec.pb.h"
#include "protos/training_row.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

class ShortRowTokens {
 public:
  // Tokenises the short rows of `store`, in its order, on performance.threads threads; nothing
  // depends on how many they are. Rows that `benchmarks` have are rejected; nullptr: none. CANCELLED if a stop was requested.
  static absl::StatusOr<std::unique_ptr<ShortRowTokens>> Make(
      const v1::RunSpec& spec, const generator::TargetModel& target,
      const generator::Decontaminator* benchmarks, const storage::Store& store);

  // Tokens of each row that can be used.
  const std::vector<uint32_t>& lengths() const { return lengths_; }
  // The rows that cannot.
  const std::vector<v1::RejectedRow>& rejected() const { return rejected_; }

  // Appends the tokens and the segment of the usable row `index`.
  absl::Status AppendTo(uint32_t index, v1::TrainingRow* row);
  // The id of the usable row `index`.
  absl::StatusOr<std::string> IdOf(uint32_t index);

 private:
  using Built = absl::StatusOr<std::variant<generator::ShortInstance, v1::Reject>>;

  explicit ShortRowTokens(std::unique_ptr<SpillFile> spill) : spill_(std::move(spill)) {}
  // What was built from rows that were read together, in order.
  absl::Status Add(absl::Span<const v1::ShortRow> rows, std::vector<Built> built);
  absl::StatusOr<v1::TrainingRow> Read(uint32_t index);

  const std::unique_ptr<SpillFile> spill_;
  std::vector<uint32_t> lengths_;
  std::vector<uint64_t> ends_;  // Of each usable row's bytes in the file.
  std::vector<v1::RejectedRow> rejected_;
  std::string bytes_;  // Reused.
};

// The reject of a short row, with where the row came from.
v1::RejectedRow RejectedRowOf(const v1::ShortRow& row, v1::Reject reject);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_SHORT_ROW_TOKENS_H_
