// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// HTML as libxml2 repairs it, in one pass without a tree. Pages are untrusted: what would
// cost the parser more than in proportion to its length is refused.
//
//   struct Names : HtmlEvents {
//     void Start(absl::string_view name, const char* const*) override { all.emplace_back(name); }
//     std::vector<std::string> all;
//   } names;
//   RETURN_IF_ERROR(ParseHtml(html, &names));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_MARKUP_HTML_PARSER_H_
#define QUIPU_PIPELINES_MARKUP_HTML_PARSER_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// What is found, in order.
class HtmlEvents {
 public:
  virtual ~HtmlEvents() = default;
  // `attributes`: a name and a value (nullptr: none) for each, nullptr behind the last; nullptr if
  // there are none.
  virtual void Start(absl::string_view name, const char* const* attributes) = 0;
  virtual void End(absl::string_view) {}
  virtual void Text(absl::string_view) {}
};

// INVALID_ARGUMENT if the parser would need time that grows with the square of the length (tags
// without their ends by the ten thousand, or thousands of attributes in one tag), or does not reach
// the end. A NUL is a space. REQUIRES: `html` is UTF-8.
absl::Status ParseHtml(absl::string_view html, HtmlEvents* events);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_HTML_PARSER_H_
