// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"

#include <cstdint>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/escape.h"
#include "base/utf8.h"

namespace quipu {
namespace {

// `lines`: line feeds and tabs stay as they are.
std::string Escaped(absl::string_view shown, bool lines) {
  std::string result;
  size_t offset = 0;
  while (offset < shown.size()) {
    const size_t begin = offset;
    const uint32_t c = NextCodePoint(shown, &offset);
    const absl::string_view bytes = shown.substr(begin, offset - begin);
    if (bytes.size() == 1 && c >= 0x80) {  // Ill-formed.
      absl::StrAppendFormat(&result, "\\x%02x", static_cast<unsigned char>(bytes[0]));
    } else if (!IsPrintable(c) && !(lines && (c == '\n' || c == '\t'))) {
      AppendEscape(c, &result);
    } else {
      absl::StrAppend(&result, bytes);
    }
  }
  return result;
}

}  // namespace

std::string Snippet(absl::string_view text, size_t max_bytes) {
  const absl::string_view shown = text.substr(0, FloorToCodePoint(text, max_bytes));
  std::string result = Escaped(shown, /*lines=*/false);
  if (shown.size() < text.size()) result.append("...");
  return result;
}

std::string Printable(absl::string_view text) { return Escaped(text, /*lines=*/true); }

std::string PathAsText(absl::string_view path) {
  if (IsValidUtf8(path)) return std::string(path);
  std::string text;
  for (size_t at = 0; at < path.size();) {
    const size_t begin = at;
    const uint32_t c = NextCodePoint(path, &at);
    if (at - begin == 1 && (c >= 0x80 || c == '%')) {
      absl::StrAppendFormat(&text, "%%%02X", static_cast<unsigned char>(path[begin]));
    } else {
      absl::StrAppend(&text, path.substr(begin, at - begin));
    }
  }
  return text;
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
