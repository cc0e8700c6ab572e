// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether this process's limits (ulimit, cgroups) allow what every command needs: some
// open files, threads and address space. Checked at the start, because libraries abort, or
// wait for ever, if they get no file or thread later.
//
//   RETURN_IF_ERROR(CheckProcessLimits());
//
// Thread-safe.
#ifndef QUIPU_BASE_PROCESS_LIMITS_H_
#define QUIPU_BASE_PROCESS_LIMITS_H_

#include "absl/status/status.h"

namespace quipu {

// A store has some dozens of files open, gRPC a few.
inline constexpr int kMinOpenFiles = 64;
// RocksDB and gRPC start about so many threads of their own.
inline constexpr int kMinThreads = 16;

// Raises the soft limit of open files to kMinOpenFiles if the hard one allows it, and
// starts kMinThreads threads that end at once. RESOURCE_EXHAUSTED if a limit is lower;
// the message names it, and the `ulimit` to change.
absl::Status CheckProcessLimits();

}  // namespace quipu

#endif  // QUIPU_BASE_PROCESS_LIMITS_H_
