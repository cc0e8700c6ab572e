// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/html_writer.h"

#include "absl/strings/str_cat.h"
#include "base/escape.h"
#include "base/log.h"
#include "base/utf8.h"

namespace quipu::pipelines {

std::string EscapeHtml(absl::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (size_t at = 0; at < text.size();) {
    const uint32_t c = NextCodePoint(text, &at);
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\n':
      case '\t':
        out += static_cast<char>(c);
        break;
      default:
        if (IsPrintable(c)) {
          AppendUtf8(c, &out);
        } else {
          AppendEscape(c, &out);
        }
    }
  }
  return out;
}

std::string Grouped(uint64_t number) {
  std::string digits = absl::StrCat(number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

void HtmlWriter::Begin(absl::string_view tag, Attributes attributes) {
  absl::StrAppend(out_, "<", tag);
  for (const Attribute& attribute : attributes) {
    absl::StrAppend(out_, " ", attribute.name, "=\"", EscapeHtml(attribute.value), "\"");
  }
  out_->push_back('>');
}

HtmlWriter& HtmlWriter::Open(absl::string_view tag, Attributes attributes) {
  Begin(tag, attributes);
  tags_.emplace_back(tag);
  return *this;
}

HtmlWriter& HtmlWriter::Close() {
  QUIPU_CHECK(!tags_.empty());
  absl::StrAppend(out_, "</", tags_.back(), ">\n");
  tags_.pop_back();
  return *this;
}

HtmlWriter& HtmlWriter::Text(absl::string_view text) {
  out_->append(EscapeHtml(text));
  return *this;
}

HtmlWriter& HtmlWriter::Leaf(absl::string_view tag, absl::string_view text, Attributes attributes) {
  Begin(tag, attributes);
  Text(text);
  absl::StrAppend(out_, "</", tag, ">");
  return *this;
}

HtmlWriter& HtmlWriter::Void(absl::string_view tag, Attributes attributes) {
  Begin(tag, attributes);
  return *this;
}

HtmlWriter& HtmlWriter::Count(absl::string_view key, uint64_t number) {
  return Leaf("data", Grouped(number), {{"value", absl::StrCat(number)}, {"data-count", key}});
}

HtmlWriter& HtmlWriter::Raw(absl::string_view markup) {
  absl::StrAppend(out_, markup);
  return *this;
}

}  // namespace quipu::pipelines
