// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The page in a WARC record: the text of a WET file's record, or the main text of the
// HTML page that a server sent.
//
//   ASSIGN_OR_RETURN(const std::optional<std::string> text, PageText(record));
//   if (text.has_value()) Use(*text);  // Otherwise a picture, a redirection, a request.
//
// Records are untrusted. Thread-safe.
#ifndef QUIPU_PIPELINES_INGEST_WARC_PAGE_H_
#define QUIPU_PIPELINES_INGEST_WARC_PAGE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "pipelines/ingest/warc_stream.h"

namespace quipu::pipelines {

// Whether a record is about the crawl and holds no answer of a server: requests, the file's
// description, metadata, notes that a page has not changed.
bool IsAboutTheCrawl(const WarcRecord& record);

// The text of a record; nothing if it is no page. INVALID_ARGUMENT if it is one and cannot be
// read: it says why.
absl::StatusOr<std::optional<std::string>> PageText(const WarcRecord& record);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_WARC_PAGE_H_
