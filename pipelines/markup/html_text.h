// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The main text of an HTML page: paragraphs and headings as lines, without menus,
// scripts, styles, forms and footers.
//
//   ASSIGN_OR_RETURN(const std::string text, HtmlText(page));
//
// Reads HTML as libxml2 repairs it, in one pass without a tree. Pages are untrusted.
// Thread-safe.
#ifndef QUIPU_PIPELINES_MARKUP_HTML_TEXT_H_
#define QUIPU_PIPELINES_MARKUP_HTML_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// The text of a page in UTF-8, in the encoding that it declares, or in `charset`, which its server
// declared. If most of the page is in its <main> or <article>, the rest is left out. Blocks are
// separated by an empty line, lines of lists and tables by a line end; preformatted text is
// unchanged. INVALID_ARGUMENT if the page is not UTF-8 and no other encoding is declared.
absl::StatusOr<std::string> HtmlText(absl::string_view page, absl::string_view charset = "");

// The text of a piece of HTML, such as a block of a Markdown file: valid UTF-8, nothing left out but
// scripts and styles.
std::string HtmlFragmentText(absl::string_view html);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_HTML_TEXT_H_
