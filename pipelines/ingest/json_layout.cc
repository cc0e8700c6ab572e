// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/json_layout.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace quipu::pipelines {
namespace {

constexpr absl::string_view kSpace = " \t\r\n";
// Begins each value of a JSON text sequence (RFC 7464).
constexpr absl::string_view kRecordMark = "\x1e";

bool IsSpace(char byte) { return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; }

absl::string_view SkipSpace(absl::string_view text) {
  const size_t begin = text.find_first_not_of(kSpace);
  return begin == absl::string_view::npos ? absl::string_view() : text.substr(begin);
}

// Whether `line` is the beginning of an object over several lines: it ends where a line of such an
// object ends, or `rest`, which is behind it, continues one. A line of JSON Lines that is cut off
// hardly does.
bool BeginsIndented(absl::string_view line, absl::string_view rest) {
  JsonExtent extent;
  extent.Take(line);
  if (extent.done() || extent.in_string()) return false;
  const auto is_one_of = [](absl::string_view signs, char sign) {
    return signs.find(sign) != absl::string_view::npos;
  };
  if (is_one_of("{[,:", line[line.find_last_not_of(kSpace)])) return true;
  rest = SkipSpace(rest);
  return !rest.empty() && is_one_of(",}]", rest[0]);
}

}  // namespace

absl::string_view SkipBlank(absl::string_view text) {
  do {
    text = SkipSpace(text);
  } while (absl::ConsumePrefix(&text, kByteOrderMark) || absl::ConsumePrefix(&text, kRecordMark));
  return text;
}

absl::string_view SkipComma(absl::string_view text) {
  return absl::ConsumePrefix(&text, ",") ? SkipBlank(text) : text;
}

absl::string_view DropCommaEnd(absl::string_view text) {
  const absl::string_view object = DropBlankEnd(absl::StripSuffix(text, ","));
  return absl::EndsWith(object, "}") ? object : text;
}

absl::string_view DropBlankEnd(absl::string_view text) {
  do {
    text = text.substr(0, text.find_last_not_of(kSpace) + 1);
  } while (absl::ConsumeSuffix(&text, kByteOrderMark));
  return text;
}

JsonLayout LayoutOf(absl::string_view begin) {
  const absl::string_view text = SkipBlank(begin);
  if (text.empty()) return JsonLayout::kLines;
  if (text[0] == '[') return JsonLayout::kArray;
  const size_t newline = text.find('\n');
  if (text[0] != '{' || newline == absl::string_view::npos) return JsonLayout::kLines;
  return BeginsIndented(text.substr(0, newline), text.substr(newline)) ? JsonLayout::kObjects
                                                                       : JsonLayout::kLines;
}

bool LooksLikeJson(absl::string_view begin) {
  absl::string_view text = SkipBlank(begin);
  if (absl::ConsumePrefix(&text, "[")) text = SkipSpace(text);
  if (!absl::ConsumePrefix(&text, "{")) return false;
  text = SkipSpace(text);
  if (!absl::ConsumePrefix(&text, "\"")) return false;
  // A key, then a colon: "{"word" is" is no JSON.
  const size_t quote = text.find('"');
  if (quote == absl::string_view::npos) return false;
  text = SkipSpace(text.substr(quote + 1));
  return !text.empty() && text[0] == ':';
}

bool JsonExtent::TakeByte(char byte) {
  switch (byte) {
    case '{':
    case '[':
      if (scalar_) return false;
      ++depth_;
      break;
    case '}':
    case ']':
      // A stray bracket is a value of its own: it is reported, and reading continues behind it.
      if (scalar_ && depth_ == 0) return false;
      if (depth_ > 0) --depth_;
      done_ = depth_ == 0;
      break;
    case '"':
      if (scalar_) return false;
      in_string_ = true;
      break;
    default:
      if (depth_ > 0) break;
      if (byte == ',' || IsSpace(byte)) return false;
      scalar_ = true;
  }
  begun_ = true;
  return true;
}

size_t JsonExtent::Take(absl::string_view text) {
  size_t at = 0;
  while (at < text.size() && !done_) {
    const char byte = text[at];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (byte == '\\') {
        escaped_ = true;
      } else if (byte == '"') {
        in_string_ = false;
        done_ = depth_ == 0;
      }
    } else if (!TakeByte(byte)) {
      // What ends a number or a word is not part of it, but a value has at least one byte.
      done_ = true;
      return begun_ ? at : at + 1;
    }
    ++at;
  }
  return at;
}

std::vector<absl::string_view> SplitObjects(absl::string_view line) {
  std::vector<absl::string_view> objects;
  absl::string_view rest = DropBlankEnd(SkipBlank(line));
  // A whole array, or what is left of it for a reader that resumes inside.
  const bool opens = absl::ConsumePrefix(&rest, "[");
  const bool closes = absl::ConsumeSuffix(&rest, "]");
  rest = DropBlankEnd(SkipBlank(rest));
  while (!rest.empty()) {
    if (rest[0] != '{') return {};
    JsonExtent extent;
    const size_t length = extent.Take(rest);
    if (!extent.done()) return {};
    objects.push_back(rest.substr(0, length));
    rest = SkipComma(SkipBlank(rest.substr(length)));
  }
  if (!closes && (opens || objects.size() < 2)) objects.clear();
  return objects;
}

}  // namespace quipu::pipelines
