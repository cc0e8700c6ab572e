// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Polls for leases that wait until something can be granted or their time is
// over, at most one per session: those of workers that deliver results, then the
// others, each in order of arrival. Except for ForEach, every call takes time
// proportional to the polls that it returns, plus a logarithm.
//
//   queue.Add({session, worker, 4, now + wait, done, /*delivers=*/true});
//   for (uint64_t id = queue.First(); id != 0; id = queue.After(id)) Use(id);
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_POLL_QUEUE_H_
#define QUIPU_PIPELINES_COORDINATOR_POLL_QUEUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pipelines/coordinator/types.h"
#include "protos/coordinator.pb.h"

namespace quipu::pipelines {

struct Poll {
  std::string session;
  std::string worker;
  int max_chunks = 0;
  absl::Duration deadline;  // Monotonic.
  ReplyFn<v1::LeaseReply> done;
  bool delivers = false;  // Its worker delivers results (LeaseTable::Delivers): it goes first.
};

class PollQueue {
 public:
  // Returns the session's earlier poll, if any.
  std::optional<Poll> Add(Poll poll);
  // Their order is that of their ids. 0 if there is none.
  uint64_t First() const;
  uint64_t After(uint64_t id) const;
  // Id of the poll added last, even if it was removed since.
  uint64_t Last() const { return last_id_; }
  bool Has(uint64_t id) const { return polls_.contains(id); }
  bool HasSession(absl::string_view session) const { return by_session_.contains(session); }
  // REQUIRES: a poll has this id.
  const Poll& Get(uint64_t id) const { return polls_.at(id); }
  Poll Take(uint64_t id);
  std::optional<Poll> TakeOfSession(absl::string_view session);
  // Removes and returns the polls whose time is over.
  std::vector<Poll> TakeExpired(absl::Duration now);
  std::vector<Poll> TakeAll();
  void ForEach(absl::FunctionRef<void(const Poll&)> fn) const {
    for (const auto& [id, poll] : polls_) fn(poll);
  }
  // InfiniteDuration if there is none.
  absl::Duration NextDeadline() const;
  size_t size() const { return polls_.size(); }
  bool empty() const { return polls_.empty(); }

 private:
  uint64_t added_ = 0;
  uint64_t last_id_ = 0;
  absl::btree_map<uint64_t, Poll> polls_;
  absl::btree_set<std::pair<absl::Duration, uint64_t>> deadlines_;
  absl::flat_hash_map<std::string, uint64_t> by_session_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_POLL_QUEUE_H_
