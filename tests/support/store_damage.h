// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Copies, damages and lists a store's files.
//
//   CopyDirectory(store->path(), image);  // What a crash would leave.
//   FlipBit(LiveLog(image), 100);
#ifndef QUIPU_TESTS_SUPPORT_STORE_DAMAGE_H_
#define QUIPU_TESTS_SUPPORT_STORE_DAMAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::testing {

// Copies a directory's files; for an open store, what a crash would leave.
void CopyDirectory(const std::string& from, const std::string& to);
// The files in `dir` whose names end in `suffix`, with their paths, sorted.
std::vector<std::string> FilesEndingIn(const std::string& dir, absl::string_view suffix);
// The newest log: the non-empty one with the largest number.
std::string LiveLog(const std::string& dir);
void FlipBit(const std::string& file, uint64_t byte);
void CutFile(const std::string& file, uint64_t new_size);
// Names and sizes of all files of a directory.
std::vector<std::string> ListDirectory(const std::string& dir);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_STORE_DAMAGE_H_
