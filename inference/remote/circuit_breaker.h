// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Spares a server that does not answer: after several failures in a row it
// blocks all calls for a while, then lets a cheap request through, which decides for all.
// Once that is answered, calls go through again; if the first of them to end fails, it
// blocks them for longer.
//
//   CircuitBreaker breaker({});
//   CircuitBreaker::Ticket ticket = breaker.Admit(clock->Monotonic());
//   if (ticket.wait == absl::ZeroDuration()) {
//     breaker.Report(ticket, CircuitBreaker::Outcome::kSuccess, clock->Monotonic());
//   }
//
// Pure: time comes from the caller. Thread-compatible.
#ifndef QUIPU_INFERENCE_REMOTE_CIRCUIT_BREAKER_H_
#define QUIPU_INFERENCE_REMOTE_CIRCUIT_BREAKER_H_

#include "absl/time/time.h"

namespace quipu::inference {

struct CircuitBreakerOptions {
  int failures_to_open = 5;  // In a row.
  absl::Duration cool_down = absl::Seconds(1);
  // Doubled each time until a call succeeds, up to this: so long after an outage work
  // may still wait.
  absl::Duration longest_cool_down = absl::Seconds(5);
};

class CircuitBreaker {
 public:
  enum class State { kClosed, kOpen, kProbing };
  // kReachable: the probe was answered, which no call has confirmed. kAbandoned: nothing
  // was learnt (the call was cancelled).
  enum class Outcome { kSuccess, kReachable, kFailure, kAbandoned };

  struct Ticket {
    // Zero: the call may start. Otherwise it was blocked: retry after this
    // long, or when another call has reported (infinite: only then).
    absl::Duration wait = absl::ZeroDuration();
    bool probe = false;       // Send something cheap.
    bool recovering = false;  // No call has succeeded since it opened.
  };

  explicit CircuitBreaker(const CircuitBreakerOptions& options) : options_(options) {}

  // Lets a call or a probe through, or says how long to wait. Every ticket without a wait
  // must be reported.
  Ticket Admit(absl::Duration now);
  void Report(const Ticket& ticket, Outcome outcome, absl::Duration now);

  State state() const { return state_; }
  // Whether calls go through although none has succeeded since it opened.
  bool recovering() const { return recovering_; }

 private:
  void Open(absl::Duration now);

  const CircuitBreakerOptions options_;
  State state_ = State::kClosed;
  int failures_ = 0;         // In a row.
  bool recovering_ = false;  // Closed by a probe alone.
  absl::Duration cool_down_ = absl::ZeroDuration();
  absl::Duration open_until_ = absl::ZeroDuration();
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_CIRCUIT_BREAKER_H_
