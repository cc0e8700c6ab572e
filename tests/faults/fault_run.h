// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A small run with the scripted engine whose store is on a disk that a test has
// prepared. It takes the product's own path: reading, coordinator, worker, dedup,
// packing. Records what the run was told is stored.
//
//   FaultRun run;
//   FaultDisk disk(run.NewStore("a"));
//   EXPECT_OK(run.Run("a", disk.env()));
//   EXPECT_THAT(run.Missing("b", run.acknowledged()), IsEmpty());
//   EXPECT_EQ(run.Resume("b"), run.wanted());
//
// Thread-compatible; acknowledged() is thread-safe.
#ifndef QUIPU_TESTS_FAULTS_FAULT_RUN_H_
#define QUIPU_TESTS_FAULTS_FAULT_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"
#include "rocksdb/env.h"
#include "storage/store.h"
#include "tests/support/temp_dir.h"

namespace quipu::testing {

class FaultRun {
 public:
  // What the run was told is durable: a task's result, or that a stage is done.
  struct Acknowledgement {
    std::string task;  // Empty: a stage.
    v1::Stage stage = v1::STAGE_UNSPECIFIED;
  };

  // Writes a corpus, and builds it undisturbed.
  FaultRun();

  // The exports' digest of an undisturbed build, and its number of tasks.
  const std::string& wanted() const { return wanted_; }
  uint64_t tasks() const { return tasks_; }
  // Where the store of this name is.
  std::string Path(absl::string_view name) const { return dir_.Path(name); }

  // Creates an empty store of the run, and returns its path. Forgets what was acknowledged.
  std::string NewStore(absl::string_view name);
  // Runs everything up to the export in the store, through `env` (null: the system's).
  absl::Status Run(absl::string_view name, rocksdb::Env* env);
  std::vector<Acknowledgement> acknowledged() const;
  size_t NumAcknowledged() const;

  // Opens the store as after a crash and returns what is missing or damaged; the error of
  // opening it.
  absl::StatusOr<std::vector<std::string>> Missing(
      absl::string_view name, const std::vector<Acknowledgement>& acknowledged) const;
  // Finishes the run in the store as `quipu build` does; returns the export's digest.
  absl::StatusOr<std::string> Resume(absl::string_view name) const;

 private:
  class RecordingClient;

  v1::RunSpec SpecFor(absl::string_view name) const;
  absl::Status ReadAll(storage::Store* store);
  absl::Status MakePairs(storage::Store* store);
  absl::Status Mark(v1::Stage stage, storage::Store* store);
  void Acknowledge(Acknowledgement acknowledgement);

  const TempDir dir_;
  v1::RunHeader header_;
  std::string wanted_;
  uint64_t tasks_ = 0;
  mutable absl::Mutex mutex_;
  std::vector<Acknowledgement> acknowledged_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_FAULTS_FAULT_RUN_H_
