// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/prompts/response_parser.h"

#include <re2/re2.h>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/escape.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

// The positions of one element's tags; all four are needed, none twice.
struct Tags {
  size_t open_begin = 0;
  size_t open_end = 0;
  size_t close_begin = 0;
  size_t close_end = 0;
};

absl::StatusOr<Tags> FindElement(absl::string_view reply, absl::string_view name, const RE2& tag) {
  Tags tags;
  int opened = 0;
  int closed = 0;
  re2::StringPiece rest(reply.data(), reply.size());
  re2::StringPiece whole, slash;
  while (RE2::FindAndConsume(&rest, tag, &whole, &slash)) {
    const size_t begin = static_cast<size_t>(whole.data() - reply.data());
    if (slash.empty()) {
      ++opened;
      tags.open_begin = begin;
      tags.open_end = begin + whole.size();
    } else {
      ++closed;
      tags.close_begin = begin;
      tags.close_end = begin + whole.size();
    }
  }
  if (opened != 1 || closed != 1) {
    return absl::InvalidArgumentError(absl::StrCat("want one <", name, "> and one </", name,
                                                   ">, found ", opened, " and ", closed));
  }
  if (tags.close_begin < tags.open_end) {
    return absl::InvalidArgumentError(absl::StrCat("</", name, "> stands before <", name, ">"));
  }
  return tags;
}

// Without white space of any script at its ends: an answer may end in U+3000.
absl::string_view StripSpace(absl::string_view text) {
  static const RE2& ends = *new RE2(R"((?s)[\s\pZ]*(.*?)[\s\pZ]*)");
  re2::StringPiece inner;
  RE2::FullMatch(ToStd(text), ends, &inner);
  return absl::string_view(inner.data(), inner.size());
}

// Mark-up that models add unasked; what begins a line becomes a line end, where it would join two
// words. Other tags stay: manuals write "<package>" for a name to fill in.
std::string StripMarkup(absl::string_view text) {
  static const RE2& tags =
      *new RE2(R"((?i)(</?(?:b|i|u|em|strong|code|span|text|sentence|(p|div|br|li|ul|ol))\s*/?>))");
  std::string out;
  bool line = false;
  const auto add = [&](absl::string_view piece) {
    if (piece.empty()) return;
    const bool joins = !out.empty() &&
                       !absl::ascii_isspace(static_cast<unsigned char>(out.back())) &&
                       !absl::ascii_isspace(static_cast<unsigned char>(piece.front()));
    absl::StrAppend(&out, line && joins ? "\n" : "", piece);
    line = false;
  };
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece tag, begins_line;
  const char* added = text.data();
  while (RE2::FindAndConsume(&rest, tags, &tag, &begins_line)) {
    add({added, static_cast<size_t>(tag.data() - added)});
    added = tag.data() + tag.size();
    line = line || !begins_line.empty();
  }
  add({added, static_cast<size_t>(text.data() + text.size() - added)});
  return std::string(StripSpace(out));
}

std::string JoinLines(absl::string_view text) {
  static const RE2& line_end = *new RE2(R"(\s*[\r\n]\s*)");
  std::string out(text);
  RE2::GlobalReplace(&out, line_end, " ");
  return out;
}

// Of several lines, each ended by "\n" alone.
std::string UnixLines(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\r\n", "\n"}, {"\r", "\n"}});
}

}  // namespace

absl::StatusOr<QuestionAnswer> ParseResponse(absl::string_view reply) {
  if (reply.size() > kMaxResponseBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("reply of ", reply.size(), " bytes, limit ", kMaxResponseBytes));
  }
  if (!IsValidUtf8(reply)) return absl::InvalidArgumentError("reply is not valid UTF-8");
  if (const std::string found = FirstTextControl(reply); !found.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("reply has the control character ", found));
  }
  static const RE2& question_tag = *new RE2(R"((?i)(<(/?)question\s*>))");
  static const RE2& answer_tag = *new RE2(R"((?i)(<(/?)answer\s*>))");
  ASSIGN_OR_RETURN(const Tags question, FindElement(reply, "question", question_tag));
  ASSIGN_OR_RETURN(const Tags answer, FindElement(reply, "answer", answer_tag));
  if (answer.open_begin < question.close_end) {
    return absl::InvalidArgumentError("<answer> does not stand after </question>");
  }
  QuestionAnswer pair;
  pair.question = JoinLines(
      StripMarkup(reply.substr(question.open_end, question.close_begin - question.open_end)));
  pair.answer =
      UnixLines(StripMarkup(reply.substr(answer.open_end, answer.close_begin - answer.open_end)));
  return pair;
}

}  // namespace quipu::generator
