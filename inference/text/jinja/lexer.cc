// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/jinja/lexer.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/text/jinja/python_strip.h"

namespace quipu::inference::jinja {
namespace {

using Kind = Token::Kind;

constexpr absl::string_view kOperators[] = {"//", "==", "!=", "<=", ">=", "+", "-", "*",
                                            "/",  "%",  "~",  "|",  ".",  ",", ":", "(",
                                            ")",  "[",  "]",  "{",  "}",  "=", "<", ">"};

bool IsNameStart(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool IsNamePart(char c) {
  return IsNameStart(c) || absl::ascii_isdigit(static_cast<unsigned char>(c));
}

class Lexer {
 public:
  // `source` has "\n" line ends only.
  explicit Lexer(absl::string_view source) : rest_(source) {
    absl::ConsumeSuffix(&rest_, "\n");  // As Jinja: one line end at the end of the file.
  }

  absl::StatusOr<std::vector<Token>> Run() {
    while (!rest_.empty()) {
      const size_t tag = NextTag();
      Text(rest_.substr(0, tag), tag == absl::string_view::npos ? "" : rest_.substr(tag, 3));
      if (tag == absl::string_view::npos) break;
      Advance(tag);
      RETURN_IF_ERROR(Tag());
    }
    Add(Kind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  size_t NextTag() const {
    for (size_t at = rest_.find('{'); at != absl::string_view::npos; at = rest_.find('{', at + 1)) {
      const absl::string_view begin = rest_.substr(at, 2);
      if (begin == "{{" || begin == "{%" || begin == "{#") return at;
    }
    return absl::string_view::npos;
  }

  // `tag`: the beginning of what follows.
  void Text(absl::string_view text, absl::string_view tag) {
    std::string printed(text);
    if (strip_next_) {
      printed = std::string(PythonStripLeft(printed));
    } else if (trim_newline_) {
      printed = std::string(absl::StripPrefix(printed, "\n"));
    }
    if (tag.size() == 3 && tag[2] == '-') {
      printed = std::string(PythonStripRight(printed));
    } else if (!tag.empty() && tag[1] != '{' && !(tag.size() == 3 && tag[2] == '+')) {
      StripToLineStart(at_line_start_, &printed);
    }
    if (!printed.empty()) Add(Kind::kText, printed);
  }

  // lstrip_blocks: the blanks before a tag that is the first of its line.
  // `line_start`: the text begins a line.
  static void StripToLineStart(bool line_start, std::string* text) {
    size_t end = text->size();
    while (end > 0 && ((*text)[end - 1] == ' ' || (*text)[end - 1] == '\t')) --end;
    if (end == 0 ? line_start : (*text)[end - 1] == '\n') text->resize(end);
  }

  absl::Status Tag() {
    const bool print = absl::StartsWith(rest_, "{{");
    if (absl::StartsWith(rest_, "{#")) return Comment();
    Add(print ? Kind::kPrintBegin : Kind::kTagBegin, "");
    Advance(2);
    if (!rest_.empty() && (rest_[0] == '-' || rest_[0] == '+')) Advance(1);
    const absl::string_view end = print ? "}}" : "%}";
    int depth = 0;
    while (true) {
      while (!rest_.empty() && absl::ascii_isspace(static_cast<unsigned char>(rest_[0]))) {
        Advance(1);
      }
      if (rest_.empty()) return Error("a tag does not end");
      if (depth == 0 && EndTag(end, print)) break;
      if (rest_[0] == '{') ++depth;
      if (rest_[0] == '}') --depth;
      RETURN_IF_ERROR(One());
    }
    Add(print ? Kind::kPrintEnd : Kind::kTagEnd, "");
    return absl::OkStatus();
  }

  bool EndTag(absl::string_view end, bool print) {
    const bool mark = rest_[0] == '-' || rest_[0] == '+';
    if (!absl::StartsWith(rest_.substr(mark ? 1 : 0), end)) return false;
    strip_next_ = mark && rest_[0] == '-';
    trim_newline_ = !print && !mark;
    Advance(end.size() + (mark ? 1 : 0));
    at_line_start_ = trim_newline_ && absl::StartsWith(rest_, "\n");
    return true;
  }

  absl::Status Comment() {
    const size_t end = rest_.find("#}", 2);
    if (end == absl::string_view::npos) return Error("a comment does not end");
    const char mark = rest_[end - 1];
    strip_next_ = mark == '-';
    trim_newline_ = mark != '-' && mark != '+';
    Advance(end + 2);
    at_line_start_ = trim_newline_ && absl::StartsWith(rest_, "\n");
    return absl::OkStatus();
  }

  absl::Status One() {
    if (IsNameStart(rest_[0])) {
      size_t end = 1;
      while (end < rest_.size() && IsNamePart(rest_[end])) ++end;
      Take(Kind::kName, end);
      return absl::OkStatus();
    }
    if (absl::ascii_isdigit(static_cast<unsigned char>(rest_[0]))) return Number();
    if (rest_[0] == '\'' || rest_[0] == '"') return String(rest_[0]);
    for (const absl::string_view op : kOperators) {
      if (!absl::StartsWith(rest_, op)) continue;
      Take(Kind::kOperator, op.size());
      return absl::OkStatus();
    }
    return Error(absl::StrCat("\"", Snippet(rest_.substr(0, 8)), "\" has no meaning"));
  }

  absl::Status Number() {
    size_t end = 1;
    while (end < rest_.size() && IsNamePart(rest_[end])) ++end;
    const absl::string_view digits = rest_.substr(0, end);
    const bool fraction = end + 1 < rest_.size() && rest_[end] == '.' &&
                          absl::ascii_isdigit(static_cast<unsigned char>(rest_[end + 1]));
    const bool plain = std::all_of(digits.begin(), digits.end(), [](char c) {
      return absl::ascii_isdigit(static_cast<unsigned char>(c));
    });
    if (fraction || !plain || digits.size() > 15) {
      return absl::UnimplementedError(absl::StrCat("the number ", Snippet(digits, 20)));
    }
    Take(Kind::kInteger, end);
    return absl::OkStatus();
  }

  absl::Status String(char quote) {
    std::string text;
    size_t at = 1;
    for (; at < rest_.size() && rest_[at] != quote; ++at) {
      if (rest_[at] != '\\' || at + 1 == rest_.size()) {
        text.push_back(rest_[at]);
        continue;
      }
      const char escape = rest_[++at];
      switch (escape) {
        case 'n':
          text.push_back('\n');
          break;
        case 't':
          text.push_back('\t');
          break;
        case 'r':
          text.push_back('\r');
          break;
        case '\\':
        case '\'':
        case '"':
          text.push_back(escape);
          break;
        default:
          return absl::UnimplementedError(
              absl::StrCat("the escape \\", Snippet(std::string(1, escape))));
      }
    }
    if (at == rest_.size()) return Error("a string does not end");
    Add(Kind::kString, text);
    Advance(at + 1);
    return absl::OkStatus();
  }

  void Add(Kind kind, absl::string_view text) {
    tokens_.push_back({kind, std::string(text), line_});
  }
  void Take(Kind kind, size_t size) {
    Add(kind, rest_.substr(0, size));
    Advance(size);
  }
  void Advance(size_t size) {
    line_ += static_cast<int>(std::count(rest_.begin(), rest_.begin() + size, '\n'));
    rest_.remove_prefix(size);
  }
  absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat("line ", line_, ": ", what));
  }

  absl::string_view rest_;
  std::vector<Token> tokens_;
  int line_ = 1;
  // About the text behind the latest tag: what its end removes.
  bool strip_next_ = false;
  bool trim_newline_ = false;
  // It begins a line.
  bool at_line_start_ = true;
};

}  // namespace

absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view source) {
  const std::string text = absl::StrReplaceAll(source, {{"\r\n", "\n"}, {"\r", "\n"}});
  return Lexer(text).Run();
}

}  // namespace quipu::inference::jinja
