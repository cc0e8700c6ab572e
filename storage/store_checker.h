// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The state of one CheckIntegrity: one pass over each family; references are
// looked up in one snapshot. Private to store_check*.cc.
//
//   return Checker(*db).Run();
//
// Thread-compatible; used once.
#ifndef QUIPU_STORAGE_STORE_CHECKER_H_
#define QUIPU_STORAGE_STORE_CHECKER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "storage/store_impl.h"

namespace quipu::storage {

// Enough to describe a store that is damaged everywhere.
inline constexpr size_t kMaxFindings = 1000;

// If some ids are misplaced, the places of this many ids are in memory at a
// time: about 64 MB.
inline constexpr uint64_t kIdsAtOnce = uint64_t{1} << 20;

class Checker {
 public:
  explicit Checker(const Database& db, uint64_t ids_at_once = kIdsAtOnce)
      : db_(db), snapshot_(db), ids_at_once_(ids_at_once) {}

  absl::StatusOr<std::vector<std::string>> Run();

 private:
  // Checks one value; an error about the data is a finding.
  using ValueFn = absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)>;
  using Method = absl::Status (Checker::*)(absl::string_view key, absl::string_view value);
  // Equal for equal collections of ids, in whatever order.
  struct IdSum {
    uint64_t count = 0;
    uint64_t high = 0;
    uint64_t low = 0;

    void Add(absl::string_view id);
    bool operator!=(const IdSum& other) const {
      return count != other.count || high != other.high || low != other.low;
    }
  };
  class Places;

  void Find(absl::string_view what);
  // Turns a status about damaged data into a finding; returns the others.
  absl::Status Note(const absl::Status& status);
  absl::Status CheckFamily(Family family, absl::string_view prefix, ValueFn check);
  absl::Status CheckFamily(Family family, Method check);

  absl::Status CheckMeta(absl::string_view key, absl::string_view value);
  absl::Status CheckDocuments(absl::string_view key, absl::string_view value);
  absl::Status CheckDocument(absl::string_view key, absl::string_view value);
  absl::Status CheckShortRow(absl::string_view key, absl::string_view value);
  absl::Status CheckTasks(absl::string_view key, absl::string_view value);
  absl::Status CheckPlan(absl::string_view key, absl::string_view value);
  absl::Status CheckResults(absl::string_view key, absl::string_view value);
  absl::Status CheckResult(absl::string_view key, absl::string_view value);
  absl::Status CheckSequences(absl::string_view key, absl::string_view value);
  absl::Status CheckTrainingRow(absl::string_view key, absl::string_view value);
  absl::Status CheckLongSources(const v1::TrainingRow& sequence, absl::string_view name);
  absl::Status CheckShortSource(absl::string_view source_id, absl::string_view name);
  absl::Status CheckRejectedRow(absl::string_view key, absl::string_view value);
  absl::Status CheckAttempt(absl::string_view key, absl::string_view value);
  absl::Status CheckEvents(absl::string_view key, absl::string_view value);
  absl::Status CheckStages();

  // store_check_places.cc
  absl::Status CheckPlaces();
  absl::Status CollectPlaces(Places* places);
  absl::Status FindMisplacedResults(const Places& places);
  absl::Status FindMisplacedRows(const Places& places);

  // Parses a value into `message`, and checks that its number is that of the
  // summary.
  absl::Status Parse(Family family, RecordType type, absl::string_view key, absl::string_view value,
                     google::protobuf::MessageLite* message);
  absl::Status CheckNumber(Family family, const std::string& summary_key, RecordType type,
                           uint64_t expected);
  absl::StatusOr<bool> Contains(Family family, const std::string& key, RecordType type);
  absl::StatusOr<std::optional<TaskPlace>> FindTask(absl::string_view task_id);

  const Database& db_;
  const Database::Snapshot snapshot_;
  const uint64_t ids_at_once_;
  std::vector<std::string> findings_;
  bool stage_done_[v1::Stage_ARRAYSIZE] = {};
  uint64_t inputs_open_ = 0;
  uint64_t headers_ = 0;
  uint64_t documents_ = 0, document_summaries_ = 0;
  uint64_t rows_ = 0, row_summaries_ = 0;
  uint64_t plans_ = 0, planned_tasks_ = 0, task_places_ = 0;
  uint64_t results_ = 0, result_summaries_ = 0;
  uint64_t sequences_ = 0, sequence_summaries_ = 0;
  IdSum accepted_results_, placed_results_;
  IdSum short_rows_, placed_rows_;
  // The next index of each kind; training rows come in order.
  uint64_t next_index_[3] = {};
  uint64_t next_update_ = 0;  // Updates come in order too.
  v1::DocumentPlan plan_;     // Of the last result; results come document by document.
};

// The ids of the results, or short rows, that have their place in a training row.
std::vector<std::string> SourcesPlacedBy(const v1::TrainingRow& sequence);

// DATA_LOSS with what is wrong with a key.
absl::Status UnknownKey(Family family, absl::string_view key);
absl::Status Misplaced(Family family, absl::string_view key);
absl::Status Dangling(Family family, absl::string_view key, absl::string_view what,
                      absl::string_view id);

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_STORE_CHECKER_H_
