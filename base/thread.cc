// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/thread.h"

#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/thread_name.h"

namespace quipu {

int NumCores() {
  const unsigned cores = std::thread::hardware_concurrency();
  return cores == 0 ? 1 : static_cast<int>(cores);
}

absl::StatusOr<Thread> Thread::Start(absl::string_view name, std::function<void()> body) {
  std::string thread_name(name);
  try {
    return Thread(std::thread([thread_name, body = std::move(body)] {
      SetThreadName(thread_name);
      body();
    }));
  } catch (const std::system_error& error) {
    // std::thread reports failure only by an exception.
    return absl::ResourceExhaustedError(
        absl::StrCat("thread \"", thread_name, "\" cannot be started: ", error.code().message(),
                     " (check the limits on processes, ulimit -u, and memory, ulimit -v)"));
  }
}

}  // namespace quipu
