// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Arrow's statuses and exceptions as ours. Only for files that include Arrow.
//
//   RETURN_IF_ERROR(FromArrow(builder->Append(1)));
//   return Guard([&] { return FromArrow(reader->ReadNext(&batch)); });
//
// Pure, but for the waits of Retried.
#ifndef QUIPU_PIPELINES_TABLES_ARROW_STATUS_H_
#define QUIPU_PIPELINES_TABLES_ARROW_STATUS_H_

#include <arrow/status.h>

#include <atomic>
#include <exception>
#include <new>
#include <string>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/backoff.h"
#include "base/strings.h"

namespace quipu::pipelines {

// RESOURCE_EXHAUSTED for memory, UNAVAILABLE for I/O, INVALID_ARGUMENT for all else: the file's
// content, or a value. Arrow may quote the file.
inline absl::Status FromArrow(const arrow::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = Snippet(status.message(), 300);
  if (status.IsOutOfMemory()) return absl::ResourceExhaustedError(message);
  if (status.IsIOError() && status.detail() != nullptr) return absl::UnavailableError(message);
  return absl::InvalidArgumentError(message);
}

// Of a call to a store of objects: its I/O errors are UNAVAILABLE, whatever Arrow says of them.
inline absl::Status FromStore(const arrow::Status& status) {
  if (status.IsIOError()) return absl::UnavailableError(Snippet(status.message(), 500));
  return FromArrow(status);
}

// How often a call to a store is made: the library waits 3 seconds for an answer, and a busy store
// may take longer.
inline constexpr int kStoreTries = 4;

// The bound of the wait before the second of them; tests have a shorter one.
inline std::atomic<int> store_wait_ms{200};

// Waits before the next of them, at most 0.2, 0.4 and 0.8 s: a store that refuses calls because
// there are too many needs the time, and callers that were refused together must not return together.
inline void WaitForStore(int failures) {
  absl::BitGen random;
  absl::SleepFor(Backoff({absl::Milliseconds(store_wait_ms.load()), absl::Seconds(1)}, failures,
                         absl::Uniform<double>(random, 0, 1)));
}

// Calls `function`, which returns an absl::Status and may be called again, until the store answers.
template <typename Function>
absl::Status Retried(const Function& function) {
  absl::Status status = function();
  for (int failures = 1; failures < kStoreTries && absl::IsUnavailable(status); ++failures) {
    WaitForStore(failures);
    status = function();
  }
  return status;
}

// Calls `function`, which returns an absl::Status; what Arrow throws becomes one.
template <typename Function>
absl::Status Guard(const Function& function) {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("out of memory");
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(Snippet(error.what(), 300));
  }
}

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_TABLES_ARROW_STATUS_H_
