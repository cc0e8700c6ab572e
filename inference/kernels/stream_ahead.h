// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Prefetches the next weights while the present ones are multiplied. A step
// reads each panel once, in short runs with long pauses, in which the
// processor's own prefetching forgets the stream.
#ifndef QUIPU_INFERENCE_KERNELS_STREAM_AHEAD_H_
#define QUIPU_INFERENCE_KERNELS_STREAM_AHEAD_H_

#include <cstdint>

namespace quipu::inference {

class StreamAhead {
 public:
  // Prefetches `bytes` from `next` in `parts` parts. The memory need not be
  // readable: prefetching never faults.
  StreamAhead(const uint8_t* next, int64_t bytes, int parts)
      : next_(next), end_(next + bytes), step_((bytes + parts - 1) / parts) {}

  // Prefetches the next part.
  void Advance() {
    const uint8_t* stop = end_ - next_ < step_ ? end_ : next_ + step_;
    for (; next_ < stop; next_ += kCacheLine) __builtin_prefetch(next_, /*rw=*/0, /*locality=*/2);
  }

 private:
  static constexpr int kCacheLine = 64;

  const uint8_t* next_;
  const uint8_t* const end_;
  const int64_t step_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_STREAM_AHEAD_H_
