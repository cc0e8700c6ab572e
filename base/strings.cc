// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"

#include <cstdint>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/escape.h"
#include "base/utf8.h"

namespace quipu {
std::string Snippet(absl::string_view text, size_t max_bytes) {
  const absl::string_view shown = text.substr(0, FloorToCodePoint(text, max_bytes));
  std::string result;
  size_t offset = 0;
  while (offset < shown.size()) {
    const size_t begin = offset;
    const uint32_t c = NextCodePoint(shown, &offset);
    const absl::string_view bytes = shown.substr(begin, offset - begin);
    if (bytes.size() == 1 && c >= 0x80) {  // Ill-formed.
      absl::StrAppendFormat(&result, "\\x%02x", static_cast<unsigned char>(bytes[0]));
    } else if (!IsPrintable(c)) {
      AppendEscape(c, &result);
    } else {
      absl::StrAppend(&result, bytes);
    }
  }
  if (shown.size() < text.size()) result.append("...");
  return result;
}

absl::Status Annotate(const absl::Status& status, absl::string_view context) {
  if (status.ok()) return status;
  absl::Status result(status.code(), absl::StrCat(context, ": ", status.message()));
  status.ForEachPayload([&result](absl::string_view type, const absl::Cord& payload) {
    result.SetPayload(type, payload);
  });
  return result;
}

}  // namespace quipu
