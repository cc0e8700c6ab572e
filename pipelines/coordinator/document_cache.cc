// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/document_cache.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu::pipelines {

absl::StatusOr<std::shared_ptr<const PlannedDocument>> DocumentCache::Get(
    absl::string_view document_id) {
  if (auto found = Find(document_id)) return found;
  // Without the lock: two threads may read the same document, and no other waits.
  ASSIGN_OR_RETURN(std::shared_ptr<const PlannedDocument> planned, Read(document_id));
  Keep(document_id, planned);
  return planned;
}

absl::StatusOr<std::shared_ptr<const PlannedDocument>> DocumentCache::Read(
    absl::string_view document_id) const {
  auto planned = std::make_shared<PlannedDocument>();
  ASSIGN_OR_RETURN(planned->plan, store_->GetPlan(document_id));
  absl::StatusOr<v1::Document> document = store_->GetDocument(document_id);
  if (absl::IsNotFound(document.status())) {
    return absl::DataLossError(
        absl::StrCat(document.status().message(), " in store ", store_->path(), ", but its plan"));
  }
  RETURN_IF_ERROR(document.status());
  planned->document = *std::move(document);
  return std::shared_ptr<const PlannedDocument>(std::move(planned));
}

std::shared_ptr<const PlannedDocument> DocumentCache::Find(absl::string_view document_id) {
  absl::MutexLock lock(&mutex_);
  const auto found = by_id_.find(document_id);
  if (found == by_id_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->planned;
}

void DocumentCache::Keep(absl::string_view document_id,
                         std::shared_ptr<const PlannedDocument> planned) {
  const size_t bytes = planned->document.ByteSizeLong() + planned->plan.ByteSizeLong();
  absl::MutexLock lock(&mutex_);
  ++reads_;
  if (by_id_.contains(document_id)) return;  // Another thread read it meanwhile.
  entries_.push_front({std::string(document_id), bytes, std::move(planned)});
  by_id_[document_id] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > max_bytes_ && entries_.size() > 1) {
    bytes_ -= entries_.back().bytes;
    by_id_.erase(entries_.back().id);
    entries_.pop_back();
  }
}

size_t DocumentCache::bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

uint64_t DocumentCache::reads() const {
  absl::MutexLock lock(&mutex_);
  return reads_;
}

}  // namespace quipu::pipelines
