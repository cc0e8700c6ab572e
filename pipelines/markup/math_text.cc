// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/math_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pipelines/markup/html_elements.h"

namespace quipu::pipelines {
namespace {

// What stands before the second and the third part of an element.
struct Marks {
  absl::string_view element;
  absl::string_view second;
  absl::string_view third;
};

constexpr Marks kMarks[] = {{"msup", "^", ""},   {"mover", "^", ""},     {"msub", "_", ""},
                            {"munder", "_", ""}, {"msubsup", "_", "^"},  {"munderover", "_", "^"},
                            {"mfrac", "/", ""},  {"mtable", "; ", "; "}, {"mtr", " ", " "}};

absl::string_view MarkOf(absl::string_view element, int child) {
  for (const Marks& marks : kMarks) {
    if (marks.element != element || child < 2) continue;
    return child == 2 ? marks.second : marks.third;
  }
  return "";
}

}  // namespace

MathText::MathText(const char* const* attributes) : tex_(AttributeOf(attributes, "alttext")) {}

void MathText::Start(absl::string_view name, const char* const* attributes) {
  Element element;
  element.name = std::string(name);
  if (!open_.empty() && annotations_ == 0) {
    Element& parent = open_.back();
    const absl::string_view mark = MarkOf(parent.name, ++parent.children);
    absl::StrAppend(&line_, mark);
    if (!mark.empty()) gap_ = false;
    // "(a+b)/2"
    const bool part = !MarkOf(parent.name, 2).empty() && parent.name[1] != 't';
    element.group = part && (name == "mrow" || name == "mfrac");
    if (element.group) line_.push_back('(');
  }
  // "2 1/3" is not 21/3.
  gap_ = gap_ || name == "mfrac";
  if (name == "msqrt" || name == "mroot") absl::StrAppend(&line_, "\xe2\x88\x9a");
  if (absl::StartsWith(name, "annotation")) {
    ++annotations_;
    in_tex_ = tex_.empty() && absl::StrContains(AttributeOf(attributes, "encoding"), "tex");
  }
  open_.push_back(std::move(element));
}

void MathText::Text(absl::string_view text) {
  if (in_tex_) {
    tex_.append(text.data(), text.size());
  } else if (annotations_ == 0) {
    Append(absl::StripAsciiWhitespace(text));
  }
}

void MathText::End() {
  if (open_.empty()) return;
  if (open_.back().group) line_.push_back(')');
  // Nor is "x^2 3" x^23.
  gap_ = gap_ || !MarkOf(open_.back().name, 2).empty();
  if (absl::StartsWith(open_.back().name, "annotation")) {
    --annotations_;
    in_tex_ = false;
  }
  open_.pop_back();
}

void MathText::Append(absl::string_view text) {
  if (text.empty()) return;
  const auto is_word = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || absl::ascii_isalnum(byte);
  };
  if (gap_ && !line_.empty() && is_word(line_.back()) && is_word(text.front())) {
    line_.push_back(' ');
  }
  gap_ = false;
  line_.append(text.data(), text.size());
}

std::string MathText::Finish() const {
  return absl::StripAsciiWhitespace(tex_).empty() ? line_ : TexInDollars(tex_);
}

std::string TexInDollars(absl::string_view tex) {
  tex = absl::StripAsciiWhitespace(tex);
  // Wikipedia's.
  if (absl::ConsumePrefix(&tex, "{\\displaystyle ") || absl::ConsumePrefix(&tex, "{\\textstyle ")) {
    absl::ConsumeSuffix(&tex, "}");
  }
  return absl::StrCat("$", absl::StripAsciiWhitespace(tex), "$");
}

}  // namespace quipu::pipelines
