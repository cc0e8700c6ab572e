// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A network that loses messages, delays each differently (so that they overtake
// one another), delivers some twice, and some again much later. Links are
// numbered, one per worker; each may be cut for a while.
//
//   network.Send(worker, [] { Deliver(); });
//
// Thread-compatible.
#ifndef QUIPU_TESTS_SIMULATION_NETWORK_H_
#define QUIPU_TESTS_SIMULATION_NETWORK_H_

#include <functional>
#include <map>
#include <utility>

#include "absl/time/time.h"
#include "base/rng.h"
#include "tests/simulation/event_queue.h"

namespace quipu::simulation {

struct Weather {
  double lose = 0;
  double duplicate = 0;
  double ghost = 0;  // Delivered again, seconds to minutes later.
  absl::Duration most_delay = absl::Milliseconds(5);
};

class Network {
 public:
  Network(EventQueue* queue, Rng rng) : queue_(queue), rng_(rng) {}

  void SetWeather(const Weather& weather) { weather_ = weather; }
  void Cut(int link, absl::Duration time) { cut_until_[link] = queue_->now() + time; }
  void HealAll() { cut_until_.clear(); }

  void Send(int link, const std::function<void()>& deliver) {
    const auto cut = cut_until_.find(link);
    if (cut != cut_until_.end() && cut->second > queue_->now()) return;
    if (rng_.Uniform() < weather_.lose) return;
    queue_->After(weather_.most_delay * rng_.Uniform(), deliver);
    if (rng_.Uniform() < weather_.duplicate) {
      queue_->After(weather_.most_delay * rng_.Uniform(), deliver);
    }
    if (rng_.Uniform() < weather_.ghost) {
      queue_->After(absl::Seconds(100) * rng_.Uniform(), deliver);
    }
  }

 private:
  EventQueue* const queue_;
  Rng rng_;
  Weather weather_;
  std::map<int, absl::Duration> cut_until_;
};

}  // namespace quipu::simulation

#endif  // QUIPU_TESTS_SIMULATION_NETWORK_H_
