// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/warc_page.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "pipelines/ingest/decompress.h"
#include "pipelines/ingest/file_kind.h"
#include "pipelines/markup/html_text.h"
#include "pipelines/markup/page_encoding.h"

namespace quipu::pipelines {
namespace {

constexpr int kHttpOk = 200;
// What servers put into Content-Encoding although nothing is encoded.
constexpr absl::string_view kNoEncodings[] = {"", "identity", "none", "utf-8", "utf8", "8bit"};

// What a server sent.
struct Answer {
  int status = kHttpOk;
  NamedFields fields;
  std::string body;
};

// "text/html; charset=x" -> "text/html".
std::string MediaType(absl::string_view type) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(type.substr(0, type.find(';'))));
}

// Joins the chunks of a body that was sent in chunks; the last may have been cut by the crawler. False
// if it was not.
bool JoinChunks(absl::string_view body, std::string* joined) {
  while (true) {
    const size_t end = body.find('\n');
    if (end == absl::string_view::npos && joined->empty()) return false;
    absl::string_view digits = body.substr(0, end);
    digits = absl::StripAsciiWhitespace(digits.substr(0, digits.find(';')));
    uint64_t size = 0;
    if (digits.empty() || !absl::SimpleHexAtoi(digits, &size)) return false;
    if (size == 0 || end == absl::string_view::npos) return true;
    body.remove_prefix(end + 1);
    if (size > body.size() && joined->empty()) return false;
    size = std::min<uint64_t>(size, body.size());
    joined->append(body.data(), size);
    body.remove_prefix(size);
    absl::ConsumePrefix(&body, "\r");
    if (body.empty()) return true;  // The crawler cut the page.
    if (!absl::ConsumePrefix(&body, "\n")) return false;
  }
}

// Decompresses a body, whatever its fields say: many crawlers store it decompressed and keep
// the field.
absl::Status Decode(Answer* answer) {
  std::unique_ptr<ByteSource> source;
  switch (CompressionOfContent(answer->body)) {
    case Compression::kGzip:
      source = NewGzipSource(NewStringSource(std::move(answer->body)), DecompressLimits());
      break;
    case Compression::kZstd:
      source = NewZstdSource(NewStringSource(std::move(answer->body)), DecompressLimits());
      break;
    default: {
      const absl::string_view encoding = FieldOf(answer->fields, "Content-Encoding");
      const std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(encoding));
      if (std::count(std::begin(kNoEncodings), std::end(kNoEncodings), name) > 0) {
        return absl::OkStatus();
      }
      if (FirstInvalidUtf8(answer->body) == answer->body.size()) return absl::OkStatus();
      return absl::InvalidArgumentError(absl::StrCat("a page in the Content-Encoding \"",
                                                     Snippet(encoding, 40),
                                                     "\": gzip and zstd are read"));
    }
  }
  std::string decoded;
  constexpr size_t kStep = 1 << 16;
  while (decoded.size() <= kMaxRecordBytes) {
    const size_t size = decoded.size();
    decoded.resize(size + kStep);
    const absl::StatusOr<size_t> count = source->Read(&decoded[size], kStep);
    decoded.resize(size + (count.ok() ? *count : 0));
    if (!count.ok()) return absl::InvalidArgumentError(count.status().message());
    if (*count > 0) continue;
    answer->body = std::move(decoded);
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("a page of more than ", kMaxRecordBytes, " bytes when it is decompressed"));
}

// Parses an HTTP response.
absl::StatusOr<Answer> ParseAnswer(absl::string_view content) {
  size_t end = content.find("\r\n\r\n");
  size_t behind = 4;
  if (const size_t bare = content.find("\n\n"); bare < end) {
    end = bare;
    behind = 2;
  }
  if (end == absl::string_view::npos || !absl::StartsWith(content, "HTTP/")) {
    return absl::InvalidArgumentError("a response without an HTTP header");
  }
  const absl::string_view header = content.substr(0, end);
  const size_t line_end = std::min(header.find('\n'), header.size());
  const std::vector<absl::string_view> words =
      absl::StrSplit(header.substr(0, line_end), ' ', absl::SkipWhitespace());
  Answer answer;
  if (words.size() < 2 || !absl::SimpleAtoi(absl::StripAsciiWhitespace(words[1]), &answer.status)) {
    return absl::InvalidArgumentError("a response without an HTTP status");
  }
  answer.fields = ParseFields(header.substr(line_end));
  const absl::string_view body = content.substr(end + behind);
  // "gzip, chunked": what is within the chunks is seen by its first bytes.
  const bool chunked = absl::EndsWithIgnoreCase(
      absl::StripTrailingAsciiWhitespace(FieldOf(answer.fields, "Transfer-Encoding")), "chunked");
  if (!chunked || !JoinChunks(body, &answer.body)) answer.body = std::string(body);
  return answer;
}

}  // namespace

bool IsAboutTheCrawl(const WarcRecord& record) {
  const absl::string_view type = record.Field("WARC-Type");
  return type != "response" && type != "resource" && type != "conversion";
}

absl::StatusOr<std::optional<std::string>> PageText(const WarcRecord& record) {
  if (IsAboutTheCrawl(record)) return std::optional<std::string>();
  Answer answer;
  std::string type(record.Field("Content-Type"));
  if (MediaType(type) == "application/http" || record.Field("WARC-Type") == "response") {
    // A response of another protocol (DNS, FTP) is no page.
    if (!absl::StartsWith(record.content, "HTTP/")) return std::optional<std::string>();
    ASSIGN_OR_RETURN(answer, ParseAnswer(record.content));
    type = std::string(FieldOf(answer.fields, "Content-Type"));
  } else {
    answer.body = record.content;
  }
  const std::string media = MediaType(type);
  const bool html = media == "text/html" || media == "application/xhtml+xml" ||
                    (media.empty() && IsHtml(answer.body));
  const bool plain = media == "text/plain" || media == "text/markdown";
  if (answer.status != kHttpOk || (!html && !plain)) return std::optional<std::string>();
  RETURN_IF_ERROR(Decode(&answer));
  if (html) {
    ASSIGN_OR_RETURN(std::string text, HtmlText(answer.body, CharsetOf(type)));
    return std::make_optional(std::move(text));
  }
  const size_t invalid = FirstInvalidUtf8(answer.body);
  if (invalid == answer.body.size()) return std::make_optional(std::move(answer.body));
  return absl::InvalidArgumentError(
      absl::StrCat("invalid UTF-8 at byte ", invalid, " of the page"));
}

}  // namespace quipu::pipelines
