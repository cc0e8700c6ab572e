// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Unpredictable bytes for keys and session names, by OpenSSL.
//
//   const std::string secret = RandomBytes(32);
//
// Nothing that affects a dataset may use this; base/rng.h is for that.
// Thread-safe.
#ifndef QUIPU_BASE_RANDOM_BYTES_H_
#define QUIPU_BASE_RANDOM_BYTES_H_

#include <cstddef>
#include <string>

namespace quipu {

// Returns `size` unpredictable bytes. Aborts the process if the system has
// none.
std::string RandomBytes(size_t size);

}  // namespace quipu

#endif  // QUIPU_BASE_RANDOM_BYTES_H_
