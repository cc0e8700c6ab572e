// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/row_kinds.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "generator/chunks/task_chunks.h"
#include "generator/languages/row_texts.h"
#include "generator/rows/answers_elsewhere.h"
#include "generator/rows/cut_out.h"
#include "generator/rows/key_values.h"
#include "generator/rows/row_fit.h"
#include "generator/rows/row_material.h"
#include "generator/rows/row_rendering.h"
#include "generator/words/language.h"

namespace quipu::generator {
namespace {

// Rounds in which a dictionary is made shorter until it fits.
constexpr int kMaxRounds = 8;

void SetSpan(const TextRange& range, v1::Span* span) {
  span->set_begin(range.begin);
  span->set_end(range.end);
}

// The sentences to cut out for a pair. Those with evidence come first.
struct Cuts {
  std::vector<TextRange> evidence;
  std::vector<TextRange> others;
};

Cuts CutsOf(absl::string_view text, const Evidence& evidence) {
  std::vector<TextRange> places = evidence.sentences;
  places.insert(places.end(), evidence.other_places.begin(), evidence.other_places.end());
  Cuts cuts;
  for (const TextRange& cut : WholeSentences(text, places)) {
    const bool holds = std::any_of(
        evidence.sentences.begin(), evidence.sentences.end(),
        [&](const TextRange& place) { return place.begin < cut.end && cut.begin < place.end; });
    (holds ? cuts.evidence : cuts.others).push_back(cut);
  }
  return cuts;
}

std::string Remaining(absl::string_view text, const Cuts& cuts) {
  std::vector<TextRange> all = cuts.evidence;
  all.insert(all.end(), cuts.others.begin(), cuts.others.end());
  std::sort(all.begin(), all.end(),
            [](const TextRange& a, const TextRange& b) { return a.begin < b.begin; });
  std::string remaining;
  for (const TextRange& part : WhatRemains(text, {0, text.size()}, all)) {
    absl::StrAppend(&remaining, text.substr(part.begin, part.end - part.begin));
  }
  return remaining;
}

// Whether the rest of the document can be said not to answer.
bool IsUnanswerable(const SourceDocument& document, const LongPair& pair, const Cuts& cuts,
                    Language language) {
  const absl::string_view text = document.text();
  AnswersElsewhere elsewhere(text, language);
  if (cuts.evidence.empty() ||
      !elsewhere.Add(*pair.evidence, pair.sample->question(), pair.sample->answer())) {
    return false;
  }
  const std::string remaining = Remaining(text, cuts);
  // A short sentence may be part of a longer one.
  for (const std::vector<TextRange>* ranges : {&cuts.evidence, &cuts.others}) {
    for (const TextRange& range : *ranges) {
      if (absl::StrContains(remaining, text.substr(range.begin, range.end - range.begin))) {
        return false;
      }
    }
  }
  return !remaining.empty() && !elsewhere.In(remaining);
}

}  // namespace

bool DrawShare(double share, absl::string_view purpose, uint64_t seed, absl::string_view id) {
  if (share <= 0) return false;
  return Rng(FingerprintBuilder(purpose).Add(seed).Add(id).Build(), "share").Uniform() < share;
}

absl::StatusOr<std::optional<v1::TrainingRow>> BuildUnanswerable(const SourceDocument& document,
                                                                 const LongPair& pair,
                                                                 const RowSpec& spec,
                                                                 const TargetModel& target) {
  const v1::Task& task = pair.sample->task();
  const Language language = LanguageOfTaskCode(task.language());
  if (RowTextsOf(language).no_answer[0].empty()) return std::nullopt;
  const Cuts cuts = CutsOf(document.text(), *pair.evidence);
  if (!IsUnanswerable(document, pair, cuts, language)) return std::nullopt;
  v1::LongDetails details;
  details.set_row_kind(v1::ROW_KIND_UNANSWERABLE);
  details.set_document_id(document.document().id());
  details.set_delimiter(ChooseDelimiter(spec.instances.delimiter(), {document.text()}));
  for (const TextRange& cut : cuts.evidence) SetSpan(cut, details.add_evidence());
  for (const TextRange& cut : cuts.others) SetSpan(cut, details.add_other_places());
  RowRecords records;
  records.source_id = task.id();
  records.document = &document.document();
  records.pairs = {pair.sample};
  const TextRange needed = HullOf(RowChunks(task, document.text().size()));
  ASSIGN_OR_RETURN(auto built, FitRow(document, needed, details, records, spec, target));
  if (auto* row = std::get_if<v1::TrainingRow>(&built)) return std::move(*row);
  return std::nullopt;
}

std::string KeyValueSourceId(uint64_t seed, absl::string_view task_id) {
  return FingerprintBuilder("key-value row").Add(seed).Add(task_id).Build().ToBytes();
}

absl::StatusOr<std::optional<v1::TrainingRow>> BuildKeyValueRow(absl::string_view source_id,
                                                                const RowSpec& spec,
                                                                const TargetModel& target) {
  ASSIGN_OR_RETURN(const Fingerprint id, Fingerprint::FromBytes(source_id));
  const KeyValues dictionary(id);
  const uint32_t context = spec.instances.context_tokens();
  const uint32_t questions = dictionary.DrawCount(spec.instances.max_turns());
  RowRecords records;
  records.source_id = std::string(source_id);
  // As if a token were a byte: the first round finds out how long one is.
  uint64_t entries = std::max<uint64_t>(context / KeyValues::RangeOf(1).begin, 1);
  uint64_t too_many = 0;
  std::optional<v1::TrainingRow> best;
  for (int round = 0; round < kMaxRounds && entries > 0; ++round) {
    v1::LongDetails details;
    details.set_row_kind(v1::ROW_KIND_KEY_VALUE);
    details.set_delimiter(std::string(kKeyValueDelimiter));
    details.mutable_context_span()->set_end(KeyValues::BytesOf(entries));
    for (const uint64_t entry : dictionary.DrawQuestions(entries, questions)) {
      const TextRange range = KeyValues::RangeOf(entry);
      SetSpan(range, details.evidence().empty() ? details.add_evidence()
                                                : details.add_more_turns()->add_evidence());
    }
    ASSIGN_OR_RETURN(const RowMaterial material, MaterialOf(details, records, spec));
    ASSIGN_OR_RETURN(const RowRendering rendering, RenderRow(material, spec, target));
    const uint64_t size = rendering.size();
    if (size <= context) {
      ASSIGN_OR_RETURN(best, FinishRow(rendering, material, details, source_id, spec));
    } else {
      too_many = entries;
    }
    // The size of an entry, from this round.
    const uint64_t fit = entries * context / std::max<uint64_t>(size, 1);
    const uint64_t next = size <= context ? std::max(fit, entries + 1) : std::min(fit, entries - 1);
    if (best.has_value() && (next >= too_many && too_many > 0)) break;
    entries = next;
  }
  return best;
}

}  // namespace quipu::generator
