// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Compressed files like those of users, for tests of their readers.
#ifndef QUIPU_TESTS_SUPPORT_COMPRESS_H_
#define QUIPU_TESTS_SUPPORT_COMPRESS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::testing {

// One gzip member.
std::string Gzip(absl::string_view text);

// One zstd frame. `window_log`: 0 for the library's choice.
std::string Zstd(absl::string_view text, int window_log = 0);

// One xz stream, one bzip2 stream, one lz4 frame with a checksum.
std::string Xz(absl::string_view text);
std::string Bzip2(absl::string_view text);
std::string Lz4(absl::string_view text);

// A zip archive of these files (name, content), in this order.
std::string Zip(const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_COMPRESS_H_
