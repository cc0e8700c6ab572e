// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Asks for the weights that come next while the present ones are multiplied.
// A panel is read once a step, in short runs with long pauses: the processor's
// own prefetching has forgotten the stream by then.
#ifndef QUIPU_INFERENCE_KERNELS_STREAM_AHEAD_H_
#define QUIPU_INFERENCE_KERNELS_STREAM_AHEAD_H_

#include <cstdint>

namespace quipu::inference {

class StreamAhead {
 public:
  // `bytes` from `next`, asked for in `parts` parts. The memory need not be
  // readable: prefetching never faults.
  StreamAhead(const uint8_t* next, int64_t bytes, int parts)
      : next_(next), end_(next + bytes), step_((bytes + parts - 1) / parts) {}

  // Asks for the next part.
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
