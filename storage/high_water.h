// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The high-water mark: a small file RUN_STATE beside the database that says how
// far the store had got. If the live log is lost, the database opens without an
// error, empty or short. This mark, written every ten seconds of activity and at
// a clean close, detects that.
//
//   ASSIGN_OR_RETURN(std::optional<RunState> state, ReadRunState(dir));
//   RETURN_IF_ERROR(CheckAgainst(*state, reached, dir));
//
// Byte-exact in FORMAT.md. HighWater is thread-safe.
#ifndef QUIPU_STORAGE_HIGH_WATER_H_
#define QUIPU_STORAGE_HIGH_WATER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"

namespace quipu::storage {

inline constexpr char kRunStateName[] = "RUN_STATE";

struct RunState {
  uint64_t epoch = 0;     // Times that the store was opened for writing.
  uint64_t sequence = 0;  // RocksDB's number of the last write.
  uint64_t results = 0;   // Results stored.
  // An operator wrote "accept": take the store as it is. Never written by us.
  bool accepted = false;
};

// The file's bytes.
std::string EncodeRunState(const RunState& state);

// DATA_LOSS if the bytes are damaged; FAILED_PRECONDITION if they have another
// format version. `path` is for messages.
absl::StatusOr<RunState> DecodeRunState(absl::string_view bytes, absl::string_view path);

// Returns the mark in the store's directory, or nothing if there is none.
absl::StatusOr<std::optional<RunState>> ReadRunState(absl::string_view store_path);

// Replaces the mark atomically and durably. REQUIRES: everything up to
// state.sequence is durable.
absl::Status WriteRunState(absl::string_view store_path, const RunState& state);

// Returns DATA_LOSS if `reached` is behind the mark in any number.
absl::Status CheckAgainst(const RunState& mark, const RunState& reached,
                          absl::string_view store_path);

// DATA_LOSS: a store that had a mark has none.
absl::Status MarkLost(absl::string_view store_path);

// Decides when the mark is due; the caller writes it.
class HighWater {
 public:
  static constexpr absl::Duration kInterval = absl::Seconds(10);

  // `write` syncs the log and writes the mark. `clock` must outlive this.
  HighWater(Clock* clock, std::function<absl::Status()> write);

  // Call after every commit: writes the mark if the last one is older than
  // kInterval. One caller writes; the others do not wait.
  absl::Status AfterCommit();
  // Writes the mark now.
  absl::Status Write();

 private:
  Clock* const clock_;
  const std::function<absl::Status()> write_;
  absl::Mutex writing_;  // Held while the mark is written.
  absl::Mutex mutex_;
  absl::Duration last_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_HIGH_WATER_H_
