// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Conversions between the string views of Abseil, the standard library and RE2
// (Debian's Abseil has its own absl::string_view, which converts to neither),
// and text that is safe to print.
#ifndef QUIPU_BASE_STRINGS_H_
#define QUIPU_BASE_STRINGS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu {

// Views the same bytes as std::string_view (RE2's StringPiece takes it too).
inline std::string_view ToStd(absl::string_view s) { return {s.data(), s.size()}; }

// Views the same bytes as absl::string_view.
inline absl::string_view ToAbsl(std::string_view s) { return {s.data(), s.size()}; }

// Returns at most `max_bytes` of `text`, with control bytes and invalid UTF-8
// escaped, fit for a log line or an error message. Cut at a UTF-8 boundary and
// marked with "..." if it is longer.
std::string Snippet(absl::string_view text, size_t max_bytes = 80);

// The same for text of several lines, all of it: line feeds and tabs stay.
std::string Printable(absl::string_view text);

// A path as text that can be stored: names of files are bytes. Valid UTF-8 is returned
// as it is; otherwise each byte that is not part of a character, and each %, becomes %XX.
std::string PathAsText(absl::string_view path);

// Returns `status` with "`context`: " prepended to its message and the same
// code. OK stays OK.
absl::Status Annotate(const absl::Status& status, absl::string_view context);

}  // namespace quipu

#endif  // QUIPU_BASE_STRINGS_H_
