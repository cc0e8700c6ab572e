// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/onig_pattern.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

absl::Status Refuse(absl::string_view pattern, absl::string_view why) {
  return absl::UnimplementedError(
      absl::StrCat("the expression \"", Snippet(pattern, 200), "\" is not supported: ", why));
}

// The escape at `at` (a backslash) in ICU's terms; moves `at` past it.
absl::StatusOr<std::string> RewriteEscape(absl::string_view pattern, size_t* at) {
  if (*at + 1 >= pattern.size()) return Refuse(pattern, "it ends with a backslash");
  const char letter = pattern[*at + 1];
  *at += 2;
  switch (letter) {
    case 's':  // ICU's own has neither U+000B nor U+0085.
      return std::string("\\p{White_Space}");
    case 'S':
      return std::string("\\P{White_Space}");
    case 'd':
      return std::string("\\p{Nd}");
    case 'D':
      return std::string("\\P{Nd}");
    case 'p':
    case 'P': {
      const size_t close = pattern.find('}', *at);
      if (*at >= pattern.size() || pattern[*at] != '{' || close == absl::string_view::npos) {
        return Refuse(pattern, "\\p without {...}");
      }
      const size_t begin = *at;
      *at = close + 1;
      return absl::StrCat("\\", absl::string_view(&letter, 1),
                          pattern.substr(begin, close + 1 - begin));
    }
    case 'n':
    case 'r':
    case 't':
    case 'f':
    case 'v':
      if (letter == 'v') return std::string("\\u000B");
      return absl::StrCat("\\", absl::string_view(&letter, 1));
    case 'u':
    case 'x':
      return absl::StrCat("\\", absl::string_view(&letter, 1));
    default:
      break;
  }
  if (absl::ascii_isalnum(static_cast<unsigned char>(letter))) {
    return Refuse(pattern, absl::StrCat("\\", absl::string_view(&letter, 1)));
  }
  return absl::StrCat("\\", absl::string_view(&letter, 1));
}

// A group that begins with "(?": which kinds mean the same in both.
bool KnowsGroup(absl::string_view rest) {
  for (const absl::string_view known : {"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:"}) {
    if (absl::StartsWith(rest, known)) return true;
  }
  return false;
}

absl::StatusOr<std::string> Rewrite(absl::string_view pattern) {
  std::string out;
  int depth = 0;  // Of sets.
  for (size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '\\') {
      ASSIGN_OR_RETURN(const std::string escape, RewriteEscape(pattern, &at));
      out += escape;
      continue;
    }
    if (c == '[') {
      if (absl::StartsWith(pattern.substr(at), "[:")) return Refuse(pattern, "[:");
      ++depth;
    } else if (c == ']' && depth > 0) {
      --depth;
    } else if (depth == 0 && (c == '^' || c == '$')) {
      return Refuse(pattern, "it looks for the ends of lines");
    } else if (depth == 0 && c == '(' && absl::StartsWith(pattern.substr(at), "(?") &&
               !KnowsGroup(pattern.substr(at))) {
      return Refuse(pattern, absl::StrCat("the group \"", pattern.substr(at, 4), "\""));
    } else if (depth > 0 && (c == '&' || c == '-') && at + 1 < pattern.size() &&
               pattern[at + 1] == c) {
      return Refuse(pattern, "an operation on sets");
    }
    out.push_back(c);
    ++at;
  }
  return out;
}

}  // namespace

absl::StatusOr<std::unique_ptr<icu::RegexPattern>> CompileOnigPattern(absl::string_view pattern) {
  ASSIGN_OR_RETURN(const std::string rewritten, Rewrite(pattern));
  UErrorCode status = U_ZERO_ERROR;
  UParseError where;
  // Only a line feed ends what "." takes, as in Oniguruma.
  std::unique_ptr<icu::RegexPattern> compiled(
      icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(icu::StringPiece(
                                     rewritten.data(), static_cast<int32_t>(rewritten.size()))),
                                 UREGEX_UNIX_LINES, where, status));
  if (U_FAILURE(status) || compiled == nullptr) return Refuse(pattern, u_errorName(status));
  return compiled;
}

}  // namespace quipu::inference
