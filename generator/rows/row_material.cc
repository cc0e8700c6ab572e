// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/row_material.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "generator/chunks/task_chunks.h"
#include "generator/languages/row_texts.h"
#include "generator/rows/answer_style.h"
#include "generator/rows/cut_out.h"
#include "generator/rows/key_values.h"
#include "generator/words/language.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace quipu::generator {
namespace {

using Spans = google::protobuf::RepeatedPtrField<v1::Span>;

TextRange ToRange(const v1::Span& span) { return {span.begin(), span.end()}; }

std::string Describe(TextRange range) {
  return absl::StrCat("[", range.begin, ", ", range.end, ")");
}

absl::Status Outside(absl::string_view what, TextRange range, const v1::Document& document) {
  return absl::InvalidArgumentError(absl::StrCat(what, " ", Describe(range), " of a document of ",
                                                 document.text().size(), " bytes"));
}

absl::StatusOr<std::vector<absl::string_view>> TextsOf(const v1::Document& document,
                                                       const Spans& spans) {
  std::vector<absl::string_view> texts;
  for (const v1::Span& span : spans) {
    if (span.begin() > span.end() || span.end() > document.text().size()) {
      return Outside("evidence", ToRange(span), document);
    }
    texts.push_back(
        absl::string_view(document.text()).substr(span.begin(), span.end() - span.begin()));
  }
  return texts;
}

// A document's own row, and pairs that belong to it.
absl::Status CheckRecords(const v1::LongDetails& details, const RowRecords& records) {
  if (records.document == nullptr || records.pairs.empty()) {
    return absl::InvalidArgumentError("a row of a document has no document or no pair");
  }
  const v1::Document& document = *records.document;
  for (const v1::Result* sample : records.pairs) {
    const TextRange chunks = HullOf(RowChunks(sample->task(), document.text().size()));
    if (sample->has_reject()) return absl::InvalidArgumentError("sample is a reject");
    if (sample->task().document_id() != document.id()) {
      return absl::InvalidArgumentError("sample belongs to another document");
    }
    for (const TextRange& chunk : ChunksOf(sample->task())) {
      if (chunk.begin >= chunk.end || chunk.end > document.text().size()) {
        return Outside("chunk", chunk, document);
      }
    }
    const TextRange context = ToRange(details.context_span());
    if (context.begin > chunks.begin || context.end < chunks.end ||
        context.end > document.text().size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("context ", Describe(context), " does not contain chunk ", Describe(chunks),
                       " of a document of ", document.text().size(), " bytes"));
    }
  }
  if (records.context.size() != static_cast<size_t>(details.context_size())) {
    return absl::InvalidArgumentError(absl::StrCat(details.context_size(),
                                                   " documents in the context, but records of ",
                                                   records.context.size()));
  }
  return absl::OkStatus();
}

ContextBlock BlockOf(const v1::Document& document, TextRange span) {
  ContextBlock block;
  block.text = absl::string_view(document.text()).substr(span.begin, span.end - span.begin);
  block.document_id = document.id();
  block.span = span;
  block.pieces = {{span, 0}};
  return block;
}

ContextBlock BlockWithout(const v1::Document& document, TextRange span,
                          const std::vector<TextRange>& cuts) {
  ContextBlock block = BlockOf(document, span);
  auto text = std::make_shared<std::string>();
  block.pieces.clear();
  for (const TextRange& part : WhatRemains(document.text(), span, cuts)) {
    block.pieces.push_back({part, text->size()});
    absl::StrAppend(text.get(),
                    absl::string_view(document.text()).substr(part.begin, part.end - part.begin));
  }
  block.text = *text;
  block.owned = std::move(text);
  return block;
}

// Adds the blocks of the context around the row's own.
absl::Status AddBlocks(const v1::LongDetails& details, const RowRecords& records, ContextBlock own,
                       RowMaterial* material) {
  if (details.context().empty()) {
    material->blocks.push_back(std::move(own));
    return absl::OkStatus();
  }
  int found = 0;
  for (int i = 0; i < details.context_size(); ++i) {
    const v1::ContextPart& part = details.context(i);
    const v1::Document& document = *records.context[i];
    const TextRange span = ToRange(part.span());
    if (document.id() != part.document_id()) {
      return absl::InvalidArgumentError("the context's record belongs to another document");
    }
    if (span.begin >= span.end || span.end > document.text().size()) {
      return Outside("context", span, document);
    }
    if (part.document_id() != records.document->id()) {
      material->blocks.push_back(BlockOf(document, span));
      continue;
    }
    if (span.begin != own.span.begin || span.end != own.span.end) {
      return absl::InvalidArgumentError("the context has another stretch of the row's document");
    }
    ++found;
    material->own = material->blocks.size();
    material->blocks.push_back(own);
  }
  if (found == 1) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the context has the row's own document ", found, " times, want once"));
}

// What all rows of a document have in common.
absl::StatusOr<RowMaterial> BeginMaterial(const v1::LongDetails& details, const RowRecords& records,
                                          ContextBlock own, const RowSpec& spec) {
  const v1::Task& first = records.pairs[0]->task();
  RowMaterial material;
  material.delimiter = details.delimiter();
  material.language = LanguageOfTaskCode(first.language());
  RETURN_IF_ERROR(AddBlocks(details, records, std::move(own), &material));
  material.pattern = RowPattern(spec, material.language, first.form(), material.blocks.size() > 1);
  return material;
}

absl::StatusOr<RowMaterial> AnsweredMaterial(const v1::LongDetails& details,
                                             const RowRecords& records, const RowSpec& spec) {
  RETURN_IF_ERROR(CheckRecords(details, records));
  if (records.pairs.size() != static_cast<size_t>(details.more_turns_size()) + 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        details.more_turns_size() + 1, " turns, but records of ", records.pairs.size()));
  }
  const v1::Document& document = *records.document;
  const TextRange context = ToRange(details.context_span());
  ASSIGN_OR_RETURN(RowMaterial material,
                   BeginMaterial(details, records, BlockOf(document, context), spec));
  const v1::InstanceSpec::AnswerStyle style = spec.instances.answer_style();
  for (size_t i = 0; i < records.pairs.size(); ++i) {
    const v1::Result& sample = *records.pairs[i];
    const Spans& evidence = i == 0 ? details.evidence() : details.more_turns(i - 1).evidence();
    ASSIGN_OR_RETURN(const std::vector<absl::string_view> sentences, TextsOf(document, evidence));
    const TextRange chunk = RowChunks(sample.task(), document.text().size())[0];
    RowTurn& turn = material.turns.emplace_back();
    turn.task_id = sample.task().id();
    turn.question = sample.question();
    turn.answer = sample.answer();
    const std::string styled = StyledQuestion(style, sample.question(), !sentences.empty());
    turn.user = i == 0 ? styled : TurnPrompt(spec, material.language, sample.task().form(), styled);
    turn.assistant = StyledAnswer(style, sample.answer(), sentences);
    turn.place = {chunk.begin - context.begin, chunk.end - context.begin};
  }
  return material;
}

// The sentence that says that the text does not answer, drawn by the run's seed and the task.
std::string DrawNoAnswer(uint64_t seed, const v1::Task& task, Language language) {
  const auto& sentences = RowTextsOf(language).no_answer;
  Rng rng(FingerprintBuilder("no answer").Add(seed).Add(task.id()).Build(), "sentence");
  return std::string(sentences[rng.Below(sentences.size())]);
}

absl::StatusOr<RowMaterial> UnanswerableMaterial(const v1::LongDetails& details,
                                                 const RowRecords& records, const RowSpec& spec) {
  RETURN_IF_ERROR(CheckRecords(details, records));
  if (records.pairs.size() != 1 || !details.more_turns().empty()) {
    return absl::InvalidArgumentError("an unanswerable row has one question");
  }
  const v1::Document& document = *records.document;
  const v1::Result& sample = *records.pairs[0];
  if (details.evidence().empty()) {
    return absl::InvalidArgumentError("an unanswerable row says nothing of what was cut out");
  }
  std::vector<TextRange> cuts;
  for (const Spans* spans : {&details.evidence(), &details.other_places()}) {
    RETURN_IF_ERROR(TextsOf(document, *spans).status());
    for (const v1::Span& span : *spans) cuts.push_back(ToRange(span));
  }
  std::sort(cuts.begin(), cuts.end(),
            [](const TextRange& a, const TextRange& b) { return a.begin < b.begin; });
  const TextRange context = ToRange(details.context_span());
  ASSIGN_OR_RETURN(RowMaterial material,
                   BeginMaterial(details, records, BlockWithout(document, context, cuts), spec));
  ASSIGN_OR_RETURN(material.absent, TextsOf(document, details.evidence()));
  ASSIGN_OR_RETURN(const std::vector<absl::string_view> others,
                   TextsOf(document, details.other_places()));
  material.absent.insert(material.absent.end(), others.begin(), others.end());
  RowTurn& turn = material.turns.emplace_back();
  turn.task_id = sample.task().id();
  turn.question = sample.question();
  // As if there were evidence: a missing request would tell that there is none.
  turn.user = StyledQuestion(spec.instances.answer_style(), sample.question(), true);
  turn.answer = turn.assistant = DrawNoAnswer(spec.seed, sample.task(), material.language);
  if (turn.answer.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("language \"", sample.task().language(), "\" has no sentence for this"));
  }
  const ContextBlock& own = material.blocks[material.own];
  size_t before = 0;
  for (const ContextPiece& piece : own.pieces) {
    if (piece.document.end <= details.evidence(0).begin()) {
      before = piece.at + (piece.document.end - piece.document.begin);
    }
  }
  turn.place = {before, before};
  return material;
}

absl::StatusOr<RowMaterial> KeyValueMaterial(const v1::LongDetails& details,
                                             const RowRecords& records) {
  ASSIGN_OR_RETURN(const Fingerprint id, Fingerprint::FromBytes(records.source_id));
  const KeyValues dictionary(id);
  const uint64_t bytes = details.context_span().end();
  const uint64_t entries = (bytes + 1) / (KeyValues::RangeOf(1).begin);
  if (entries == 0 || KeyValues::BytesOf(entries) != bytes || details.context_span().begin() != 0) {
    return absl::InvalidArgumentError(absl::StrCat("no dictionary has ", bytes,
                                                   " bytes: a line has ", KeyValues::RangeOf(0).end,
                                                   ", and its end one more"));
  }
  RowMaterial material;
  material.pattern = std::string(kKeyValuePattern);
  material.delimiter = details.delimiter();
  material.language = Language::kEnglish;
  ContextBlock& block = material.blocks.emplace_back();
  block.owned = std::make_shared<const std::string>(dictionary.Text(entries));
  block.text = *block.owned;
  block.span = {0, block.text.size()};
  block.pieces = {{block.span, 0}};
  for (int i = 0; i <= details.more_turns_size(); ++i) {
    const Spans& evidence = i == 0 ? details.evidence() : details.more_turns(i - 1).evidence();
    const uint64_t entry =
        evidence.size() == 1 ? evidence[0].begin() / KeyValues::RangeOf(1).begin : entries;
    const TextRange range = KeyValues::RangeOf(entry);
    if (entry >= entries || range.begin != evidence[0].begin() || range.end != evidence[0].end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("turn ", i + 1, " is not about one entry of the dictionary"));
    }
    RowTurn& turn = material.turns.emplace_back();
    turn.question = turn.user = dictionary.Question(entry);
    turn.answer = turn.assistant = dictionary.Answer(entry);
    turn.place = range;
  }
  return material;
}

}  // namespace

std::optional<TextRange> ContextBlock::Find(TextRange document) const {
  for (const ContextPiece& piece : pieces) {
    if (document.begin < piece.document.begin || document.end > piece.document.end) continue;
    const size_t begin = piece.at + (document.begin - piece.document.begin);
    return TextRange{begin, begin + (document.end - document.begin)};
  }
  return std::nullopt;
}

absl::StatusOr<RowMaterial> MaterialOf(const v1::LongDetails& details, const RowRecords& records,
                                       const RowSpec& spec) {
  switch (details.row_kind()) {
    case v1::ROW_KIND_ANSWERED:
      return AnsweredMaterial(details, records, spec);
    case v1::ROW_KIND_UNANSWERABLE:
      return UnanswerableMaterial(details, records, spec);
    case v1::ROW_KIND_KEY_VALUE:
      return KeyValueMaterial(details, records);
    default:
      return absl::InvalidArgumentError(absl::StrCat("kind of row ", details.row_kind()));
  }
}

RowConversation ConversationOf(const RowMaterial& material, const RowSpec& spec) {
  std::vector<absl::string_view> texts;
  for (const ContextBlock& block : material.blocks) texts.push_back(block.text);
  RowConversation conversation;
  if (!spec.instances.system().empty()) {
    conversation.messages.push_back({inference::Role::kSystem, spec.instances.system()});
  }
  conversation.first_user = conversation.messages.size();
  for (const RowTurn& turn : material.turns) {
    std::string user = turn.user;
    if (conversation.block_begins.empty()) {
      LongPrompt prompt =
          InstancePrompt(material.pattern, material.language, material.delimiter, texts, turn.user);
      user = std::move(prompt.text);
      conversation.block_begins = std::move(prompt.document_begins);
    }
    conversation.messages.push_back({inference::Role::kUser, std::move(user)});
    conversation.messages.push_back({inference::Role::kAssistant, turn.assistant});
  }
  return conversation;
}

absl::StatusOr<Fingerprint> ConversationId(v1::RowKind kind, absl::string_view source_id) {
  if (kind != v1::ROW_KIND_UNANSWERABLE) return Fingerprint::FromBytes(source_id);
  return FingerprintBuilder("unanswerable row").Add(source_id).Build();
}

}  // namespace quipu::generator
