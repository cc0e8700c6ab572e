// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Named places at which a test makes the process die, an operation fail, or time
// pass. The program has no way to switch them on: only test programs set a handler
// (tests/faults/failpoint_actions). With --config=release nothing of them is
// compiled (docs/adr/0020-failpoints.md).
//
//   RETURN_IF_ERROR(Failpoint("commit.before_write"));
//   RETURN_IF_ERROR(db_->Write(batch, sync));
//
// Thread-safe.
#ifndef QUIPU_BASE_FAILPOINT_H_
#define QUIPU_BASE_FAILPOINT_H_

#include <atomic>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu {

// All of them. A test fails if one is never reached (tests/faults/failpoint_test).
inline constexpr const char* kFailpoints[] = {
    "open.before_epoch",       // storage: the store is open, its epoch is not counted
    "open.after_epoch",        // storage: the epoch is durable, the mark is old
    "ingest.before_write",     // storage: documents and how far their file is read
    "ingest.after_write",      //
    "stage.before_mark",       // storage: the stage's writes are not synced
    "stage.after_mark",        //
    "commit.before_write",     // storage: results and lease updates
    "commit.after_write",      // storage: durable, not counted
    "replace.before_write",    // storage: results become rejects
    "rows.after_clear",        // storage: packing begins again
    "rows.after_add",          // storage: some of the training rows
    "close.before_flush",      // storage: the end of a process
    "mark.before_write",       // storage: RUN_STATE
    "mark.after_write",        //
    "file.before_rename",      // base: the temporary file is complete
    "file.after_rename",       // base: the directory is not synced
    "staged.before_rename",    // base: a directory is complete beside its place
    "staged.after_rename",     // base: the old content is not removed
    "lease.before_grant",      // coordinator: a worker asks for chunks
    "renew.before_reply",      // coordinator: leases are renewed, the worker does not know
    "submit.after_check",      // coordinator: results are checked, not queued
    "commit.before_ack",       // coordinator: results are durable, the worker does not know
    "audit.before_compare",    // coordinator: a chunk was made twice
    "worker.before_generate",  // worker: a chunk is leased
    "worker.before_submit",    // worker: results are made
    "worker.after_submit",     // worker: results are stored
    "export.before_row",       // export: some rows are in the shards
    "export.before_manifest",  // export: all shards are written
    "merge.after_batch",       // run: some records of a partition are copied
    "merge.after_partition",   // run: one partition is copied
    "backup.after_batch",      // storage: records are copied, not synced
};

#ifdef QUIPU_NO_FAILPOINTS
inline absl::Status Failpoint(absl::string_view /*name*/) { return absl::OkStatus(); }
#else
using FailpointHandler = absl::Status (*)(absl::string_view name);

namespace internal {
inline std::atomic<FailpointHandler> failpoint_handler{nullptr};
}  // namespace internal

// For tests. `handler` gets every name that is reached, from any thread; null removes it.
inline void SetFailpointHandler(FailpointHandler handler) {
  internal::failpoint_handler.store(handler, std::memory_order_release);
}

// Returns what the handler returns; OK if there is none.
inline absl::Status Failpoint(absl::string_view name) {
  const FailpointHandler handler = internal::failpoint_handler.load(std::memory_order_acquire);
  return handler == nullptr ? absl::OkStatus() : handler(name);
}
#endif

}  // namespace quipu

#endif  // QUIPU_BASE_FAILPOINT_H_
