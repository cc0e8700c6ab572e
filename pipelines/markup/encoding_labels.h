// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The encodings of web pages by the names that pages give them: the table of the WHATWG's
// Encoding Standard, with ICU's converter for each.
//
//   const Encoding* encoding = FindEncoding("Latin1");  // windows-1252, as in browsers
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_MARKUP_ENCODING_LABELS_H_
#define QUIPU_PIPELINES_MARKUP_ENCODING_LABELS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace quipu::pipelines {

inline constexpr absl::string_view kUtf8Name = "UTF-8";

struct Encoding {
  absl::string_view name;     // The standard's.
  const char* converter;      // ICU's.
  absl::string_view labels;   // What pages call it, in lower case, separated by spaces.
  bool euro_at_0x80 = false;  // Byte 0x80 is the euro sign, which ICU's converter does not say.
  bool is_ascii = false;      // All its bytes are ASCII.
};

// All but replacement, x-user-defined and ISO-8859-16, for which ICU has no table.
absl::Span<const Encoding> Encodings();

// nullptr if there is no such encoding. In any case of letters.
const Encoding* FindEncoding(absl::string_view label);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_ENCODING_LABELS_H_
