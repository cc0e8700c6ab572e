// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/terminate.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

namespace quipu {
namespace {

std::terminate_handler g_previous = nullptr;

// Nothing here allocates: there may be no memory.
[[noreturn]] void ExitWith(const char* message) {
  const ssize_t written = write(STDERR_FILENO, message, std::strlen(message));
  static_cast<void>(written);
  _exit(kOutOfResourcesExitCode);
}

[[noreturn]] void OnTerminate() {
  if (std::current_exception() != nullptr) {
    try {
      throw;
    } catch (const std::bad_alloc&) {
      ExitWith("quipu: out of memory (check ulimit -v and the memory limit of the container)\n");
    } catch (const std::system_error& error) {
      if (error.code() == std::errc::resource_unavailable_try_again) {
        ExitWith(
            "quipu: a thread cannot be started (check the limits on processes, ulimit -u, and "
            "memory, ulimit -v)\n");
      }
    } catch (...) {
    }
  }
  g_previous();
  std::abort();
}

}  // namespace

void InstallTerminateHandler() {
  const std::terminate_handler before = std::set_terminate(&OnTerminate);
  if (before != &OnTerminate) g_previous = before;
  // The write that exceeds the limit then fails with EFBIG.
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace quipu
