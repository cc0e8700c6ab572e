// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/one_line.h"

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace quipu::generator {

std::string OnOneLine(absl::string_view text) {
  return absl::StrJoin(absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty()), " ");
}

}  // namespace quipu::generator
