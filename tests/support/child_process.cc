// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/file.h"

namespace quipu::testing {
namespace {

constexpr absl::Duration kPollPeriod = absl::Milliseconds(2);
constexpr absl::Duration kReceiptLimit = absl::Minutes(2);  // Ends only what hangs.

int DecodeExit(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Only async-signal-safe calls: the parent may have threads.
[[noreturn]] void ExecChild(char* const* argv, const char* directory, const char* output,
                            const char* input, int stdout_pipe) {
  const int in = open(input, O_RDONLY);
  const int err = open(output, O_WRONLY | O_CREAT | O_APPEND, 0644);
  const int out = stdout_pipe >= 0 ? stdout_pipe : err;
  if (in < 0 || err < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(126);
  if (directory[0] != '\0' && chdir(directory) != 0) _exit(126);
  execv(argv[0], argv);
  _exit(127);
}

// Whether a signal to the process waits to be received.
bool IsPending(pid_t pid, int signal) {
  const auto status = ReadFile(absl::StrCat("/proc/", pid, "/status"), 1 << 16);
  for (absl::string_view line : absl::StrSplit(status.value_or(""), '\n')) {
    uint64_t pending = 0;
    if (absl::ConsumePrefix(&line, "ShdPnd:") &&
        absl::SimpleHexAtoi(absl::StripAsciiWhitespace(line), &pending)) {
      return (pending >> (signal - 1) & 1) != 0;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::vector<std::string>& argv, const ChildOptions& options) {
  std::vector<char*> pointers;
  for (const std::string& argument : argv) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  const std::string output = options.output.empty() ? "/dev/null" : options.output;
  const std::string input = options.input.empty() ? "/dev/null" : options.input;
  int pipe_ends[2] = {-1, -1};
  if (options.pipe_stdout && pipe2(pipe_ends, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, "pipe");
  }
  UniqueFd read_end(pipe_ends[0]);
  const UniqueFd write_end(pipe_ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return absl::ErrnoToStatus(errno, "fork");
  if (pid == 0) {
    ExecChild(pointers.data(), options.directory.c_str(), output.c_str(), input.c_str(),
              write_end.get());
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, std::move(read_end)));
}

ChildProcess::~ChildProcess() { Kill(); }

std::optional<int> ChildProcess::Wait(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (!exit_code_.has_value()) {
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) {
      exit_code_ = DecodeExit(status);
    } else if (absl::Now() >= deadline) {
      return std::nullopt;
    } else {
      absl::SleepFor(kPollPeriod);
    }
  }
  return exit_code_;
}

void ChildProcess::Signal(int signal) {
  if (!exit_code_.has_value()) kill(pid_, signal);
}

void ChildProcess::SignalAndAwaitReceipt(int signal) {
  Signal(signal);
  const absl::Time deadline = absl::Now() + kReceiptLimit;
  while (IsPending(pid_, signal) && absl::Now() < deadline &&
         !Wait(absl::ZeroDuration()).has_value()) {
    absl::SleepFor(kPollPeriod);
  }
}

void ChildProcess::Kill() {
  if (exit_code_.has_value()) return;
  kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  exit_code_ = DecodeExit(status);
}

absl::StatusOr<int> RunChild(const std::vector<std::string>& argv, const ChildOptions& options,
                             absl::Duration timeout) {
  absl::StatusOr<std::unique_ptr<ChildProcess>> child = ChildProcess::Start(argv, options);
  if (!child.ok()) return child.status();
  const std::optional<int> code = (*child)->Wait(timeout);
  if (code.has_value()) return *code;
  return absl::DeadlineExceededError(
      absl::StrCat(argv[0], " ran longer than ", absl::FormatDuration(timeout)));
}

}  // namespace quipu::testing
