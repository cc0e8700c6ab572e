// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/process_limits.h"

#include <sys/resource.h>

#include <system_error>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "base/status_macros.h"

namespace quipu {
namespace {

absl::Status CheckOpenFiles() {
  rlimit files = {};
  const rlim_t wanted = kMinOpenFiles;
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return absl::OkStatus();
  if (files.rlim_max >= wanted) {
    files.rlim_cur = wanted;
    if (setrlimit(RLIMIT_NOFILE, &files) == 0) return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(absl::StrCat("the limit of open files is ", files.rlim_cur,
                                                   ", at least ", wanted,
                                                   " are needed (ulimit -n)"));
}

// All at once, as a library's pool starts them: each needs a stack.
absl::Status CheckThreads() {
  std::vector<std::thread> threads;
  absl::Notification end;
  absl::Status status;
  while (status.ok() && threads.size() < static_cast<size_t>(kMinThreads)) {
    try {
      threads.emplace_back([&end] { end.WaitForNotification(); });
    } catch (const std::system_error&) {
      status = absl::ResourceExhaustedError(
          absl::StrCat("only ", threads.size(), " threads can be started, at least ", kMinThreads,
                       " are needed: check the limits on processes (ulimit -u, the container's "
                       "pids) and on address space (ulimit -v)"));
    }
  }
  end.Notify();
  for (std::thread& thread : threads) thread.join();
  return status;
}

}  // namespace

absl::Status CheckProcessLimits() {
  RETURN_IF_ERROR(CheckOpenFiles());
  return CheckThreads();
}

}  // namespace quipu
