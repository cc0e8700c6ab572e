// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The one place for key layouts and column family names. A key is one byte for
// its kind, then fixed-size ids and big-endian numbers: keys sort as documents
// and tasks do, and contain no user text. Byte-exact in FORMAT.md.
//
//   ResultKey(document_id, 3);  // "R" <16 bytes> 00 00 00 03
//
// Pure functions.
#ifndef QUIPU_STORAGE_KEYS_H_
#define QUIPU_STORAGE_KEYS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "protos/document.pb.h"
#include "protos/store.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::storage {

// Column families. The names are on disk; the numbers are not.
enum class Family { kMeta, kDocuments, kTasks, kResults, kSequences, kEvents };
inline constexpr int kNumFamilies = 6;
inline constexpr std::array<const char*, kNumFamilies> kFamilyNames = {
    "meta", "documents", "tasks", "results", "sequences", "events"};

// Length of ids of documents, rows and tasks.
inline constexpr size_t kIdBytes = 16;

// First bytes of keys. Do not change or reuse: on disk.
inline constexpr char kHeaderPrefix = 'H';              // meta
inline constexpr char kEpochPrefix = 'E';               // meta
inline constexpr char kStagePrefix = 'S';               // meta
inline constexpr char kInputPrefix = 'I';               // meta
inline constexpr char kWorkPrefix = 'W';                // meta
inline constexpr char kDocumentPrefix = 'D';            // documents
inline constexpr char kDocumentSummaryPrefix = 'd';     // documents
inline constexpr char kRowPrefix = 'R';                 // documents
inline constexpr char kRowSummaryPrefix = 'r';          // documents
inline constexpr char kBadRecordPrefix = 'B';           // documents
inline constexpr char kPlanPrefix = 'P';                // tasks
inline constexpr char kTaskPlacePrefix = 'K';           // tasks
inline constexpr char kAttemptPrefix = 'A';             // tasks
inline constexpr char kResultPrefix = 'R';              // results
inline constexpr char kResultSummaryPrefix = 'r';       // results
inline constexpr char kTrainingRowPrefix = 'S';         // sequences
inline constexpr char kTrainingRowSummaryPrefix = 's';  // sequences
inline constexpr char kRejectedRowPrefix = 'X';         // sequences
inline constexpr char kUpdatePrefix = 'J';              // events

// Ids must have kIdBytes bytes: checked by the callers, which know the record.
std::string HeaderKey();
std::string EpochKey();
std::string StageKey(v1::Stage stage);
std::string WorkKey();
// Uses the source's fingerprint: a path may be long, and is private.
std::string InputKey(absl::string_view source);
std::string DocumentKey(absl::string_view document_id);
std::string DocumentSummaryKey(absl::string_view document_id);
std::string RowKey(absl::string_view row_id);
std::string RowSummaryKey(absl::string_view row_id);
// Uses position and message: reading the same record again replaces it.
std::string BadRecordKey(const v1::BadRecord& record);
std::string PlanKey(absl::string_view document_id);
std::string TaskPlaceKey(absl::string_view task_id);
std::string AttemptKey(absl::string_view document_id, uint32_t index);
std::string ResultKey(absl::string_view document_id, uint32_t index);
std::string ResultSummaryKey(absl::string_view document_id, uint32_t index);
std::string SequenceKey(v1::TrainingRow::Kind kind, uint64_t index);
std::string SequenceSummaryKey(v1::TrainingRow::Kind kind, uint64_t index);
std::string RejectedRowKey(absl::string_view row_id);
std::string UpdateKey(uint64_t number);

// The task's place in a key of a result or an attempt; nothing if the key is not
// one of these.
struct TaskPlace {
  std::string document_id;
  uint32_t index = 0;
};
std::optional<TaskPlace> TaskPlaceOf(absl::string_view key);
// The number in an update's key; nothing if it is another kind of key.
std::optional<uint64_t> UpdateNumberOf(absl::string_view key);

// Prefixes of many keys.
std::string ResultPrefixOf(absl::string_view document_id);
std::string SequencePrefixOf(v1::TrainingRow::Kind kind);
std::string SequenceSummaryPrefixOf(v1::TrainingRow::Kind kind);

// Returns the key with its first byte replaced: from a summary to its record.
std::string WithPrefix(char prefix, absl::string_view key);

// Returns the first key after all keys that begin with `prefix`; empty if there
// is none (a prefix of 0xff bytes alone).
std::string EndOfPrefix(absl::string_view prefix);

// Returns e.g. "results/R 0a1b... 00000003" for messages.
std::string DescribeKey(Family family, absl::string_view key);

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_KEYS_H_
