// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/thread_name.h"

#include <pthread.h>

#include <string>

namespace quipu {

void SetThreadName(absl::string_view name) {
  // The kernel refuses longer names instead of truncating them.
  pthread_setname_np(pthread_self(), std::string(name.substr(0, 15)).c_str());
}

}  // namespace quipu
