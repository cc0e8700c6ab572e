// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes a database's first error of writing its last: RocksDB takes no more writes and never
// resumes by itself, and the database can tell why.
//
//   const auto first_error = std::make_shared<FirstError>();
//   options.listeners.push_back(first_error);
//
// Without it RocksDB 7.8 resumes after a full disk, in a thread of its own that looks for room every
// five seconds. If another thread syncs the log meanwhile, an assertion of Debian's build ends the
// process (`ResumeImpl: !versions_->descriptor_log_`): the sync writes a manifest, and resuming wants
// none to be open. And after a compaction that found no room it writes on without compactions, until
// there are so many files that writers wait for ever.
//
// Thread-safe.
#ifndef QUIPU_STORAGE_FIRST_ERROR_H_
#define QUIPU_STORAGE_FIRST_ERROR_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "rocksdb/listener.h"
#include "rocksdb/status.h"

namespace quipu::storage {

class FirstError final : public rocksdb::EventListener {
 public:
  // OK if there was none. Known before the write or flush that met it returns.
  rocksdb::Status status() const;

  const char* Name() const override { return "quipu.FirstError"; }
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason, rocksdb::Status error,
                            bool* auto_recovery) override;

 private:
  mutable absl::Mutex mutex_;
  rocksdb::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_FIRST_ERROR_H_
