// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The main text of an HTML page: paragraphs and headings as lines, without menus,
// scripts, styles, forms and footers.
//
//   ASSIGN_OR_RETURN(const std::string text, HtmlText(page));
//
// Pages are untrusted. Thread-safe.
#ifndef QUIPU_PIPELINES_MARKUP_HTML_TEXT_H_
#define QUIPU_PIPELINES_MARKUP_HTML_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// The text of a page in UTF-8. The page is UTF-8, or in the encoding that it declares, or in `charset`,
// which its server declared (page_encoding.h); of a few broken bytes each becomes U+FFFD. If most of
// the page is in its <main> or <article>, the rest is left out; a form is, unless the page's text is in
// it. 10<sup>8</sup> is 10^8. Blocks are separated by an empty line, lines of lists and tables by a line
// end, cells of a row by bars; items of ordered lists have their numbers, notes within a sentence
// brackets; preformatted text is unchanged. INVALID_ARGUMENT if the page
// is not UTF-8 and declares no other encoding, if more than 1 % of the text's characters are none in
// the encoding that is declared, or for a page that would need too much time (html_parser.h).
absl::StatusOr<std::string> HtmlText(absl::string_view page, absl::string_view charset = "");

// The text of a piece of HTML, such as a block of a Markdown file, with nothing left out but scripts
// and styles. INVALID_ARGUMENT if it would need too much time. REQUIRES: UTF-8.
absl::StatusOr<std::string> HtmlFragmentText(absl::string_view html);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_HTML_TEXT_H_
