// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/key_locks.h"

#include <algorithm>
#include <utility>

namespace quipu::storage {

KeyLocks::Hold::Hold(KeyLocks* locks, std::vector<std::string> names)
    : locks_(locks), names_(std::move(names)) {
  const auto all_free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(locks_->mutex_) {
    return std::none_of(names_.begin(), names_.end(),
                        [this](const std::string& name) ABSL_NO_THREAD_SAFETY_ANALYSIS {
                          return locks_->held_.contains(name);
                        });
  };
  absl::MutexLock lock(&locks_->mutex_, absl::Condition(&all_free));
  locks_->held_.insert(names_.begin(), names_.end());
}

KeyLocks::Hold::~Hold() {
  absl::MutexLock lock(&locks_->mutex_);
  for (const std::string& name : names_) locks_->held_.erase(name);
}

KeyLocks::Hold KeyLocks::Acquire(std::vector<std::string> names) {
  return Hold(this, std::move(names));
}

}  // namespace quipu::storage
