// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Ends the process with a message where a library runs out of memory or threads.
// Our own code reports that by a status, but some libraries throw, in the end on
// threads of their own, where nobody can catch it.
//
//   InstallTerminateHandler();  // First in main.
//
// Thread-safe.
#ifndef QUIPU_BASE_TERMINATE_H_
#define QUIPU_BASE_TERMINATE_H_

namespace quipu {

// How such a process exits: as after an I/O error.
inline constexpr int kOutOfResourcesExitCode = 1;

// From now on, an uncaught std::bad_alloc, or a std::system_error of a thread
// that cannot be started, ends the process with kOutOfResourcesExitCode and a
// line on stderr. Any other uncaught exception aborts it, as before. A file that
// exceeds the limit of file sizes (ulimit -f) is an error of its write, no signal.
void InstallTerminateHandler();

}  // namespace quipu

#endif  // QUIPU_BASE_TERMINATE_H_
