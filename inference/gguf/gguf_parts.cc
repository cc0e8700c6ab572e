// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/gguf_parts.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "base/limits.h"

namespace quipu::inference {
namespace {

constexpr absl::string_view kSuffix = ".gguf";

std::string PartSuffix(uint64_t part, uint64_t count) {
  return absl::StrFormat("-%05d-of-%05d", part, count);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> GgufPartPaths(absl::string_view path, uint64_t count) {
  if (count < 1 || count > kMaxModelParts) {
    return absl::InvalidArgumentError(absl::StrFormat("%s: split.count is %d, want 1 to %d",
                                                      std::string(path), count, kMaxModelParts));
  }
  absl::string_view stem = path;
  std::string stem_of_all;
  if (absl::ConsumeSuffix(&stem, kSuffix)) {
    for (uint64_t part = 1; part <= count && stem_of_all.empty(); ++part) {
      absl::string_view rest = stem;
      if (absl::ConsumeSuffix(&rest, PartSuffix(part, count))) stem_of_all = std::string(rest);
    }
  }
  if (stem_of_all.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: one of %d parts of a model (split.count), but its name does not end "
                        "in %s.gguf or the like, so the others cannot be found",
                        std::string(path), count, PartSuffix(1, count)));
  }
  std::vector<std::string> paths;
  for (uint64_t part = 1; part <= count; ++part) {
    paths.push_back(absl::StrCat(stem_of_all, PartSuffix(part, count), kSuffix));
  }
  return paths;
}

}  // namespace quipu::inference
