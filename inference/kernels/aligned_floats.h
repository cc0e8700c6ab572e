// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Scratch memory for kernels: floats on a cache line boundary. Grows and never
// shrinks.
//
//   AlignedFloats scratch;
//   float* p = scratch.Resize(rows * width);  // contents undefined
//
// Thread-compatible.
#ifndef QUIPU_INFERENCE_KERNELS_ALIGNED_FLOATS_H_
#define QUIPU_INFERENCE_KERNELS_ALIGNED_FLOATS_H_

#include <cstddef>
#include <memory>
#include <new>

namespace quipu::inference {

class AlignedFloats {
 public:
  // Makes room for `count` floats and returns them; contents are undefined.
  float* Resize(size_t count) {
    if (count > capacity_) {
      floats_.reset(static_cast<float*>(
          ::operator new (count * sizeof(float), std::align_val_t{kAlignment})));
      capacity_ = count;
    }
    return floats_.get();
  }

  float* data() { return floats_.get(); }
  const float* data() const { return floats_.get(); }

 private:
  static constexpr size_t kAlignment = 64;
  struct Free {
    void operator()(float* p) const { ::operator delete (p, std::align_val_t{kAlignment}); }
  };

  std::unique_ptr<float, Free> floats_;
  size_t capacity_ = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_KERNELS_ALIGNED_FLOATS_H_
