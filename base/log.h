// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Log lines to stderr (through spdlog) and CHECK for our own broken
// invariants. Never CHECK data from disk, wire, model or user: return a status.
//
//   LogInfo(absl::StrCat("read ", n, " documents"));
//   QUIPU_CHECK(i < n) << "page table shorter than the sequence";
//
// Lines are text for people, or JSON for log collectors, one object per line,
//
//   {"time":"2026-11-24T09:30:00.125Z","level":"info","run":"5f...","process":"work/gpu-7",
//    "message":"..."}
//
// with these keys in this order; "run" is empty until it is known. A failed
// check is always text. Thread-safe.
#ifndef QUIPU_BASE_LOG_H_
#define QUIPU_BASE_LOG_H_

#include <sstream>

#include "absl/strings/string_view.h"

namespace quipu {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

// Sets the lowest level that is written; the default is kInfo.
void SetLogLevel(LogLevel level);

enum class LogFormat { kText, kJson };

// Sets the format of lines; the default is kText.
void SetLogFormat(LogFormat format);
LogFormat GetLogFormat();

// Sets what the following lines belong to: the run's id in hexadecimal, and the
// role of this process ("build", "serve", "work/NAME"). An empty argument
// leaves the previous value. JSON lines carry both; in text, one line states
// the run when it becomes known.
void SetLogContext(absl::string_view run, absl::string_view process);

void LogDebug(absl::string_view message);
void LogInfo(absl::string_view message);
void LogWarning(absl::string_view message);
void LogError(absl::string_view message);

namespace internal {
// Collects the message of a failed check and aborts when destroyed.
class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition);
  [[noreturn]] ~CheckFailure();
  std::ostream& stream() { return stream_; }

 private:
  std::ostringstream stream_;
};
// Lets the ternary in QUIPU_CHECK have type void on both sides.
struct Voidify {
  void operator&(std::ostream&) {}
};
}  // namespace internal
}  // namespace quipu

#define QUIPU_CHECK(condition)                 \
  (condition) ? (void)0                        \
              : ::quipu::internal::Voidify() & \
                    ::quipu::internal::CheckFailure(__FILE__, __LINE__, #condition).stream()

#endif  // QUIPU_BASE_LOG_H_
