// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The encoding of an HTML page, found and read as browsers do (the WHATWG's Encoding
// Standard): "iso-8859-1" means windows-1252, "gb2312" means GB 18030, and what is no
// character becomes U+FFFD. Converted by ICU.
//
//   ASSIGN_OR_RETURN(const DecodedPage page, DecodePage(bytes, CharsetOf("text/html; charset=gbk")));
//
// Pages are untrusted. Thread-safe.
#ifndef QUIPU_PIPELINES_MARKUP_PAGE_ENCODING_H_
#define QUIPU_PIPELINES_MARKUP_PAGE_ENCODING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

struct DecodedPage {
  std::string html;            // UTF-8 without a byte-order mark.
  absl::string_view encoding;  // The name of the one that it was in; static.
  bool damaged = false;        // Some of its bytes were no characters.
};

// A page that is UTF-8 is read as such, whatever is declared. Otherwise a byte-order mark counts,
// then `charset`, which the page's server declared, then the page's own <meta>, then its XML
// declaration; a name that nobody knows does not count. INVALID_ARGUMENT if nothing is declared.
absl::StatusOr<DecodedPage> DecodePage(absl::string_view page, absl::string_view charset);

// "text/html; charset=\"x\"" -> "x"; "" if there is none.
std::string CharsetOf(absl::string_view content_type);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_PAGE_ENCODING_H_
