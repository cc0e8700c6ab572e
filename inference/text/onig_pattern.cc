// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/onig_pattern.h"

#include <string>
#include <utility>
#include <vector>

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
    case 'x': {  // The braces of "\\x{...}" are copied like an interval's.
      const size_t begin = *at;
      const size_t most = letter == 'u' ? 4 : 2;
      while (*at < pattern.size() && *at - begin < most &&
             absl::ascii_isxdigit(static_cast<unsigned char>(pattern[*at]))) {
        ++*at;
      }
      return absl::StrCat("\\", absl::string_view(&letter, 1), pattern.substr(begin, *at - begin));
    }
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

// One pass over an expression, which keeps where in the rewritten one the last atom began.
class Rewriter {
 public:
  explicit Rewriter(absl::string_view pattern) : pattern_(pattern) {}

  absl::StatusOr<std::string> Run() {
    while (at_ < pattern_.size()) RETURN_IF_ERROR(Take());
    return std::move(out_);
  }

 private:
  absl::Status Take() {
    if (pattern_[at_] == '\\') {
      if (sets_ == 0) atom_ = out_.size();
      ASSIGN_OR_RETURN(const std::string escape, RewriteEscape(pattern_, &at_));
      out_ += escape;
      return absl::OkStatus();
    }
    if (absl::StartsWith(pattern_.substr(at_), "[:")) return Refuse(pattern_, "[:");
    if (sets_ > 0) return TakeInSet();
    if (pattern_[at_] == '{') return TakeInterval();
    return TakeOutsideSets();
  }

  absl::Status TakeInSet() {
    const char c = pattern_[at_];
    if (c == '[') ++sets_;
    if (c == ']') --sets_;
    if ((c == '&' || c == '-') && at_ + 1 < pattern_.size() && pattern_[at_ + 1] == c) {
      return Refuse(pattern_, "an operation on sets");
    }
    Copy();
    return absl::OkStatus();
  }

  absl::Status TakeOutsideSets() {
    const char c = pattern_[at_];
    const absl::string_view rest = pattern_.substr(at_);
    if (c == '^' || c == '$') return Refuse(pattern_, "it looks for the ends of lines");
    if (c == '(') {
      if (absl::StartsWith(rest, "(?") && !KnowsGroup(rest)) {
        return Refuse(pattern_, absl::StrCat("the group \"", rest.substr(0, 4), "\""));
      }
      groups_.push_back(out_.size());
    } else if (c == ')' && !groups_.empty()) {
      atom_ = groups_.back();
      groups_.pop_back();
    } else if (c == '[') {
      atom_ = out_.size();
      ++sets_;
    } else if (!IsQuantifier(c) && !IsContinuation(c)) {
      atom_ = out_.size();
    }
    Copy();
    return absl::OkStatus();
  }

  // In Oniguruma's syntax for Ruby, which `tokenizers` takes, "x{1,3}+" repeats x{1,3} and "x{2}?"
  // may be missing. To ICU the first is possessive, and the second is x{2}.
  absl::Status TakeInterval() {
    const size_t close = pattern_.find('}', at_);
    if (close == absl::string_view::npos) return Refuse(pattern_, "{ without }");
    const absl::string_view interval = pattern_.substr(at_, close + 1 - at_);
    at_ = close + 1;
    const char next = at_ < pattern_.size() ? pattern_[at_] : '\0';
    const bool has_own =
        next == '+' || (next == '?' && interval.find(',') == absl::string_view::npos);
    if (has_own) out_.insert(atom_, "(?:");
    absl::StrAppend(&out_, interval, has_own ? ")" : "");
    return absl::OkStatus();
  }

  static bool IsQuantifier(char c) { return c == '*' || c == '+' || c == '?'; }
  // A byte of UTF-8 behind a character's first.
  static bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

  void Copy() { out_.push_back(pattern_[at_++]); }

  const absl::string_view pattern_;
  size_t at_ = 0;
  std::string out_;
  int sets_ = 0;                // How deep in sets.
  size_t atom_ = 0;             // Where in `out_` the last atom began.
  std::vector<size_t> groups_;  // Where in `out_` the open groups began.
};

}  // namespace

absl::StatusOr<std::unique_ptr<icu::RegexPattern>> CompileOnigPattern(absl::string_view pattern) {
  ASSIGN_OR_RETURN(const std::string rewritten, Rewriter(pattern).Run());
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
