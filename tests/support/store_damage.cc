// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/store_damage.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace quipu::testing {

namespace fs = std::filesystem;

void CopyDirectory(const std::string& from, const std::string& to) {
  fs::create_directories(to);
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

std::vector<std::string> FilesEndingIn(const std::string& dir, absl::string_view suffix) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(dir)) {
    if (absl::EndsWith(entry.path().string(), suffix)) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string LiveLog(const std::string& dir) {
  std::string live;
  for (const std::string& file : FilesEndingIn(dir, ".log")) {
    if (fs::file_size(file) > 0) live = file;
  }
  QUIPU_CHECK(!live.empty()) << "no log in " << dir;
  return live;
}

void FlipBit(const std::string& file, uint64_t byte) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(byte);
  const int old = stream.get();
  QUIPU_CHECK(old >= 0) << "no byte " << byte << " in " << file;
  stream.seekp(byte);
  stream.put(static_cast<char>(old ^ 0x10));
}

void CutFile(const std::string& file, uint64_t new_size) { fs::resize_file(file, new_size); }

std::vector<std::string> ListDirectory(const std::string& dir) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(dir)) {
    names.push_back(absl::StrCat(entry.path().filename().string(), " ", entry.file_size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace quipu::testing
