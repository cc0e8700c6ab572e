// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/lease/reject_window.h"

#include <algorithm>
#include <map>

namespace quipu::pipelines {

void RejectWindow::Push(Entry entry) {
  rejects_ += entry.reason != kAccepted ? 1 : 0;
  if (ring_.size() < size_) {
    ring_.push_back(entry);
    return;
  }
  rejects_ -= ring_[next_].reason != kAccepted ? 1 : 0;
  ring_[next_] = entry;
  next_ = (next_ + 1) % size_;
}

void RejectWindow::Add(int results, const Reasons& rejects, uint32_t worker) {
  if (size_ == 0) return;
  seen_ += static_cast<uint64_t>(results);
  for (int k = static_cast<int>(rejects.size()); k < results; ++k) Push({worker, kAccepted});
  for (const v1::RejectReason reason : rejects) Push({worker, static_cast<int16_t>(reason)});
}

void RejectWindow::Clear() {
  ring_.clear();
  next_ = 0;
  rejects_ = 0;
  seen_ = 0;
}

std::optional<int> RejectWindow::RejectsAfter(int results, int rejects) const {
  const int size = static_cast<int>(size_);
  const int after = static_cast<int>(ring_.size()) + results;
  if (size == 0 || after < size) return std::nullopt;
  if (results >= size) return std::min(rejects, size);
  int leaving = 0;
  for (int k = 0; k < after - size; ++k) {
    // Until the ring is full, its first entry is the oldest.
    leaving += ring_[(next_ + static_cast<size_t>(k)) % ring_.size()].reason != kAccepted ? 1 : 0;
  }
  return rejects_ - leaving + rejects;
}

RejectWindow::Count RejectWindow::Commonest() const {
  std::map<int16_t, int> counts;
  for (const Entry& entry : ring_) {
    if (entry.reason != kAccepted) ++counts[entry.reason];
  }
  Count commonest;
  for (const auto& [reason, rejects] : counts) {
    if (rejects > commonest.rejects) {
      commonest = {static_cast<v1::RejectReason>(reason), rejects};
    }
  }
  return commonest;
}

bool RejectWindow::AllRejectsOf(uint32_t worker) const {
  return std::all_of(ring_.begin(), ring_.end(), [worker](const Entry& entry) {
    return entry.reason == kAccepted || entry.worker == worker;
  });
}

}  // namespace quipu::pipelines
