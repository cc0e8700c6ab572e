// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "absl/strings/match.h"
#include "pipelines/tables/table_reader.h"

namespace quipu::pipelines {
namespace {

// A stream's first message is its schema: a mark, a length, and the root of a table.
bool IsStream(absl::string_view begin) {
  return begin.size() >= 8 && absl::StartsWith(begin, "\xff\xff\xff\xff") && begin[6] == '\0' &&
         begin[7] == '\0';
}

}  // namespace

bool IsParquet(absl::string_view begin) {
  // A text may begin so, but not with a byte of a page's header behind it.
  return begin.size() > 4 && absl::StartsWith(begin, "PAR1") &&
         static_cast<unsigned char>(begin[4]) < 0x20;
}

bool IsArrow(absl::string_view begin) {
  return absl::StartsWith(begin, absl::string_view("ARROW1\0\0", 8)) || IsStream(begin);
}

}  // namespace quipu::pipelines
