// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Virtual time: actions in order of their time, then of their creation.
//
//   EventQueue queue;
//   queue.After(absl::Seconds(3), [] { Deliver(); });
//   while (queue.RunOne()) {}
//
// Thread-compatible.
#ifndef QUIPU_TESTS_SIMULATION_EVENT_QUEUE_H_
#define QUIPU_TESTS_SIMULATION_EVENT_QUEUE_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace quipu::simulation {

class EventQueue {
 public:
  absl::Duration now() const { return absl::Microseconds(now_us_); }
  uint64_t events() const { return events_; }

  void After(absl::Duration delay, std::function<void()> what) {
    const int64_t delay_us = std::max<int64_t>(0, absl::ToInt64Microseconds(delay));
    heap_.push_back({now_us_ + delay_us, next_++, std::move(what)});
    std::push_heap(heap_.begin(), heap_.end(), Later);
  }

  // False if there was nothing to do.
  bool RunOne() {
    if (heap_.empty()) return false;
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    const Event event = std::move(heap_.back());
    heap_.pop_back();
    now_us_ = event.at_us;
    ++events_;
    event.what();
    return true;
  }

 private:
  struct Event {
    int64_t at_us = 0;
    uint64_t number = 0;
    std::function<void()> what;
  };
  static bool Later(const Event& a, const Event& b) {
    return a.at_us != b.at_us ? a.at_us > b.at_us : a.number > b.number;
  }

  int64_t now_us_ = 0;
  uint64_t next_ = 0;
  uint64_t events_ = 0;
  std::vector<Event> heap_;
};

}  // namespace quipu::simulation

#endif  // QUIPU_TESTS_SIMULATION_EVENT_QUEUE_H_
