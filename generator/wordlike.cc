// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A document has a run for each word, and most are ASCII, so these are matched by hand: planning
// spent a tenth of its time in the regular expression.
#include "generator/wordlike.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"

namespace quipu::generator {
namespace {

bool IsOneOf(char c, absl::string_view set) { return set.find(c) != absl::string_view::npos; }

// The expression below, for ASCII.
bool IsAsciiWordlike(absl::string_view run) {
  const size_t size = run.size();
  size_t i = 0;
  while (i < size && absl::ascii_ispunct(run[i])) ++i;
  const size_t letters = i;
  while (i < size && absl::ascii_isalpha(run[i])) ++i;
  if (i == letters) return false;
  while (i + 1 < size && IsOneOf(run[i], "-'./") && absl::ascii_isalpha(run[i + 1])) {
    ++i;
    while (i < size && absl::ascii_isalpha(run[i])) ++i;
  }
  return std::all_of(run.begin() + i, run.end(), [](char c) { return IsOneOf(c, ".,;:!?)]\"'"); });
}

}  // namespace

bool IsWordlike(absl::string_view run) {
  static const RE2& pattern =
      *new RE2(R"(^[\pP\pS]*[\pL\pM]+(?:[-'’./][\pL\pM]+)*(?:'s|’s)?[.,;:!?)\]"'”’»…]*$)");
  if (std::all_of(run.begin(), run.end(), absl::ascii_isascii)) return IsAsciiWordlike(run);
  return RE2::FullMatch(re2::StringPiece(run.data(), run.size()), pattern);
}

}  // namespace quipu::generator
