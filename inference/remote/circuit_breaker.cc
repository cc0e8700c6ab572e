// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/circuit_breaker.h"

#include <algorithm>

namespace quipu::inference {

CircuitBreaker::Ticket CircuitBreaker::Admit(absl::Duration now) {
  switch (state_) {
    case State::kClosed:
      return {absl::ZeroDuration(), false, recovering_};
    case State::kProbing:
      return {absl::InfiniteDuration()};
    case State::kOpen:
      break;
  }
  if (now < open_until_) return {open_until_ - now};
  state_ = State::kProbing;
  return {absl::ZeroDuration(), true};
}

void CircuitBreaker::Report(const Ticket& ticket, Outcome outcome, absl::Duration now) {
  switch (outcome) {
    case Outcome::kSuccess:
      // Even if the call began before it opened: the server answers.
      state_ = State::kClosed;
      failures_ = 0;
      recovering_ = false;
      cool_down_ = absl::ZeroDuration();
      return;
    case Outcome::kReachable:
      if (state_ != State::kProbing) return;
      state_ = State::kClosed;
      recovering_ = true;
      return;
    case Outcome::kFailure:
      ++failures_;
      // Calls that began before it opened tell nothing new.
      if (ticket.probe ||
          (state_ == State::kClosed &&
           (recovering_ ? ticket.recovering : failures_ >= options_.failures_to_open))) {
        Open(now);
      }
      return;
    case Outcome::kAbandoned:
      // The next caller probes at once.
      if (ticket.probe && state_ == State::kProbing) state_ = State::kOpen;
      return;
  }
}

void CircuitBreaker::Open(absl::Duration now) {
  state_ = State::kOpen;
  recovering_ = false;
  cool_down_ = cool_down_ == absl::ZeroDuration()
                   ? options_.cool_down
                   : std::min(2 * cool_down_, options_.longest_cool_down);
  open_until_ = now + cool_down_;
}

}  // namespace quipu::inference
