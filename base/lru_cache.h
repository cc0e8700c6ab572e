// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A cache for values that are expensive to load. Drops the least recently used
// values when their bytes exceed a bound.
//
//   LruCache<std::string, v1::Document> cache(64 << 20);
//   ASSIGN_OR_RETURN(std::shared_ptr<const v1::Document> document,
//                    cache.Get(id, [&] { return store->GetDocument(id); },
//                              [](const v1::Document& d) { return d.ByteSizeLong(); }));
//
// A value lives as long as anything refers to it, cached or not. Errors are not
// cached. Thread-safe.
#ifndef QUIPU_BASE_LRU_CACHE_H_
#define QUIPU_BASE_LRU_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace quipu {

template <typename Key, typename Value>
class LruCache {
 public:
  // Retains at most `max_bytes`, but always the value loaded last, however
  // large.
  explicit LruCache(size_t max_bytes) : max_bytes_(max_bytes) {}
  LruCache(const LruCache&) = delete;
  LruCache& operator=(const LruCache&) = delete;

  // Returns the value of `key`, from `load` if it is not cached, or the error
  // of `load`. `load` runs without the lock: it may be slow, and other keys are
  // served meanwhile. If two threads miss the same key at once, both load, and
  // both get the value that was cached first.
  absl::StatusOr<std::shared_ptr<const Value>> Get(
      const Key& key, absl::FunctionRef<absl::StatusOr<Value>()> load,
      absl::FunctionRef<size_t(const Value&)> bytes_of) {
    if (std::shared_ptr<const Value> found = Find(key)) return found;
    absl::StatusOr<Value> loaded = load();
    if (!loaded.ok()) return loaded.status();
    auto value = std::make_shared<const Value>(*std::move(loaded));
    const size_t bytes = bytes_of(*value);
    return Insert(key, std::move(value), bytes);
  }

  // Bytes of the cached values, as `bytes_of` counts them.
  size_t bytes() const {
    absl::MutexLock lock(&mutex_);
    return bytes_;
  }
  // How many loads succeeded.
  uint64_t loads() const {
    absl::MutexLock lock(&mutex_);
    return loads_;
  }

 private:
  struct Entry {
    Key key;
    std::shared_ptr<const Value> value;
    size_t bytes = 0;
  };
  using Position = typename std::list<Entry>::iterator;

  std::shared_ptr<const Value> Find(const Key& key) {
    absl::MutexLock lock(&mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  std::shared_ptr<const Value> Insert(const Key& key, std::shared_ptr<const Value> value,
                                      size_t bytes) {
    absl::MutexLock lock(&mutex_);
    ++loads_;
    const auto [found, added] = by_key_.try_emplace(key);
    if (!added) return found->second->value;  // Another thread was first.
    entries_.push_front({key, value, bytes});
    found->second = entries_.begin();
    bytes_ += bytes;
    while (bytes_ > max_bytes_ && entries_.size() > 1) {
      bytes_ -= entries_.back().bytes;
      by_key_.erase(entries_.back().key);
      entries_.pop_back();
    }
    return value;
  }

  const size_t max_bytes_;
  mutable absl::Mutex mutex_;
  // The most recently used one first.
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Key, Position> by_key_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t loads_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace quipu

#endif  // QUIPU_BASE_LRU_CACHE_H_
