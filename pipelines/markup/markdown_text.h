// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The text of a Markdown file without its marks: headings and paragraphs as lines, code
// blocks as they are, of links their text; front matter is left out.
//
//   ASSIGN_OR_RETURN(const std::string text, MarkdownText(file));
//
// Reads CommonMark with GitHub's tables, task lists and strikethrough. Files are
// untrusted. Thread-safe.
#ifndef QUIPU_PIPELINES_MARKUP_MARKDOWN_TEXT_H_
#define QUIPU_PIPELINES_MARKUP_MARKDOWN_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// INVALID_ARGUMENT if it is not UTF-8, or if a table, a link or HTML in it would take md4c or libxml2
// time that grows with the square of its length.
absl::StatusOr<std::string> MarkdownText(absl::string_view markdown);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_MARKDOWN_TEXT_H_
