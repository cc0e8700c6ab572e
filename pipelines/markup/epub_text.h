// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The text of an EPUB book: its chapters in reading order (the spine), each as HtmlText
// reads a page.
//
//   ASSIGN_OR_RETURN(const std::string text, EpubText(book));
//
// Books are untrusted. Thread-safe.
#ifndef QUIPU_PIPELINES_MARKUP_EPUB_TEXT_H_
#define QUIPU_PIPELINES_MARKUP_EPUB_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// Chapters are separated by an empty line. Left out: the table of contents, and what the spine
// says is not part of the reading order (linear="no"). INVALID_ARGUMENT if it is no EPUB book, a
// chapter is missing or damaged, or the chapters are encrypted.
absl::StatusOr<std::string> EpubText(absl::string_view book);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_EPUB_TEXT_H_
