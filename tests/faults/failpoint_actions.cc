// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Linked into a program, this gives its failpoints a handler that the environment
// controls:
//
//   QUIPU_FAILPOINT=commit.before_write=crash@2   # at the second time there: SIGKILL
//   QUIPU_FAILPOINT_HITS=FILE                     # appends each name when it is first reached
//
// Other actions: "error" (UNAVAILABLE), "delay" (300 ms). Test programs only.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/failpoint.h"
#include "base/log.h"

namespace quipu::testing {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

struct Action {
  std::string name;  // Empty: none.
  std::string verb;
  int hit = 0;
};

Action WantedAction() {
  Action action;
  const std::string text = Environment("QUIPU_FAILPOINT");
  if (text.empty()) return action;
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  const std::pair<std::string, std::string> how =
      absl::StrSplit(parts.second, absl::MaxSplits('@', 1));
  action.name = parts.first;
  action.verb = how.first;
  QUIPU_CHECK(absl::SimpleAtoi(how.second, &action.hit)) << "QUIPU_FAILPOINT=" << text;
  return action;
}

// Counts a visit of `name`; the first one of each name is written to the file of hits.
int CountHit(absl::string_view name) {
  static absl::Mutex mutex;
  static std::map<std::string, int>* const hits = new std::map<std::string, int>;
  absl::MutexLock lock(&mutex);
  const int count = ++(*hits)[std::string(name)];
  const std::string path = Environment("QUIPU_FAILPOINT_HITS");
  if (count > 1 || path.empty()) return count;
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  const std::string line = absl::StrCat(name, "\n");
  QUIPU_CHECK(file >= 0 && write(file, line.data(), line.size()) > 0) << "cannot write " << path;
  close(file);
  return count;
}

absl::Status Handle(absl::string_view name) {
  static const Action* const action = new Action(WantedAction());
  const int hit = CountHit(name);
  if (name != action->name || hit != action->hit) return absl::OkStatus();
  if (action->verb == "crash") kill(getpid(), SIGKILL);
  if (action->verb == "delay") absl::SleepFor(absl::Milliseconds(300));
  if (action->verb != "error") return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("failpoint ", name));
}

[[maybe_unused]] const bool installed = [] {
  SetFailpointHandler(&Handle);
  return true;
}();

}  // namespace
}  // namespace quipu::testing
