// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Caches the documents read last, with their plans: the chunks of a document
// are leased one after the other, so it is read once.
//
//   DocumentCache cache(store, 64 << 20);
//   ASSIGN_OR_RETURN(const auto planned, cache.Get(document_id));
//   planned->document.text(), planned->plan.tasks();
//
// Thread-safe. The store must outlive it.
#ifndef QUIPU_PIPELINES_COORDINATOR_DOCUMENT_CACHE_H_
#define QUIPU_PIPELINES_COORDINATOR_DOCUMENT_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/lru_cache.h"
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
  // Keeps at most `max_bytes` of documents and plans, as they are in memory, and evicts
  // the least recently used first; always keeps the last one, however large it is.
  DocumentCache(const storage::Store* store, size_t max_bytes)
      : store_(store), planned_(max_bytes) {}

  // NOT_FOUND if the document is not planned; DATA_LOSS if it is planned but
  // missing.
  absl::StatusOr<std::shared_ptr<const PlannedDocument>> Get(absl::string_view document_id);

  // The bytes cached now, and the number of documents read.
  size_t bytes() const { return planned_.bytes(); }
  uint64_t reads() const { return planned_.loads(); }

 private:
  const storage::Store* const store_;
  LruCache<std::string, PlannedDocument> planned_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_DOCUMENT_CACHE_H_
