// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A program run as a child process (fork and exec at once: never fork with an
// open database), killed when it goes out of scope.
//
//   ASSERT_OK_AND_ASSIGN(auto child, ChildProcess::Start({binary, "build", spec}, {dir, log}));
//   child->Kill();  // SIGKILL
#ifndef QUIPU_TESTS_SUPPORT_CHILD_PROCESS_H_
#define QUIPU_TESTS_SUPPORT_CHILD_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/unique_fd.h"

namespace quipu::testing {

struct ChildOptions {
  std::string directory;  // Working directory; empty: the test's.
  std::string output;     // File that gets stdout and stderr, appended; empty: /dev/null.
  std::string input;      // File for standard input; empty: /dev/null.
  // stdout goes to a pipe, ChildProcess::stdout_pipe(); `output` gets only
  // stderr.
  bool pipe_stdout = false;
};

class ChildProcess {
 public:
  // `argv[0]` is the program's path. If it cannot be executed, the exit code is
  // 127.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(const std::vector<std::string>& argv,
                                                             const ChildOptions& options);
  ~ChildProcess();  // Kills it if it still runs.
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Exit code, or 128 + signal, once it has ended; nothing after `timeout`.
  std::optional<int> Wait(absl::Duration timeout);
  // Sends a signal; does nothing if it has ended.
  void Signal(int signal);
  // The same, and waits until it was received: of two equal signals that are
  // sent before that, the process sees one.
  void SignalAndAwaitReceipt(int signal);
  // SIGKILL and wait.
  void Kill();
  pid_t pid() const { return pid_; }
  // Where to read the child's stdout; it ends once the child and its children
  // have ended. -1 unless the options request a pipe.
  int stdout_pipe() const { return stdout_pipe_.get(); }

 private:
  ChildProcess(pid_t pid, UniqueFd stdout_pipe) : pid_(pid), stdout_pipe_(std::move(stdout_pipe)) {}
  const pid_t pid_;
  const UniqueFd stdout_pipe_;
  std::optional<int> exit_code_;
};

// Starts a program, waits for its end and returns its exit code (128 + signal).
// DEADLINE_EXCEEDED, after killing it, if it takes longer.
absl::StatusOr<int> RunChild(const std::vector<std::string>& argv, const ChildOptions& options,
                             absl::Duration timeout);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_CHILD_PROCESS_H_
