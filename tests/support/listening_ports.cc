// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/listening_ports.h"

#include <dirent.h>
#include <unistd.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"

namespace quipu::testing {
namespace {

// Inodes of the sockets among a process's descriptors, from names like
// "socket:[N]".
std::set<std::string> SocketInodes(const std::string& proc) {
  std::set<std::string> inodes;
  DIR* dir = opendir((proc + "/fd").c_str());
  if (dir == nullptr) return inodes;
  while (const dirent* entry = readdir(dir)) {
    char target[64];
    const ssize_t size = readlink((proc + "/fd/" + entry->d_name).c_str(), target, sizeof(target));
    if (size <= 0) continue;
    const std::string name(target, static_cast<size_t>(size));
    if (name.rfind("socket:[", 0) == 0) inodes.insert(name.substr(8, name.size() - 9));
  }
  closedir(dir);
  return inodes;
}

}  // namespace

std::vector<int> ListeningPorts(pid_t pid) {
  const std::string proc = pid == 0 ? "/proc/self" : absl::StrCat("/proc/", pid);
  const std::set<std::string> inodes = SocketInodes(proc);
  std::set<int> ports;
  for (const char* table : {"/net/tcp", "/net/tcp6"}) {
    const std::string text = ReadFile(proc + table, 64 << 20).value_or("");
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
      // Slot, local address, remote address, state (0A: listening), ..., inode.
      if (words.size() < 10 || words[3] != "0A" || inodes.count(words[9]) == 0) continue;
      const size_t colon = words[1].rfind(':');
      ports.insert(std::stoi(words[1].substr(colon + 1), nullptr, 16));
    }
  }
  return {ports.begin(), ports.end()};
}

}  // namespace quipu::testing
