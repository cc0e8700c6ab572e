// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Thread names, as debuggers and top show them.
//
//   std::thread([] { SetThreadName("commit"); }).detach();
//
// Thread-safe.
#ifndef QUIPU_BASE_THREAD_NAME_H_
#define QUIPU_BASE_THREAD_NAME_H_

#include "absl/strings/string_view.h"

namespace quipu {

// Names the calling thread (first 15 bytes).
void SetThreadName(absl::string_view name);

}  // namespace quipu

#endif  // QUIPU_BASE_THREAD_NAME_H_
