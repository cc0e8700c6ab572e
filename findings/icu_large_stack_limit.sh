#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# ICU's regular expressions ignore a stack limit of 1 GiB or more, say that they took it, and keep the default of 8 MB.
#
# Guess: setStackLimit(2^30) allows longer matches than setStackLimit(2^28), and one that a matcher cannot use is an error.
# Seen (ICU 72.1 of Debian 12): both succeed and getStackLimit() returns the number. With 2^28, or 0 for no limit, an
# expression of pre-tokenizers' kind (a repeated group beside words) matches a run of 600,000 characters. With 2^30 the
# search ends as with the default of 8,000,000: find() is false and its status is U_REGEX_STACK_OVERFLOW, so a loop that
# looks at find() alone takes the rest of the text for one without a match. The largest limit that counts is 2^30 - 4.
#
# Needs libicu-dev and a C++ compiler. Exit status 0: as described; 1: it changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cat >"$work/limit.cc" <<'CPP'
#include <unicode/regex.h>
#include <unicode/uversion.h>

#include <cstdint>
#include <cstdio>
#include <memory>

// How a search that is allowed so much stack ends.
UErrorCode SearchWith(int32_t limit, int32_t* reported) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString text;
  for (int i = 0; i < 300'000; ++i) text += u"xy";
  icu::RegexMatcher matcher(u"(?:x|y)+|\\p{L}+", text, 0, status);
  if (limit >= 0) matcher.setStackLimit(limit, status);
  if (U_FAILURE(status)) return status;
  *reported = matcher.getStackLimit();
  while (matcher.find(status)) {
  }
  return status;
}

int main() {
  struct Case {
    int32_t limit;
    UErrorCode end;
  };
  constexpr Case kCases[] = {{-1, U_REGEX_STACK_OVERFLOW},
                             {0, U_ZERO_ERROR},
                             {1 << 28, U_ZERO_ERROR},
                             {(1 << 30) - 4, U_ZERO_ERROR},
                             {1 << 30, U_REGEX_STACK_OVERFLOW}};
  std::printf("ICU %s\n", U_ICU_VERSION);
  bool as_described = true;
  for (const Case& one : kCases) {
    int32_t reported = -1;
    const UErrorCode end = SearchWith(one.limit, &reported);
    if (one.limit < 0) {
      std::printf("default limit: ");
    } else {
      std::printf("limit %d: ", one.limit);
    }
    std::printf("getStackLimit %d, the search ends with %s\n", reported, u_errorName(end));
    as_described = as_described && end == one.end && (one.limit < 0 || reported == one.limit);
  }
  return as_described ? 0 : 1;
}
CPP
g++ -std=c++17 -O1 "$work/limit.cc" -o "$work/limit" -licui18n -licuuc
"$work/limit" || {
  echo "ICU does something else now" >&2
  exit 1
}
