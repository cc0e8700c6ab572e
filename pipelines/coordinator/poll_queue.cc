// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/poll_queue.h"

namespace quipu::pipelines {
namespace {

// The bit of the ids of workers that do not deliver.
constexpr uint64_t kLater = uint64_t{1} << 63;

}  // namespace

std::optional<Poll> PollQueue::Add(Poll poll) {
  std::optional<Poll> before = TakeOfSession(poll.session);
  const uint64_t id = ++added_ | (poll.delivers ? 0 : kLater);
  last_id_ = id;
  deadlines_.insert({poll.deadline, id});
  by_session_[poll.session] = id;
  polls_.insert({id, std::move(poll)});
  return before;
}

uint64_t PollQueue::First() const { return polls_.empty() ? 0 : polls_.begin()->first; }

uint64_t PollQueue::After(uint64_t id) const {
  const auto next = polls_.upper_bound(id);
  return next == polls_.end() ? 0 : next->first;
}

Poll PollQueue::Take(uint64_t id) {
  const auto found = polls_.find(id);
  Poll poll = std::move(found->second);
  polls_.erase(found);
  deadlines_.erase({poll.deadline, id});
  by_session_.erase(poll.session);
  return poll;
}

std::optional<Poll> PollQueue::TakeOfSession(absl::string_view session) {
  const auto found = by_session_.find(session);
  if (found == by_session_.end()) return std::nullopt;
  return Take(found->second);
}

std::vector<Poll> PollQueue::TakeExpired(absl::Duration now) {
  std::vector<Poll> expired;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    expired.push_back(Take(deadlines_.begin()->second));
  }
  return expired;
}

std::vector<Poll> PollQueue::TakeAll() {
  std::vector<Poll> all;
  while (!polls_.empty()) all.push_back(Take(polls_.begin()->first));
  return all;
}

absl::Duration PollQueue::NextDeadline() const {
  return deadlines_.empty() ? absl::InfiniteDuration() : deadlines_.begin()->first;
}

}  // namespace quipu::pipelines
