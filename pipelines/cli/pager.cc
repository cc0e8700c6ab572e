// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/pager.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace quipu::pipelines {
namespace {

// What a shell says of a command that is not there.
constexpr int kNoSuchCommand = 127;

}  // namespace

std::string PagerOf(bool terminal) {
  if (!terminal) return "";
  const char* pager = std::getenv("PAGER");
  return pager == nullptr ? "less -FRX" : pager;
}

absl::Status ShowPaged(absl::string_view text, const std::string& pager, std::ostream& out) {
  if (!pager.empty()) {
    // The reader may end the pager before it has read all.
    struct sigaction ignore = {};
    struct sigaction before = {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &before);
    std::FILE* pipe = popen(pager.c_str(), "w");
    int status = -1;
    if (pipe != nullptr) {
      std::fwrite(text.data(), 1, text.size(), pipe);
      status = pclose(pipe);
    }
    sigaction(SIGPIPE, &before, nullptr);
    const bool missing =
        status == -1 || (WIFEXITED(status) && WEXITSTATUS(status) == kNoSuchCommand);
    if (!missing) return absl::OkStatus();
  }
  out << text;
  return absl::OkStatus();
}

bool WantsColour(bool terminal) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return terminal && (no_colour == nullptr || *no_colour == '\0') &&
         (term == nullptr || absl::string_view(term) != "dumb");
}

}  // namespace quipu::pipelines
