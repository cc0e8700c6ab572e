// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Says what a file is that is not read, by its first bytes, and what to do with it:
// archives, office documents, pictures, databases, models, text that is not UTF-8.
//
//   if (const std::optional<FileKind> kind = UnreadKind(begin, path)) {
//     return absl::InvalidArgumentError(absl::StrCat(path, ": ", Describe(*kind)));
//   }
//
// Pure.
#ifndef QUIPU_PIPELINES_INGEST_FILE_KIND_H_
#define QUIPU_PIPELINES_INGEST_FILE_KIND_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// How many of a file's first bytes UnreadKind wants to see.
inline constexpr size_t kKindBytes = 1024;

struct FileKind {
  absl::string_view name;    // "a PDF file"
  absl::string_view advice;  // "extract its text first (pdftotext)"
};

// The kind of a file that is neither UTF-8 text nor JSON; nullopt if it may be one of them.
// `begin`: its first bytes, decompressed. `path` tells apart what begins alike.
std::optional<FileKind> UnreadKind(absl::string_view begin, absl::string_view path);

// A page of HTML.
bool IsHtml(absl::string_view begin);
// An EPUB book; the records of a crawl.
bool IsEpub(absl::string_view begin);
bool IsWarc(absl::string_view begin);

// A page of HTML, a dump of a wiki, XML, a table of separated values, a mail whose text is encoded:
// text, but with markup all over it. `name`: of the file, without a suffix of compression.
std::optional<FileKind> MarkupKind(absl::string_view begin, absl::string_view name);

// "a PDF file, which is not read: extract its text first (pdftotext)"
std::string Describe(const FileKind& kind);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_FILE_KIND_H_
