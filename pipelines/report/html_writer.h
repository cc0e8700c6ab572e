// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes HTML in which no text can become markup: text and values of attributes are always escaped,
// and every element that is opened is closed.
//
//   std::string page;
//   HtmlWriter html(&page);
//   html.Open("p", {{"class", "note"}}).Text(question).Close();
//   html.Leaf("h2", "Samples", {{"id", "samples"}});
//   html.Void("br");
//
// Names of elements and attributes are the program's own. Thread-compatible.
#ifndef QUIPU_PIPELINES_REPORT_HTML_WRITER_H_
#define QUIPU_PIPELINES_REPORT_HTML_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// Text as HTML, also inside quotes: &, <, > and quotes as references; characters that control how
// text is shown (directions, C0 and C1 but tab and line feed) by their escapes, as \u202e; what is
// not UTF-8 as U+FFFD.
std::string EscapeHtml(absl::string_view text);

// "12,345".
std::string Grouped(uint64_t number);

class HtmlWriter {
 public:
  struct Attribute {
    absl::string_view name;
    absl::string_view value;
  };
  using Attributes = std::initializer_list<Attribute>;

  // Appends to *out, which must outlive this.
  explicit HtmlWriter(std::string* out) : out_(out) {}

  HtmlWriter& Open(absl::string_view tag, Attributes attributes = {});
  // Closes the last element that is open. REQUIRES: there is one.
  HtmlWriter& Close();
  HtmlWriter& Text(absl::string_view text);
  // An element with text alone.
  HtmlWriter& Leaf(absl::string_view tag, absl::string_view text, Attributes attributes = {});
  // An element without an end tag.
  HtmlWriter& Void(absl::string_view tag, Attributes attributes = {});
  // A count of `quipu status --json`: `key` is its path there, as "rejects.verdict".
  HtmlWriter& Count(absl::string_view key, uint64_t number);
  // Markup that this program made: the style sheet, the script, a plot.
  HtmlWriter& Raw(absl::string_view markup);

  size_t open() const { return tags_.size(); }

 private:
  void Begin(absl::string_view tag, Attributes attributes);

  std::string* const out_;
  std::vector<std::string> tags_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_HTML_WRITER_H_
