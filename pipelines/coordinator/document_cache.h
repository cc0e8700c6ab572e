// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The last documents that were read, with their plans: the chunks of one are
// handed out one after the other, and read it once.
//
//   DocumentCache cache(store, 64 << 20);
//   ASSIGN_OR_RETURN(const auto planned, cache.Get(document_id));
//   planned->document.text() ... planned->plan.tasks() ...
//
// Thread-safe. The store must outlive it.
#ifndef QUIPU_PIPELINES_COORDINATOR_DOCUMENT_CACHE_H_
#define QUIPU_PIPELINES_COORDINATOR_DOCUMENT_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "protos/document.pb.h"
#include "protos/store.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

struct PlannedDocument {
  v1::Document document;
  v1::DocumentPlan plan;
};

class DocumentCache {
 public:
  // Keeps at most `max_bytes` of documents and plans, the least recently used
  // one going first; but always the last one, however large it is.
  DocumentCache(const storage::Store* store, size_t max_bytes)
      : store_(store), max_bytes_(max_bytes) {}

  // NOT_FOUND if the document is not planned; DATA_LOSS if it is planned and
  // not there.
  absl::StatusOr<std::shared_ptr<const PlannedDocument>> Get(absl::string_view document_id);

  // Bytes that are kept now, and how often a document was read.
  size_t bytes() const;
  uint64_t reads() const;

 private:
  struct Entry {
    std::string id;
    size_t bytes = 0;
    std::shared_ptr<const PlannedDocument> planned;
  };

  absl::StatusOr<std::shared_ptr<const PlannedDocument>> Read(absl::string_view document_id) const;
  std::shared_ptr<const PlannedDocument> Find(absl::string_view document_id);
  void Keep(absl::string_view document_id, std::shared_ptr<const PlannedDocument> planned);

  const storage::Store* const store_;
  const size_t max_bytes_;
  mutable absl::Mutex mutex_;
  // The most recently used one first.
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::list<Entry>::iterator> by_id_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t reads_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_DOCUMENT_CACHE_H_
