// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The latest results of a run, by reject reason and worker. Decides whether to pause
// the run, and supplies the reason that its operator sees.
//
//   RejectWindow window(200);
//   window.Add(3, {v1::REJECT_REASON_VERDICT}, 7);  // Worker 7: three results, one a reject.
//   if (window.full() && window.rejects() > 150) Pause(window.Commonest());
//
// Among results added together, the accepted ones count as older. Copyable,
// thread-compatible.
#ifndef QUIPU_PIPELINES_LEASE_REJECT_WINDOW_H_
#define QUIPU_PIPELINES_LEASE_REJECT_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "protos/sample.pb.h"

namespace quipu::pipelines {

class RejectWindow {
 public:
  using Reasons = std::vector<v1::RejectReason>;

  // Holds the last `size` results. If `size` is not positive, holds none and is
  // never full.
  explicit RejectWindow(int size) : size_(size > 0 ? static_cast<size_t>(size) : 0) {}

  // Adds `results` results of a worker; `rejects` has the reasons of the rejected ones.
  void Add(int results, const Reasons& rejects, uint32_t worker);
  void Clear();

  bool full() const { return size_ > 0 && ring_.size() == size_; }
  int rejects() const { return rejects_; }
  // Results added since construction or Clear, those that have left included.
  uint64_t seen() const { return seen_; }
  // The value of rejects() after such an Add; nullopt if the window would not
  // be full.
  std::optional<int> RejectsAfter(int results, int rejects) const;

  struct Count {
    v1::RejectReason reason = v1::REJECT_REASON_UNSPECIFIED;
    int rejects = 0;
  };
  // The most frequent reject reason (the smaller number on a tie); a count of 0
  // if there are no rejects. Scans the whole window.
  Count Commonest() const;
  // Whether every reject was made by this worker. Scans the whole window.
  bool AllRejectsOf(uint32_t worker) const;

 private:
  static constexpr int16_t kAccepted = -1;
  struct Entry {
    uint32_t worker = 0;
    int16_t reason = kAccepted;
  };

  void Push(Entry entry);

  const size_t size_;
  std::vector<Entry> ring_;
  size_t next_ = 0;  // In a full ring, the oldest entry.
  int rejects_ = 0;  // Entries with a reason.
  uint64_t seen_ = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_LEASE_REJECT_WINDOW_H_
