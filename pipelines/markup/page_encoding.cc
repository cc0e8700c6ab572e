// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/page_encoding.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "pipelines/markup/encoding_labels.h"
#include "pipelines/markup/html_parser.h"

namespace quipu::pipelines {
namespace {

// Where a page may declare its encoding. The standard says 1,024 bytes; browsers look further.
constexpr size_t kDeclarationBytes = 16 << 10;

constexpr absl::string_view kUtf8Mark = "\xef\xbb\xbf";
constexpr absl::string_view kUtf16LeMark = "\xff\xfe";
constexpr absl::string_view kUtf16BeMark = "\xfe\xff";

constexpr UChar kReplacement = 0xFFFD;
constexpr UChar kEuro = 0x20AC;

using Converter = std::unique_ptr<UConverter, void (*)(UConverter*)>;

// What is written for bytes that are no character.
struct Substitution {
  bool euro_at_0x80 = false;
  bool used = false;
};

void Substitute(const void* context, UConverterToUnicodeArgs* args, const char* bytes,
                int32_t length, UConverterCallbackReason reason, UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;  // The converter is reset or closed.
  auto* substitution = const_cast<Substitution*>(static_cast<const Substitution*>(context));
  const bool euro = substitution->euro_at_0x80 && length == 1 && bytes[0] == '\x80';
  substitution->used = substitution->used || !euro;
  *error = U_ZERO_ERROR;
  ucnv_cbToUWriteUChars(args, euro ? &kEuro : &kReplacement, 1, 0, error);
}

absl::StatusOr<Converter> OpenConverter(const char* name) {
  UErrorCode error = U_ZERO_ERROR;
  Converter converter(ucnv_open(name, &error), ucnv_close);
  if (U_SUCCESS(error)) return converter;
  return absl::InternalError(absl::StrCat("ICU has no converter ", name, ": ", u_errorName(error)));
}

// The bytes in UTF-8, and whether some were no characters.
absl::StatusOr<std::string> Convert(absl::string_view bytes, const Encoding& encoding,
                                    bool* damaged) {
  ASSIGN_OR_RETURN(const Converter from, OpenConverter(encoding.converter));
  ASSIGN_OR_RETURN(const Converter utf8, OpenConverter("UTF-8"));
  Substitution substitution;
  substitution.euro_at_0x80 = encoding.euro_at_0x80;
  UErrorCode error = U_ZERO_ERROR;
  ucnv_setToUCallBack(from.get(), Substitute, &substitution, nullptr, nullptr, &error);
  std::string text;
  text.reserve(bytes.size());
  const char* source = bytes.data();
  UChar pivot[2048];
  UChar* pivot_source = pivot;
  UChar* pivot_target = pivot;
  bool first = true;
  char buffer[8192];
  do {
    char* target = buffer;
    error = U_ZERO_ERROR;
    ucnv_convertEx(utf8.get(), from.get(), &target, buffer + sizeof(buffer), &source,
                   bytes.data() + bytes.size(), pivot, &pivot_source, &pivot_target,
                   pivot + sizeof(pivot) / sizeof(pivot[0]), first, /*flush=*/true, &error);
    text.append(buffer, static_cast<size_t>(target - buffer));
    first = false;
  } while (error == U_BUFFER_OVERFLOW_ERROR);
  if (U_FAILURE(error)) return absl::InternalError(absl::StrCat("ICU: ", u_errorName(error)));
  *damaged = substitution.used;
  return text;
}

absl::StatusOr<DecodedPage> Decode(absl::string_view bytes, const Encoding& encoding) {
  DecodedPage page;
  page.encoding = encoding.name;
  if (encoding.name == kUtf8Name) {
    page.damaged = FirstInvalidUtf8(bytes) < bytes.size();
    page.html = page.damaged ? RepairUtf8(bytes) : std::string(bytes);
  } else {
    ASSIGN_OR_RETURN(page.html, Convert(bytes, encoding, &page.damaged));
  }
  return page;
}

// The first encoding that a page declares in a <meta>, and the first name that is no encoding.
class Declarations : public HtmlEvents {
 public:
  void Start(absl::string_view name, const char* const* attributes) override {
    if (name != "meta" || attributes == nullptr) return;
    absl::string_view charset;
    absl::string_view content;
    bool is_type = false;
    for (const char* const* at = attributes; at[0] != nullptr; at += 2) {
      const absl::string_view key = at[0];
      const absl::string_view value = at[1] == nullptr ? "" : at[1];
      if (key == "charset") charset = value;
      if (key == "content") content = value;
      if (key == "http-equiv") is_type = absl::EqualsIgnoreCase(value, "content-type");
    }
    Add(charset);
    if (is_type) Add(CharsetOf(content));
  }

  void Add(absl::string_view label) {
    label = absl::StripAsciiWhitespace(label);
    if (label.empty() || encoding_ != nullptr) return;
    encoding_ = FindEncoding(label);
    if (encoding_ == nullptr && unknown_.empty()) unknown_ = std::string(label);
  }

  const Encoding* encoding() const { return encoding_; }
  const std::string& unknown() const { return unknown_; }

 private:
  const Encoding* encoding_ = nullptr;
  std::string unknown_;
};

// <?xml version="1.0" encoding="x"?>
absl::string_view XmlEncoding(absl::string_view begin) {
  if (!absl::StartsWith(begin, "<?xml")) return "";
  begin = begin.substr(0, begin.find('>'));
  constexpr absl::string_view kName = "encoding";
  const size_t at = begin.find(kName);
  if (at == absl::string_view::npos) return "";
  begin = absl::StripLeadingAsciiWhitespace(begin.substr(at + kName.size()));
  if (!absl::ConsumePrefix(&begin, "=")) return "";
  begin = absl::StripLeadingAsciiWhitespace(begin);
  if (begin.empty() || (begin[0] != '"' && begin[0] != '\'')) return "";
  const size_t end = begin.find(begin[0], 1);
  return end == absl::string_view::npos ? "" : begin.substr(1, end - 1);
}

// In all encodings but UTF-16, declarations are ASCII.
void FindDeclarations(absl::string_view page, Declarations* declarations) {
  std::string begin(page.substr(0, kDeclarationBytes));
  for (char& c : begin) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  // Of a page that is refused, what was found before counts.
  ParseHtml(begin, declarations).IgnoreError();
  declarations->Add(XmlEncoding(absl::StripLeadingAsciiWhitespace(begin)));
}

// Whether bytes that are UTF-8 may be meant as something else: UTF-16, and ISO-2022-JP with its
// escapes, can be all ASCII.
bool MayBeOther(absl::string_view page) {
  return absl::StrContains(page, absl::string_view("\0", 1)) || absl::StrContains(page, '\x1b');
}

bool IsUtf16(const Encoding& encoding) { return absl::StartsWith(encoding.name, "UTF-16"); }

}  // namespace

absl::StatusOr<DecodedPage> DecodePage(absl::string_view page, absl::string_view charset) {
  const Encoding& utf8 = *FindEncoding(kUtf8Name);
  if (absl::ConsumePrefix(&page, kUtf8Mark)) return Decode(page, utf8);
  if (absl::ConsumePrefix(&page, kUtf16LeMark)) return Decode(page, *FindEncoding("utf-16le"));
  if (absl::ConsumePrefix(&page, kUtf16BeMark)) return Decode(page, *FindEncoding("utf-16be"));
  const size_t invalid = FirstInvalidUtf8(page);
  const bool is_utf8 = invalid == page.size();
  if (is_utf8 && !MayBeOther(page)) return Decode(page, utf8);
  Declarations declarations;
  declarations.Add(charset);
  const bool by_server = declarations.encoding() != nullptr;
  if (!by_server) FindDeclarations(page, &declarations);
  const Encoding* encoding = declarations.encoding();
  if (encoding == nullptr && !is_utf8) {
    const std::string but =
        declarations.unknown().empty()
            ? "the page declares no other encoding"
            : absl::StrCat("the page's encoding \"", Snippet(declarations.unknown(), 40),
                           "\" is unknown");
    return absl::InvalidArgumentError(
        absl::StrCat("invalid UTF-8 at byte ", invalid, ", and ", but));
  }
  // What could be read as ASCII is not UTF-16.
  if (encoding != nullptr && IsUtf16(*encoding) && !by_server) encoding = &utf8;
  if (is_utf8 && !(encoding != nullptr && (IsUtf16(*encoding) || encoding->is_ascii))) {
    encoding = &utf8;
  }
  return Decode(page, *encoding);
}

std::string CharsetOf(absl::string_view content_type) {
  for (absl::string_view part : absl::StrSplit(content_type, absl::ByAnyChar(";,"))) {
    part = absl::StripAsciiWhitespace(part);
    constexpr absl::string_view kName = "charset";
    if (!absl::StartsWithIgnoreCase(part, kName)) continue;
    part = absl::StripLeadingAsciiWhitespace(part.substr(kName.size()));
    if (!absl::ConsumePrefix(&part, "=")) continue;
    part = absl::StripAsciiWhitespace(part);
    if (part.size() > 1 && (part[0] == '"' || part[0] == '\'') && part.back() == part[0]) {
      part = part.substr(1, part.size() - 2);
    }
    return std::string(absl::StripAsciiWhitespace(part));
  }
  return "";
}

}  // namespace quipu::pipelines
