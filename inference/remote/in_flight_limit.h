// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How many requests a server may have at once: a server that is crowded gets
// fewer, at once; one that answers gets more, little by little.
//
//   InFlightLimit limit({});
//   const int64_t round = limit.round();  // When a request is sent, and when it ends:
//   limit.Answered(/*in_flight=*/3);      // or limit.Crowded(round).
//
// It doubles in each round trip until the server is crowded for the first time.
// Then: half of it when crowded, once for all requests that were in flight, and again
// until one is answered; double in each round trip up to the first half, since only
// that was too many; then one more after each round trip, and more slowly the more
// often the server was crowded at that number. Pure. Thread-compatible.
#ifndef QUIPU_INFERENCE_REMOTE_IN_FLIGHT_LIMIT_H_
#define QUIPU_INFERENCE_REMOTE_IN_FLIGHT_LIMIT_H_

#include <cstdint>

namespace quipu::inference {

struct InFlightOptions {
  int first = 16;
  int most = 256;
};

class InFlightLimit {
 public:
  explicit InFlightLimit(const InFlightOptions& options);

  int limit() const { return limit_; }
  // Lowers the most that it can become, never below 1.
  void SetMost(int most);

  // The number of cuts so far: a request that was sent before the last one tells
  // nothing new.
  int64_t round() const { return round_; }

  // A request was answered while `in_flight`, itself included, were.
  void Answered(int in_flight);
  // The server refused for want of room, failed, or took too long for a request
  // of this round. Returns whether that lowered the limit.
  bool Crowded(int64_t round);

 private:
  int most_;
  int limit_;
  int64_t round_ = 0;
  int crowded_at_ = 0;    // The limit at the last cut after an answer.
  int double_until_ = 0;  // Half of that.
  int patience_ = 1;      // Round trips to the next increase at that limit.
  int64_t answers_ = 0;   // Since the last change.
  bool answered_ = true;  // Since the last cut.
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_IN_FLIGHT_LIMIT_H_
