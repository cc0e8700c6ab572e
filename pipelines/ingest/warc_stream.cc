// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/warc_stream.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kStepBytes = 1 << 16;
// All fields of a record together; real ones have about a kilobyte.
constexpr size_t kMaxFieldBytes = 1 << 20;

}  // namespace

absl::string_view FieldOf(const NamedFields& fields, absl::string_view name) {
  for (const auto& [key, value] : fields) {
    if (absl::EqualsIgnoreCase(key, name)) return value;
  }
  return "";
}

NamedFields ParseFields(absl::string_view lines) {
  NamedFields fields;
  for (absl::string_view line : absl::StrSplit(lines, '\n')) {
    line = absl::StripTrailingAsciiWhitespace(line);
    if (line.empty()) continue;
    if (absl::ascii_isspace(line[0]) && !fields.empty()) {
      absl::StrAppend(&fields.back().second, " ", absl::StripLeadingAsciiWhitespace(line));
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos) continue;
    fields.emplace_back(absl::StripTrailingAsciiWhitespace(line.substr(0, colon)),
                        absl::StripLeadingAsciiWhitespace(line.substr(colon + 1)));
  }
  return fields;
}

absl::StatusOr<bool> WarcStream::Next(WarcRecord* record) {
  *record = WarcRecord();
  std::string line;
  do {
    record->offset = offset_;
    ASSIGN_OR_RETURN(const bool more, ReadLine(&line));
    if (!more) return false;
  } while (line.empty());
  if (!absl::StartsWith(line, "WARC/")) {
    return absl::DataLossError(absl::StrCat("byte ", record->offset, ": no WARC record begins here",
                                            " but \"", Snippet(line, 40), "\""));
  }
  RETURN_IF_ERROR(ReadFields(record));
  if (!absl::SimpleAtoi(record->Field("Content-Length"), &record->length)) {
    return absl::DataLossError(absl::StrCat("byte ", record->offset, ": Content-Length \"",
                                            Snippet(record->Field("Content-Length"), 40),
                                            "\" is not a number"));
  }
  RETURN_IF_ERROR(ReadContent(record));
  record->next_offset = offset_;
  return true;
}

absl::StatusOr<bool> WarcStream::Fill() {
  if (begin_ < buffer_.size()) return true;
  buffer_.resize(kStepBytes);
  begin_ = 0;
  const absl::StatusOr<size_t> count = source_->Read(&buffer_[0], buffer_.size());
  buffer_.resize(count.ok() ? *count : 0);
  if (!count.ok()) return count.status();
  return *count > 0;
}

absl::StatusOr<bool> WarcStream::ReadLine(std::string* line) {
  line->clear();
  while (line->size() <= kMaxFieldBytes) {
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) return !line->empty();
    const absl::string_view unread = absl::string_view(buffer_).substr(begin_);
    const size_t end = std::min(unread.find('\n'), unread.size());
    line->append(unread.data(), end);
    const size_t used = std::min(end + 1, unread.size());
    begin_ += used;
    offset_ += used;
    if (end == unread.size()) continue;
    if (absl::EndsWith(*line, "\r")) line->pop_back();
    return true;
  }
  return absl::DataLossError(absl::StrCat("byte ", offset_, ": a line of a record's fields has ",
                                          "more than ", kMaxFieldBytes, " bytes"));
}

absl::Status WarcStream::ReadFields(WarcRecord* record) {
  std::string lines;
  std::string line;
  while (lines.size() <= kMaxFieldBytes) {
    ASSIGN_OR_RETURN(const bool more, ReadLine(&line));
    if (!more) {
      return absl::DataLossError(
          absl::StrCat("the file ends inside the WARC record at byte ", record->offset));
    }
    if (line.empty()) {
      record->fields = ParseFields(lines);
      return absl::OkStatus();
    }
    absl::StrAppend(&lines, line, "\n");
  }
  return absl::DataLossError(absl::StrCat("byte ", record->offset, ": the record's fields have ",
                                          "more than ", kMaxFieldBytes, " bytes"));
}

absl::Status WarcStream::ReadContent(WarcRecord* record) {
  const bool keep = record->length <= kMaxRecordBytes;
  uint64_t left = record->length;
  while (left > 0) {
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) {
      return absl::DataLossError(absl::StrCat("the file ends ", left,
                                              " bytes before the end of the WARC record at byte ",
                                              record->offset));
    }
    const auto count = static_cast<size_t>(std::min<uint64_t>(left, buffer_.size() - begin_));
    if (keep) record->content.append(buffer_, begin_, count);
    begin_ += count;
    offset_ += count;
    left -= count;
  }
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
