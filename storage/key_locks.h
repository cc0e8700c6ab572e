// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Locks by name. They make "read, compare, write, sync" exclusive for one task
// while other tasks sync too. One lock for all tasks would allow only one sync
// at a time, 4 ms each.
//
//   const KeyLocks::Hold hold = locks.Acquire({task_id});
//
// Thread-safe. A thread that has a Hold must not acquire another.
#ifndef QUIPU_STORAGE_KEY_LOCKS_H_
#define QUIPU_STORAGE_KEY_LOCKS_H_

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"

namespace quipu::storage {

class KeyLocks {
 public:
  // Releases the names on destruction.
  class Hold {
   public:
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    friend class KeyLocks;
    Hold(KeyLocks* locks, std::vector<std::string> names);
    KeyLocks* const locks_;
    const std::vector<std::string> names_;
  };

  // Waits until all of the names are free, then takes them at once, so that two
  // callers cannot wait for each other. Duplicates are allowed.
  Hold Acquire(std::vector<std::string> names);

 private:
  absl::Mutex mutex_;
  absl::flat_hash_set<std::string> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_KEY_LOCKS_H_
