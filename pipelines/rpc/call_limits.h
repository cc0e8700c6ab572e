// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Limits the calls that each peer has in progress, so that no peer uses up the
// server's memory.
//
//   CallLimits limits(/*most=*/8);
//   ASSIGN_OR_RETURN(CallLimits::Slot slot, limits.Take(key));
//
// Thread-safe. Slots must not outlive it.
#ifndef QUIPU_PIPELINES_RPC_CALL_LIMITS_H_
#define QUIPU_PIPELINES_RPC_CALL_LIMITS_H_

#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace quipu::pipelines {

class CallLimits {
 public:
  // One call in progress, which ends when this is destroyed.
  class Slot {
   public:
    Slot() = default;
    Slot(CallLimits* limits, std::string key) : limits_(limits), key_(std::move(key)) {}
    Slot(Slot&& other) noexcept
        : limits_(std::exchange(other.limits_, nullptr)), key_(std::move(other.key_)) {}
    Slot& operator=(Slot&& other) noexcept {
      if (this != &other) {
        Release();
        limits_ = std::exchange(other.limits_, nullptr);
        key_ = std::move(other.key_);
      }
      return *this;
    }
    ~Slot() { Release(); }

    void Release() {
      if (limits_ != nullptr) std::exchange(limits_, nullptr)->Release(key_);
    }

   private:
    CallLimits* limits_ = nullptr;
    std::string key_;
  };

  explicit CallLimits(int most) : most_(most) {}

  // RESOURCE_EXHAUSTED if `key` is at its limit.
  absl::StatusOr<Slot> Take(const std::string& key) {
    absl::MutexLock lock(&mutex_);
    int& count = counts_[key];
    if (count >= most_) {
      return absl::ResourceExhaustedError(
          absl::StrCat("this peer has ", count, " calls in progress, at most ", most_));
    }
    ++count;
    return Slot(this, key);
  }

  int InProgress(const std::string& key) const {
    absl::MutexLock lock(&mutex_);
    const auto found = counts_.find(key);
    return found == counts_.end() ? 0 : found->second;
  }

 private:
  void Release(const std::string& key) {
    absl::MutexLock lock(&mutex_);
    const auto found = counts_.find(key);
    if (found != counts_.end() && --found->second == 0) counts_.erase(found);
  }

  const int most_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, int> counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_CALL_LIMITS_H_
