// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/in_flight_limit.h"

#include <algorithm>

namespace quipu::inference {
namespace {

// A crowded llama-server loses the work of all requests in flight, so its limit is
// tried again ever more rarely.
constexpr int kMostPatience = 64;

}  // namespace

InFlightLimit::InFlightLimit(const InFlightOptions& options)
    : most_(std::max(1, options.most)), limit_(std::clamp(options.first, 1, most_)) {}

void InFlightLimit::SetMost(int most) {
  most_ = std::clamp(most, 1, most_);
  limit_ = std::min(limit_, most_);
}

void InFlightLimit::Answered(int in_flight) {
  answered_ = true;
  // A limit that nobody reaches was not tried.
  if (in_flight < limit_ || limit_ >= most_) return;
  ++answers_;
  const bool doubles = round_ == 0 || limit_ < double_until_;
  const bool too_many = limit_ + 1 >= crowded_at_;
  const int64_t needed = doubles ? 1 : int64_t{limit_} * (too_many ? patience_ : 1);
  if (answers_ < needed) return;
  ++limit_;
  answers_ = 0;
}

bool InFlightLimit::Crowded(int64_t round) {
  if (round != round_) return false;
  ++round_;
  const int before = limit_;
  if (answered_) {
    // Crowded no later than the last time: this number is too many.
    patience_ = limit_ <= crowded_at_ ? std::min(2 * patience_, kMostPatience) : 1;
    crowded_at_ = limit_;
    double_until_ = limit_ / 2;
  }
  answered_ = false;
  answers_ = 0;
  limit_ = std::max(1, limit_ / 2);
  return limit_ < before;
}

}  // namespace quipu::inference
