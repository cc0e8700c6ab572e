// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/context_fill.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "generator/chunks/document_cut.h"
#include "generator/rows/answers_elsewhere.h"
#include "generator/rows/row_material.h"
#include "generator/rows/row_rendering.h"
#include "generator/words/language.h"

namespace quipu::generator {
namespace {

// Draws in a row that give no document, before the search ends.
constexpr int kMaxMisses = 16;
// Less than this is not worth a document's delimiters.
constexpr uint64_t kLeastTokens = 64;

// Another document in the context.
struct Other {
  std::unique_ptr<const v1::Document> document;
  TextRange span;
  uint64_t tokens = 0;  // With its delimiters.
  uint64_t at = 0;      // Of a stretch: the byte that it was drawn around.
  bool whole = true;
};

class Filler {
 public:
  Filler(const v1::TrainingRow& row, const SourceDocument& document,
         absl::Span<const LongPair> pairs, const OtherDocuments& others, const RowSpec& spec,
         const TargetModel& target, const Fingerprint& id)
      : row_(row),
        document_(document),
        pairs_(pairs),
        others_(others),
        spec_(spec),
        target_(target),
        id_(FingerprintBuilder("other documents").Add(spec.seed).Add(id).Build()),
        elsewhere_(document.text(), LanguageOfTaskCode(pairs[0].sample->task().language())) {}

  absl::StatusOr<std::optional<v1::TrainingRow>> Fill() {
    const v1::Span& span = row_.long_details().context_span();
    if (span.begin() != 0 || span.end() != document_.text().size()) return std::nullopt;
    for (const LongPair& pair : pairs_) {
      if (!elsewhere_.Add(*pair.evidence, pair.sample->question(), pair.sample->answer())) {
        return std::nullopt;
      }
    }
    RETURN_IF_ERROR(Choose());
    while (!chosen_.empty()) {
      v1::LongDetails details = row_.long_details();
      RowRecords records;
      Arrange(&details, &records);
      ASSIGN_OR_RETURN(const RowMaterial material, MaterialOf(details, records, spec_));
      ASSIGN_OR_RETURN(const RowRendering rendering, RenderRow(material, spec_, target_));
      const uint64_t context = spec_.instances.context_tokens();
      if (rendering.size() > context) {
        Shorten(rendering.size() - context);
        continue;
      }
      ASSIGN_OR_RETURN(v1::TrainingRow filled,
                       FinishRow(rendering, material, details, records.source_id, spec_));
      return filled;
    }
    return std::nullopt;
  }

 private:
  // Tokens of a document's delimiters, at least.
  uint64_t DelimiterTokens() const {
    const std::string& name = spec_.instances.delimiter();
    return target_.tokenizer
        ->Encode(absl::StrCat("\n\n<", name, ">\n\n</", name, ">"), /*fragment_start=*/false)
        .size();
  }

  absl::Status Choose() {
    const uint64_t used = row_.segments(0).length();
    uint64_t room = spec_.instances.context_tokens();
    room -= std::min(room, used);
    const uint64_t around = DelimiterTokens();
    Rng rng(id_, "choice");
    std::set<std::string> seen = {document_.document().id()};
    std::unique_ptr<const v1::Document> longer;
    for (int misses = 0; misses < kMaxMisses && room >= around + kLeastTokens && others_.size() > 0;
         ++misses) {
      const std::string id = others_.IdAt(rng.Below(others_.size()));
      if (!seen.insert(id).second) continue;
      ASSIGN_OR_RETURN(v1::Document read, others_.Read(id));
      auto document = std::make_unique<const v1::Document>(std::move(read));
      const uint64_t tokens =
          SourceDocument(*document, target_, others_.counted()).CountTokens() + around;
      if (tokens > room) {
        if (longer == nullptr) longer = std::move(document);
        continue;
      }
      if (elsewhere_.In(document->text())) continue;
      Other& other = chosen_.emplace_back();
      other.span = {0, document->text().size()};
      other.tokens = tokens;
      other.document = std::move(document);
      room -= tokens;
      misses = -1;
    }
    if (longer != nullptr && room >= around + kLeastTokens) {
      AddStretch(std::move(longer), room, rng.Uniform());
    }
    return absl::OkStatus();
  }

  void AddStretch(std::unique_ptr<const v1::Document> document, uint64_t tokens, double place) {
    Other other;
    other.whole = false;
    other.at =
        FloorToCodePoint(document->text(), static_cast<size_t>(place * document->text().size()));
    other.document = std::move(document);
    other.tokens = tokens;
    Cut(&other);
    if (other.span.begin >= other.span.end) return;
    const absl::string_view text = absl::string_view(other.document->text())
                                       .substr(other.span.begin, other.span.end - other.span.begin);
    if (!elsewhere_.In(text)) chosen_.push_back(std::move(other));
  }

  void Cut(Other* other) const {
    const uint64_t around = DelimiterTokens();
    const SourceDocument source(*other->document, target_);
    const DocumentCutter cutter(source.text(), source.TokenBegins(), other->at, other->at);
    const uint64_t budget = other->tokens > around ? other->tokens - around : 0;
    other->span =
        cutter.Cut(static_cast<uint32_t>(std::max<uint64_t>(budget, cutter.chunk_tokens())), id_);
  }

  // Puts the chosen documents around the row's own.
  void Arrange(v1::LongDetails* details, RowRecords* records) const {
    uint64_t all = 0;
    for (const Other& other : chosen_) all += other.tokens;
    const double wanted = Rng(id_, "place").Uniform() * static_cast<double>(all);
    records->source_id = row_.segments(0).source_id();
    records->document = &document_.document();
    for (const LongPair& pair : pairs_) records->pairs.push_back(pair.sample);
    details->clear_context();
    std::vector<absl::string_view> texts;
    const auto add = [&](const v1::Document& document, TextRange span) {
      v1::ContextPart& part = *details->add_context();
      part.set_document_id(document.id());
      part.mutable_span()->set_begin(span.begin);
      part.mutable_span()->set_end(span.end);
      records->context.push_back(&document);
      texts.push_back(document.text());
    };
    uint64_t before = 0;
    bool placed = false;
    for (const Other& other : chosen_) {
      if (!placed && static_cast<double>(before) + other.tokens / 2.0 > wanted) {
        add(document_.document(), {0, document_.text().size()});
        placed = true;
      }
      add(*other.document, other.span);
      before += other.tokens;
    }
    if (!placed) add(document_.document(), {0, document_.text().size()});
    details->set_delimiter(ChooseDelimiter(spec_.instances.delimiter(), texts));
  }

  // Makes the others at least `excess` tokens shorter, by a stretch or by a document.
  void Shorten(uint64_t excess) {
    Other& last = chosen_.back();
    if (last.whole || last.tokens < excess + kLeastTokens) return chosen_.pop_back();
    const TextRange before = last.span;
    last.tokens -= excess;
    Cut(&last);
    if (last.span.end - last.span.begin >= before.end - before.begin) chosen_.pop_back();
  }

  const v1::TrainingRow& row_;
  const SourceDocument& document_;
  const absl::Span<const LongPair> pairs_;
  const OtherDocuments& others_;
  const RowSpec& spec_;
  const TargetModel& target_;
  const Fingerprint id_;
  AnswersElsewhere elsewhere_;
  std::vector<Other> chosen_;
};

}  // namespace

absl::StatusOr<std::optional<v1::TrainingRow>> FillContext(
    const v1::TrainingRow& row, const SourceDocument& document, absl::Span<const LongPair> pairs,
    const OtherDocuments& others, const RowSpec& spec, const TargetModel& target) {
  ASSIGN_OR_RETURN(const Fingerprint id,
                   ConversationId(row.long_details().row_kind(), row.segments(0).source_id()));
  return Filler(row, document, pairs, others, spec, target, id).Fill();
}

}  // namespace quipu::generator
