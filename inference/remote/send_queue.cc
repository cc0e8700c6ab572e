// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/send_queue.h"

#include <algorithm>

namespace quipu::inference {
namespace {

// Prefixes remembered, busy ones aside: a server has forgotten older ones, too.
constexpr size_t kMostIdle = 512;

}  // namespace

SendQueue::Prefix& SendQueue::Of(uint64_t id) {
  const auto [age, added] = ages_.emplace(id, next_age_);
  if (added) prefixes_[next_age_++].id = id;
  return prefixes_[age->second];
}

void SendQueue::Add(const Waiting& waiting, bool again) {
  std::deque<Waiting>& queue = Of(waiting.prefix).waiting;
  if (again) {
    queue.push_front(waiting);
  } else {
    queue.push_back(waiting);
  }
  of_[waiting.call] = waiting.prefix;
  ForgetOld();
}

const SendQueue::Waiting& SendQueue::NextOf(const Prefix& prefix) {
  for (const Waiting& waiting : prefix.waiting) {
    if (waiting.kind == prefix.last_kind) return waiting;
  }
  return prefix.waiting.front();
}

std::optional<int> SendQueue::Rank(const Prefix& prefix) const {
  if (prefix.waiting.empty()) return std::nullopt;
  if (prefix.id == 0) return 0;
  if (prefix.cached) return one_for_each_prefix_ && prefix.in_flight > 0 ? 3 : 1;
  if (prefix.in_flight > 0) return std::nullopt;
  return 2;
}

std::optional<uint64_t> SendQueue::Next() const {
  std::optional<int> least;
  std::optional<uint64_t> call;
  for (const auto& [age, prefix] : prefixes_) {
    const std::optional<int> rank = Rank(prefix);
    if (!rank.has_value() || (least.has_value() && *rank >= *least)) continue;
    least = rank;
    call = NextOf(prefix).call;
  }
  return call;
}

void SendQueue::Take(uint64_t call) {
  const auto found = of_.find(call);
  if (found == of_.end()) return;
  Prefix& prefix = Of(found->second);
  for (const Waiting& waiting : prefix.waiting) {
    if (waiting.call == call) prefix.last_kind = waiting.kind;
  }
  ++prefix.in_flight;
  Remove(call);
}

void SendQueue::Remove(uint64_t call) {
  const auto found = of_.find(call);
  if (found == of_.end()) return;
  std::deque<Waiting>& queue = Of(found->second).waiting;
  queue.erase(std::remove_if(queue.begin(), queue.end(),
                             [call](const Waiting& waiting) { return waiting.call == call; }),
              queue.end());
  of_.erase(found);
}

void SendQueue::Ended(uint64_t prefix, bool cached) {
  Prefix& ended = Of(prefix);
  --ended.in_flight;
  // One that failed says nothing about a prefix that was cached before.
  ended.cached = ended.cached || cached;
}

std::vector<uint64_t> SendQueue::TakeAll() {
  std::vector<uint64_t> calls;
  for (auto& [age, prefix] : prefixes_) {
    for (const Waiting& waiting : prefix.waiting) calls.push_back(waiting.call);
    prefix.waiting.clear();
  }
  of_.clear();
  return calls;
}

void SendQueue::ForgetOld() {
  for (auto it = prefixes_.begin(); it != prefixes_.end() && prefixes_.size() > kMostIdle;) {
    if (!it->second.waiting.empty() || it->second.in_flight > 0) {
      ++it;
      continue;
    }
    ages_.erase(it->second.id);
    it = prefixes_.erase(it);
  }
}

}  // namespace quipu::inference
