// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/tables/object_glob.h"

#include <fnmatch.h>

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace quipu::pipelines {
namespace {

using Parts = std::vector<std::string>;

constexpr char kSpecial[] = "*?[";

// Whether the parts from `at` on match those of the path from each place on: row[i] says it of
// path[i...]. Row by row, so that many "**" cost no more than one.
std::vector<bool> RowBefore(const std::string& part, const Parts& path,
                            const std::vector<bool>& next) {
  std::vector<bool> row(path.size() + 1, false);
  for (size_t i = path.size() + 1; i-- > 0;) {
    if (part == "**") {
      row[i] = next[i] || (i < path.size() && path[i][0] != '.' && row[i + 1]);
    } else if (i < path.size()) {
      row[i] = next[i + 1] && fnmatch(part.c_str(), path[i].c_str(), FNM_PERIOD) == 0;
    }
  }
  return row;
}

}  // namespace

bool MatchesGlob(absl::string_view pattern, absl::string_view path) {
  const Parts want = absl::StrSplit(pattern, '/', absl::SkipEmpty());
  const Parts have = absl::StrSplit(path, '/', absl::SkipEmpty());
  std::vector<bool> row(have.size() + 1, false);
  row[have.size()] = true;
  for (size_t i = want.size(); i-- > 0;) row = RowBefore(want[i], have, row);
  return row[0];
}

bool IsHidden(absl::string_view path) {
  return absl::StartsWith(path, ".") || absl::StrContains(path, "/.");
}

bool IsGlob(absl::string_view path) {
  return path.find_first_of(kSpecial) != absl::string_view::npos;
}

absl::string_view GlobBase(absl::string_view pattern) {
  const size_t special = pattern.find_first_of(kSpecial);
  const size_t end = pattern.substr(0, special).rfind('/');
  return end == absl::string_view::npos ? "" : pattern.substr(0, end);
}

}  // namespace quipu::pipelines
