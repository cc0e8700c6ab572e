// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Bytes that nobody can guess, for keys and names of sessions; by OpenSSL.
//
//   const std::string secret = RandomBytes(32);
//
// Nothing that decides a dataset may come from here: that is base/rng.h's.
// Thread-safe.
#ifndef QUIPU_BASE_RANDOM_BYTES_H_
#define QUIPU_BASE_RANDOM_BYTES_H_

#include <cstddef>
#include <string>

namespace quipu {

// Returns `size` bytes that nobody can guess. Ends the process if the system
// has none to give.
std::string RandomBytes(size_t size);

}  // namespace quipu

#endif  // QUIPU_BASE_RANDOM_BYTES_H_
