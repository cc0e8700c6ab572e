// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/thoughts.h"

#include "absl/strings/ascii.h"

namespace quipu::inference {

bool LosesAroundThoughts(absl::string_view answer) {
  const size_t end = answer.find(kThoughtEnd);
  if (end == absl::string_view::npos) return false;
  if (answer.rfind(kThoughtEnd) != end) return true;
  const absl::string_view before = answer.substr(0, end);
  const size_t begin = before.find(kThoughtBegin);
  if (begin == absl::string_view::npos) return false;
  return before.rfind(kThoughtBegin) != begin ||
         !absl::StripAsciiWhitespace(before.substr(0, begin)).empty();
}

}  // namespace quipu::inference
