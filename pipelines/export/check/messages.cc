// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/check/messages.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

// Content of the last message of a role; empty if there is none.
absl::string_view ContentOf(const dom::object& row, absl::string_view role) {
  dom::array messages;
  std::string_view found;
  if (row["messages"].get(messages) != simdjson::SUCCESS) return "";
  for (const dom::element message : messages) {
    std::string_view name;
    std::string_view content;
    if (message["role"].get(name) == simdjson::SUCCESS && name == ToStd(role) &&
        message["content"].get(content) == simdjson::SUCCESS) {
      found = content;
    }
  }
  return ToAbsl(found);
}

bool SameValue(const dom::element& a, const dom::element& b) {
  return a.type() == b.type() && simdjson::minify(a) == simdjson::minify(b);
}

absl::string_view Part(absl::string_view text, size_t begin, size_t end) {
  return begin > end || end > text.size() ? "" : text.substr(begin, end - begin);
}

absl::string_view Part(absl::string_view text, const v1::Span& span) {
  return Part(text, span.begin(), span.end());
}

}  // namespace

absl::Status MessagesChecker::Check(const Place& place, absl::string_view line) {
  const absl::StatusOr<dom::object> object = parser_.ParseObject(line);
  if (!object.ok()) {
    findings_->Add(place, object.status().message());
    return absl::OkStatus();
  }
  const absl::StatusOr<absl::string_view> id = RequiredString(*object, "id");
  if (!id.ok()) {
    findings_->Add(place, id.status().message());
    return absl::OkStatus();
  }
  const SourceRow* row = index_.FindHex(*id);
  if (row == nullptr) {
    findings_->Add(place, absl::StrCat("row ", Snippet(*id), " is not in the store"));
    return absl::OkStatus();
  }
  uint8_t& seen = seen_[index_.PositionOf(row)];
  if (seen != 0) findings_->Add(place, absl::StrCat("row ", *id, " is duplicated here"));
  seen = 1;
  return row->from_document ? CheckSample(place, line, *object, *row)
                            : CheckShortRow(place, line, *object, *row);
}

absl::Status MessagesChecker::CheckSample(const Place& place, absl::string_view line,
                                          const dom::object& object, const SourceRow& source) {
  ASSIGN_OR_RETURN(const v1::TrainingRow row, store_.GetTrainingRow(source.kind, source.index));
  ASSIGN_OR_RETURN(const v1::Result result, store_.GetResult(source.source.ToBytes()));
  ASSIGN_OR_RETURN(const v1::Document document,
                   store_.GetDocument(row.long_details().document_id()));
  expected_.clear();
  RETURN_IF_ERROR(AsRowError(rows_.AppendLong(row, result, document, &expected_), source.source));
  if (absl::StripSuffix(expected_, "\n") != line) Compare(place, object);
  CheckLong(place, object, row.long_details(), result, document);
  return absl::OkStatus();
}

absl::Status MessagesChecker::CheckShortRow(const Place& place, absl::string_view line,
                                            const dom::object& object, const SourceRow& source) {
  ASSIGN_OR_RETURN(const v1::ShortRow row, store_.GetShortRow(source.source.ToBytes()));
  expected_.clear();
  RETURN_IF_ERROR(AsRowError(rows_.AppendShort(row, source.tokens, &expected_), source.source));
  if (absl::StripSuffix(expected_, "\n") != line) Compare(place, object);
  return absl::OkStatus();
}

// Reports the fields that differ.
void MessagesChecker::Compare(const Place& place, const dom::object& actual) {
  const size_t size = expected_.size();
  expected_.resize(size + simdjson::SIMDJSON_PADDING);
  const absl::StatusOr<dom::object> expected =
      expected_parser_.ParseObject(absl::string_view(expected_.data(), size));
  if (!expected.ok()) {
    findings_->Add(place, expected.status().message());
    return;
  }
  const uint64_t before = findings_->count();
  for (const dom::key_value_pair field : *expected) {
    const absl::string_view key = ToAbsl(field.key);
    const absl::StatusOr<dom::element> value = Required(actual, key);
    if (!value.ok()) {
      findings_->Add(place, value.status().message());
    } else if (!SameValue(*value, field.value)) {
      findings_->Add(place, absl::StrCat("field \"", key, "\" differs from the store"));
    }
  }
  for (const dom::key_value_pair field : actual) {
    dom::element ignored;
    if (expected->at_key(field.key).get(ignored) == simdjson::SUCCESS) continue;
    findings_->Add(place, absl::StrCat("field \"", Snippet(ToAbsl(field.key)), "\" is unknown"));
  }
  if (findings_->count() == before) findings_->Add(place, "not in canonical form");
}

void MessagesChecker::CheckLong(const Place& place, const dom::object& object,
                                const v1::LongDetails& details, const v1::Result& result,
                                const v1::Document& document) {
  const absl::string_view user = ContentOf(object, "user");
  const absl::string_view context = Part(document.text(), details.context_span());
  const size_t at = user.find(context);
  const std::vector<generator::TextRange> chunks =
      generator::RowChunks(result.task(), document.text().size());
  for (const generator::TextRange& chunk : chunks) {
    const absl::string_view text = Part(document.text(), chunk.begin, chunk.end);
    if (text.empty() || !absl::StrContains(context, text)) {
      findings_->Add(place, "the chunk is not in the context");
    }
  }
  if (context.empty() || at == absl::string_view::npos) {
    findings_->Add(place, "the context is not in the prompt");
  } else if (!absl::StrContains(user.substr(at + context.size()), result.question())) {
    findings_->Add(place, "the question does not follow the document");
  }
  if (absl::StrContains(context, absl::StrCat("</", details.delimiter(), ">"))) {
    findings_->Add(place, "the document closes its own delimiter");
  }
  const absl::string_view answer = ContentOf(object, "assistant");
  if (details.evidence().empty() ? answer != result.answer()
                                 : !absl::StrContains(answer, result.answer())) {
    findings_->Add(place, "the answer differs from the sample's");
  }
  CheckPlaces(place, details, chunks, document);
  if (result.has_reject()) findings_->Add(place, "the sample was rejected");
}

// That the row has them is compared with the store, byte for byte.
void MessagesChecker::CheckPlaces(const Place& place, const v1::LongDetails& details,
                                  absl::Span<const generator::TextRange> chunks,
                                  const v1::Document& document) {
  for (const v1::Span& sentence : details.evidence()) {
    const bool inside =
        std::any_of(chunks.begin(), chunks.end(), [&](const generator::TextRange& chunk) {
          return sentence.begin() >= chunk.begin && sentence.end() <= chunk.end;
        });
    if (Part(document.text(), sentence).empty() || !inside) {
      findings_->Add(place, absl::StrCat("evidence [", sentence.begin(), ", ", sentence.end(),
                                         ") is not in the chunk"));
    }
  }
  for (const v1::Span& other : details.other_places()) {
    if (Part(document.text(), other).empty()) {
      findings_->Add(place, absl::StrCat("other place [", other.begin(), ", ", other.end(),
                                         ") is not in the document"));
    }
  }
}

void MessagesChecker::Finish(const Place& place) {
  for (size_t i = 0; i < seen_.size(); ++i) {
    if (seen_[i] != 0) continue;
    findings_->Add(place, absl::StrCat("no messages of source ", index_.row(i).source.ToHex()));
  }
}

}  // namespace quipu::pipelines
