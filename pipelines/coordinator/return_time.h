// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Within what time the workers of a run come back to a coordinator that they lost. They lose
// it together; it tells them beforehand (LeaseReply.return_within_ms), because only it knows
// how many they are.
//
//   reply.set_return_within_ms(ReturnWithinMs(sessions.size(), leases.ttl));
//
// Pure functions.
#ifndef QUIPU_PIPELINES_COORDINATOR_RETURN_TIME_H_
#define QUIPU_PIPELINES_COORDINATOR_RETURN_TIME_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace quipu::pipelines {

// The mean of workers that connect in a second. They draw their moments, so some seconds have
// more: of 200 workers at most 50.
inline constexpr size_t kReturnsPerSecond = 20;
// What a worker believes at most.
inline constexpr absl::Duration kLongestReturn = absl::Minutes(1);

// For a fleet of so many workers whose leases last `ttl`, in milliseconds; 0 for none. At most
// half a lease: a worker that comes back later has given up its chunks. So of a fleet of more
// than 20 workers for each second of that, more come in a second.
inline uint32_t ReturnWithinMs(size_t workers, absl::Duration ttl) {
  const absl::Duration most = std::min(kLongestReturn, ttl / 2);
  return static_cast<uint32_t>(std::min(static_cast<size_t>(absl::ToInt64Milliseconds(most)),
                                        workers * 1000 / kReturnsPerSecond));
}

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_RETURN_TIME_H_
