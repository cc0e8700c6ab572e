// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/passage_prefixes.h"

#include <utility>

namespace quipu::pipelines {

void PassagePrefixes::Get(absl::string_view passage, const Open& open, Ready ready) {
  const std::string key(passage);
  absl::StatusOr<Shared> prefix = Shared();
  {
    absl::MutexLock lock(&mutex_);
    Entry& entry = entries_[key];
    if (!entry.done()) {
      entry.waiting.push_back(std::move(ready));
      if (entry.waiting.size() > 1) return;  // Somebody is opening it.
    } else {
      prefix = entry.prefix;
    }
  }
  if (!prefix.ok() || *prefix != nullptr) return ready(prefix);
  open(key, [this, key](absl::StatusOr<std::unique_ptr<inference::Prefix>> made) {
    OnOpened(key, std::move(made));
  });
}

void PassagePrefixes::OnOpened(const std::string& passage,
                               absl::StatusOr<std::unique_ptr<inference::Prefix>> made) {
  absl::StatusOr<Shared> prefix = Shared();
  if (made.ok()) {
    prefix = Shared(*std::move(made));
  } else {
    prefix = made.status();
  }
  std::vector<Ready> waiting;
  {
    absl::MutexLock lock(&mutex_);
    Entry& entry = entries_[passage];
    entry.prefix = prefix;
    waiting.swap(entry.waiting);
  }
  for (const Ready& ready : waiting) ready(prefix);
}

void PassagePrefixes::DropOthers(absl::string_view passage) {
  std::vector<absl::StatusOr<Shared>> dropped;  // Destroyed without the lock.
  absl::MutexLock lock(&mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->first == passage || !entry->second.done()) {
      ++entry;
      continue;
    }
    dropped.push_back(std::move(entry->second.prefix));
    entry = entries_.erase(entry);
  }
}

}  // namespace quipu::pipelines
