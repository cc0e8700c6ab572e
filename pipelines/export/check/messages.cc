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

// Contents of the messages, in order.
std::vector<absl::string_view> ContentsOf(const dom::object& row) {
  std::vector<absl::string_view> contents;
  dom::array messages;
  if (row["messages"].get(messages) != simdjson::SUCCESS) return contents;
  for (const dom::element message : messages) {
    std::string_view content;
    if (message["content"].get(content) == simdjson::SUCCESS) contents.push_back(ToAbsl(content));
  }
  return contents;
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

void MessagesChecker::CheckSplit(const Place& place, generator::Split is, generator::Split wanted) {
  if (is == wanted) return;
  findings_->Add(place, absl::StrCat("row of the ", generator::SplitName(wanted),
                                     " split in a file of ", generator::SplitName(is)));
}

absl::Status MessagesChecker::Check(const Place& place, absl::string_view line,
                                    generator::Split split) {
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
  if (row->long_row) return CheckLongRow(place, line, *object, *row, split);
  CheckSplit(place, split, generator::SplitOf(store_.header().spec(), row->source.ToBytes()));
  return CheckShortRow(place, line, *object, *row);
}

absl::Status MessagesChecker::CheckLongRow(const Place& place, absl::string_view line,
                                           const dom::object& object, const SourceRow& source,
                                           generator::Split split) {
  ASSIGN_OR_RETURN(const v1::TrainingRow row, store_.GetTrainingRow(source.kind, source.index));
  CheckSplit(place, split, generator::SplitOfRow(store_.header().spec(), row));
  ASSIGN_OR_RETURN(const LongRowRecords records, ReadLongRow(store_, row));
  expected_.clear();
  RETURN_IF_ERROR(AsRowError(rows_.AppendLong(row, records, &expected_), source.source));
  if (absl::StripSuffix(expected_, "\n") != line) Compare(place, object);
  const generator::RowSpec spec(store_.header().spec());
  ASSIGN_OR_RETURN(const generator::RowMaterial material,
                   generator::MaterialOf(row.long_details(), records.View(), spec));
  const std::vector<absl::string_view> contents = ContentsOf(object);
  const bool has_system =
      !spec.instances.system().empty() || !target_.chat_template.default_system().empty();
  const size_t first_user = has_system ? 1 : 0;
  if (contents.size() != first_user + 2 * material.turns.size()) {
    findings_->Add(
        place, absl::StrCat(contents.size(), " messages for ", material.turns.size(), " turns"));
    return absl::OkStatus();
  }
  CheckContext(place, contents[first_user], material);
  CheckTurns(place, contents, first_user, material);
  CheckEvidence(place, row.long_details(), records, material);
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

// The texts of the context, one behind the other, and none of them ends its block.
void MessagesChecker::CheckContext(const Place& place, absl::string_view user,
                                   const generator::RowMaterial& material) {
  size_t from = 0;
  for (const generator::ContextBlock& block : material.blocks) {
    const size_t at = user.find(block.text, from);
    if (block.text.empty() || at == absl::string_view::npos) {
      findings_->Add(place, "the context is not in the prompt");
      return;
    }
    from = at + block.text.size();
    if (absl::StrContains(block.text, absl::StrCat("</", material.delimiter, ">"))) {
      findings_->Add(place, "the document closes its own delimiter");
    }
  }
  if (!absl::StrContains(user.substr(from), material.turns[0].question)) {
    findings_->Add(place, "the question does not follow the document");
  }
}

void MessagesChecker::CheckTurns(const Place& place, const std::vector<absl::string_view>& contents,
                                 size_t first_user, const generator::RowMaterial& material) {
  const bool plain = store_.header().spec().instances().answer_style() == v1::InstanceSpec::PLAIN;
  for (size_t i = 0; i < material.turns.size(); ++i) {
    const generator::RowTurn& turn = material.turns[i];
    const absl::string_view answer = contents[first_user + 2 * i + 1];
    if (!absl::StrContains(contents[first_user + 2 * i], turn.question)) {
      findings_->Add(place, absl::StrCat("turn ", i + 1, " does not ask its question"));
    }
    if (plain ? answer != turn.answer : !absl::StrContains(answer, turn.answer)) {
      findings_->Add(place,
                     absl::StrCat("the answer of turn ", i + 1, " differs from the sample's"));
    }
  }
}

void MessagesChecker::CheckEvidence(const Place& place, const v1::LongDetails& details,
                                    const LongRowRecords& records,
                                    const generator::RowMaterial& material) {
  const absl::string_view own = material.blocks[material.own].text;
  for (const absl::string_view part : material.absent) {
    if (absl::StrContains(own, part)) {
      findings_->Add(place, absl::StrCat("\"", Snippet(part), "\" was cut out and is there"));
    }
  }
  const bool cut_out = details.row_kind() == v1::ROW_KIND_UNANSWERABLE;
  for (size_t i = 0; i < records.pairs.size(); ++i) {
    const absl::string_view text = records.document->text();
    const std::vector<generator::TextRange> chunks =
        generator::RowChunks(records.pairs[i].task(), text.size());
    const bool all =
        std::all_of(chunks.begin(), chunks.end(), [&](const generator::TextRange& chunk) {
          const absl::string_view part = Part(text, chunk.begin, chunk.end);
          return !part.empty() && absl::StrContains(own, part);
        });
    if (!cut_out && !all) {
      findings_->Add(place, absl::StrCat("the chunk of turn ", i + 1, " is not in the context"));
    }
    if (i == 0) {
      CheckPlaces(place, details, chunks, *records.document, cut_out);
    } else {
      CheckPlaces(place, details.more_turns(static_cast<int>(i) - 1), chunks, *records.document,
                  cut_out);
    }
  }
}

// That the row has them is compared with the store, byte for byte. Whole sentences or list items
// were cut out, which may begin before the chunk.
template <typename Details>
void MessagesChecker::CheckPlaces(const Place& place, const Details& details,
                                  absl::Span<const generator::TextRange> chunks,
                                  const v1::Document& document, bool cut_out) {
  for (const v1::Span& sentence : details.evidence()) {
    const bool inside =
        std::any_of(chunks.begin(), chunks.end(), [&](const generator::TextRange& chunk) {
          return cut_out ? sentence.begin() < chunk.end && sentence.end() > chunk.begin
                         : sentence.begin() >= chunk.begin && sentence.end() <= chunk.end;
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
