// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/check/tokens.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/rows/loss_weights.h"
#include "inference/text/chat_template.h"
#include "pipelines/export/rows/columns.h"
#include "pipelines/export/rows/conversation.h"
#include "pipelines/export/rows/training_row.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;

// Without loss_weights and attention_mask.
constexpr size_t kFields = 8;

absl::Status ReadDoubles(const dom::object& object, absl::string_view key,
                         std::vector<double>* out) {
  ASSIGN_OR_RETURN(const dom::element value, Required(object, key));
  ASSIGN_OR_RETURN(const dom::array array, AsArray(value, key));
  for (const dom::element element : array) {
    double number = 0;
    if (element.type() != dom::element_type::DOUBLE || element.get(number) != simdjson::SUCCESS) {
      return absl::InvalidArgumentError(absl::StrCat(
          "field \"", key, "\" holds ", JsonTypeName(element), " that is not a float"));
    }
    out->push_back(number);
  }
  return absl::OkStatus();
}

absl::Status ReadInts(const dom::object& object, absl::string_view key, std::vector<int32_t>* out) {
  ASSIGN_OR_RETURN(const dom::element value, Required(object, key));
  ASSIGN_OR_RETURN(const dom::array array, AsArray(value, key));
  for (const dom::element element : array) {
    int64_t number = 0;
    if (element.get(number) != simdjson::SUCCESS || number < std::numeric_limits<int32_t>::min() ||
        number > std::numeric_limits<int32_t>::max()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "field \"", key, "\" holds ", JsonTypeName(element), " that is not a 32-bit integer"));
    }
    out->push_back(static_cast<int32_t>(number));
  }
  return absl::OkStatus();
}

absl::Status ReadStrings(const dom::object& object, absl::string_view key,
                         std::vector<std::string>* out) {
  ASSIGN_OR_RETURN(const dom::element value, Required(object, key));
  ASSIGN_OR_RETURN(const dom::array array, AsArray(value, key));
  for (const dom::element element : array) {
    ASSIGN_OR_RETURN(const absl::string_view text, AsString(element, key));
    out->emplace_back(text);
  }
  return absl::OkStatus();
}

}  // namespace

TokensChecker::TokensChecker(const storage::StoreView& store, const generator::TargetModel& target,
                             const SourceIndex& index, Findings* findings)
    : store_(store),
      target_(target),
      index_(index),
      findings_(findings),
      has_loss_weights_(generator::HasLossWeights(store.header().spec())),
      seen_(index.size()) {}

absl::StatusOr<TokensChecker::Row> TokensChecker::Parse(absl::string_view line, bool packs) {
  ASSIGN_OR_RETURN(const dom::object object, parser_.ParseObject(line));
  Row row;
  ASSIGN_OR_RETURN(const absl::string_view id, RequiredString(object, "id"));
  ASSIGN_OR_RETURN(const absl::string_view kind, RequiredString(object, "kind"));
  ASSIGN_OR_RETURN(const absl::string_view row_kind, RequiredString(object, "row_kind"));
  row.id = std::string(id);
  row.kind = std::string(kind);
  row.row_kind = std::string(row_kind);
  RETURN_IF_ERROR(ReadInts(object, "input_ids", &row.input_ids));
  RETURN_IF_ERROR(ReadInts(object, "labels", &row.labels));
  if (has_loss_weights_) RETURN_IF_ERROR(ReadDoubles(object, "loss_weights", &row.loss_weights));
  row.has_mask = !packs;
  if (row.has_mask) RETURN_IF_ERROR(ReadInts(object, "attention_mask", &row.attention_mask));
  RETURN_IF_ERROR(ReadInts(object, "position_ids", &row.position_ids));
  RETURN_IF_ERROR(ReadInts(object, "seq_lengths", &row.seq_lengths));
  RETURN_IF_ERROR(ReadStrings(object, "sources", &row.sources));
  const size_t fields = kFields + (has_loss_weights_ ? 1 : 0) + (row.has_mask ? 1 : 0);
  if (object.size() != fields) {
    return absl::InvalidArgumentError(absl::StrCat(object.size(), " fields, want ", fields));
  }
  return row;
}

absl::Status TokensChecker::Check(const Place& place, absl::string_view line, bool packs,
                                  generator::Split split) {
  const absl::StatusOr<Row> row = Parse(line, packs);
  if (!row.ok()) {
    findings_->Add(place, row.status().message());
    return absl::OkStatus();
  }
  MarkSeen(place, *row);
  if (!CheckLengths(place, *row)) return absl::OkStatus();
  size_t begin = 0;
  for (size_t i = 0; i < row->sources.size(); ++i) {
    CheckSegment(place, *row, begin, row->seq_lengths[i]);
    begin += row->seq_lengths[i];
  }
  CheckPadding(place, *row, begin);
  return CheckAgainstStore(place, *row, packs, split);
}

bool TokensChecker::CheckLengths(const Place& place, const Row& row) {
  const size_t size = row.input_ids.size();
  for (const auto& [name, column] : {std::make_pair("labels", &row.labels),
                                     std::make_pair("attention_mask", &row.attention_mask),
                                     std::make_pair("position_ids", &row.position_ids)}) {
    if (column->size() == size || (column == &row.attention_mask && !row.has_mask)) continue;
    findings_->Add(place,
                   absl::StrCat(name, " has ", column->size(), " elements, input_ids ", size));
    return false;
  }
  if (has_loss_weights_ && row.loss_weights.size() != size) {
    findings_->Add(place, absl::StrCat("loss_weights has ", row.loss_weights.size(),
                                       " elements, input_ids ", size));
    return false;
  }
  const size_t segments = row.sources.size();
  if (segments == 0) {
    findings_->Add(place, "no sources");
    return false;
  }
  if (row.seq_lengths.size() != segments && row.seq_lengths.size() != segments + 1) {
    findings_->Add(place, absl::StrCat("seq_lengths has ", row.seq_lengths.size(), " elements for ",
                                       segments, " sources"));
    return false;
  }
  int64_t sum = 0;
  for (const int32_t length : row.seq_lengths) {
    sum += length;
    if (length > 0) continue;
    findings_->Add(place, absl::StrCat("a segment of ", length, " tokens"));
    return false;
  }
  if (sum == static_cast<int64_t>(size)) return true;
  findings_->Add(place,
                 absl::StrCat("seq_lengths sum to ", sum, ", input_ids has ", size, " elements"));
  return false;
}

// One finding of a kind a segment is enough.
void TokensChecker::CheckSegment(const Place& place, const Row& row, size_t begin, size_t length) {
  const size_t end = begin + length;
  const auto first = [begin, end](auto wrong) {
    size_t i = begin;
    while (i < end && !wrong(i)) ++i;
    return i;
  };
  const auto add = [&](size_t i, absl::string_view what) {
    if (i < end) findings_->Add(place, absl::StrCat("token ", i, ": ", what));
  };
  const int vocabulary = target_.tokenizer->vocab_size();
  add(first([&](size_t i) { return row.input_ids[i] < 0 || row.input_ids[i] >= vocabulary; }),
      absl::StrCat("an input_id outside the vocabulary of ", vocabulary));
  add(first([&](size_t i) {
        return row.labels[i] != kIgnoredLabel && row.labels[i] != row.input_ids[i];
      }),
      "a label that is neither -100 nor its input_id");
  add(first([&](size_t i) { return row.has_mask && row.attention_mask[i] != 1; }),
      "attention_mask is not 1 on a real token");
  add(first([&](size_t i) { return row.position_ids[i] != static_cast<int64_t>(i - begin); }),
      "position_ids do not count from 0 in their segment");
  if (row.labels[begin] != kIgnoredLabel) {
    add(begin, "the first token of a segment is a target");
  }
  if (first([&](size_t i) { return row.labels[i] != kIgnoredLabel; }) == end) {
    add(begin, "a segment without a trained token begins here");
  }
}

void TokensChecker::CheckPadding(const Place& place, const Row& row, size_t begin) {
  const int32_t pad = target_.tokenizer->pad();
  for (size_t i = begin; i < row.input_ids.size(); ++i) {
    absl::string_view what;
    if (row.input_ids[i] != pad) what = "padding is not of the padding token";
    if (row.labels[i] != kIgnoredLabel) what = "padding is trained";
    if (has_loss_weights_ && row.loss_weights[i] != 0) what = "padding has a loss weight";
    if (row.has_mask && row.attention_mask[i] != 0) what = "attention_mask is not 0 on padding";
    if (row.position_ids[i] != static_cast<int64_t>(i - begin)) {
      what = "position_ids of the padding do not count from 0";
    }
    if (what.empty()) continue;
    findings_->Add(place, absl::StrCat("token ", i, ": ", what));
    return;
  }
}

void TokensChecker::MarkSeen(const Place& place, const Row& row) {
  for (const std::string& source : row.sources) {
    const SourceRow* found = index_.FindHex(source);
    if (found == nullptr) {
      findings_->Add(place, absl::StrCat("source ", Snippet(source), " is not in the store"));
      continue;
    }
    uint8_t& seen = seen_[index_.PositionOf(found)];
    if (seen != 0) findings_->Add(place, absl::StrCat("source ", source, " is duplicated here"));
    seen = 1;
  }
}

absl::Status TokensChecker::CheckAgainstStore(const Place& place, const Row& row, bool packs,
                                              generator::Split split) {
  const SourceRow* found = index_.FindHex(row.sources[0]);
  if (found == nullptr) return absl::OkStatus();  // Was found above.
  ASSIGN_OR_RETURN(const v1::TrainingRow sequence,
                   store_.GetTrainingRow(found->kind, found->index));
  ASSIGN_OR_RETURN(const Fingerprint id, TrainingRowId(sequence));
  if (row.id != id.ToHex()) {
    findings_->Add(place, absl::StrCat("id ", Snippet(row.id), ", want ", id.ToHex()));
  }
  const absl::string_view kind = KindName(found->kind);
  const generator::Split wanted_split = generator::SplitOfRow(store_.header().spec(), sequence);
  if (HoldsSeveral(sequence) != packs || wanted_split != split) {
    findings_->Add(place,
                   absl::StrCat("a ", kind, " row of the ", generator::SplitName(wanted_split),
                                " split is in the wrong file"));
  }
  if (row.kind != kind) {
    findings_->Add(place, absl::StrCat("kind \"", Snippet(row.kind), "\", want ", kind));
  }
  if (row.row_kind != RowKindName(sequence)) {
    findings_->Add(place, absl::StrCat("row_kind \"", Snippet(row.row_kind), "\", want \"",
                                       RowKindName(sequence), "\""));
  }
  const size_t tokens = sequence.input_ids_size();
  const size_t wanted = std::max<size_t>(sequence.padded_length(), tokens);
  if (row.input_ids.size() != wanted) {
    findings_->Add(place, absl::StrCat(row.input_ids.size(), " tokens, want ", wanted));
  }
  if (row.sources.size() != static_cast<size_t>(sequence.segments_size())) {
    findings_->Add(place, absl::StrCat(row.sources.size(), " sources, the store has ",
                                       sequence.segments_size()));
    return absl::OkStatus();
  }
  return CheckSegments(place, row, sequence);
}

absl::Status TokensChecker::CheckSegments(const Place& place, const Row& row,
                                          const v1::TrainingRow& sequence) {
  size_t begin = 0;
  for (int i = 0; i < sequence.segments_size(); ++i) {
    const v1::Segment& segment = sequence.segments(i);
    ASSIGN_OR_RETURN(const Fingerprint source, MessagesRowId(sequence, segment));
    if (row.sources[i] != source.ToHex() ||
        row.seq_lengths[i] != static_cast<int64_t>(segment.length())) {
      findings_->Add(place, absl::StrCat("segment ", i, " differs from the store's"));
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(CheckConversation(place, row, sequence, i, begin));
    if (has_loss_weights_) CheckWeights(place, row, begin, segment);
    begin += segment.length();
  }
  if (!std::equal(sequence.input_ids().begin(), sequence.input_ids().end(),
                  row.input_ids.begin())) {
    findings_->Add(place, "input_ids differ from the store's");
  }
  return sequence.has_long_details() ? CheckEvidence(place, row, sequence) : absl::OkStatus();
}

absl::Status TokensChecker::CheckConversation(const Place& place, const Row& row,
                                              const v1::TrainingRow& sequence, int segment,
                                              size_t begin) {
  const std::string& source = sequence.segments(segment).source_id();
  ASSIGN_OR_RETURN(const std::vector<inference::Message> messages,
                   MessagesOfSource(store_, source, sequence));
  ASSIGN_OR_RETURN(const std::vector<inference::TemplatePart> parts,
                   target_.chat_template.Render(messages, /*open_assistant=*/false));
  ASSIGN_OR_RETURN(inference::RenderedTokens rendered,
                   inference::EncodeParts(*target_.tokenizer, parts));
  if (!sequence.has_long_details()) {
    ASSIGN_OR_RETURN(const v1::ShortRow short_row, store_.GetShortRow(source));
    RETURN_IF_ERROR(generator::ExcludeAnswers(short_row.messages(), &rendered.trained));
  }
  const size_t length = sequence.segments(segment).length();
  if (rendered.ids.size() != length ||
      !std::equal(rendered.ids.begin(), rendered.ids.end(), row.input_ids.begin() + begin)) {
    findings_->Add(place, absl::StrCat("segment ", segment,
                                       ": its messages, tokenised again, give other tokens"));
    return absl::OkStatus();
  }
  const double prompt_weight = sequence.has_long_details()
                                   ? generator::PromptLossWeightOf(sequence.long_details())
                                   : store_.header().spec().packing().prompt_loss_weight();
  CheckTraining(place, row, begin, rendered, prompt_weight);
  return absl::OkStatus();
}

void TokensChecker::CheckTraining(const Place& place, const Row& row, size_t begin,
                                  const inference::RenderedTokens& rendered, double prompt_weight) {
  const size_t length = rendered.ids.size();
  const auto trained = [&](size_t i) { return row.labels[begin + i] != kIgnoredLabel; };
  bool has_end = false;
  for (size_t i = 1; i < length; ++i) {
    const bool answer = rendered.trained[i] == generator::kAnswerToken;
    const bool last =
        answer && (i + 1 == length || rendered.trained[i + 1] != generator::kAnswerToken);
    if (last && !target_.tokenizer->IsEndOfTurn(rendered.ids[i])) {
      findings_->Add(
          place, absl::StrCat("token ", begin + i, ": an answer does not end with an end of turn"));
      return;
    }
    has_end |= last;
    if (answer && !trained(i)) {
      findings_->Add(place, absl::StrCat("token ", begin + i,
                                         last ? ": the end of a turn" : ": a token of an answer",
                                         " is not trained"));
      return;
    }
    if (rendered.trained[i] == generator::kExcludedToken) {
      if (!trained(i)) continue;
      findings_->Add(place, absl::StrCat("token ", begin + i,
                                         ": a token of a turn that takes no loss is trained"));
      return;
    }
    if (!answer && trained(i) != (prompt_weight > 0)) {
      findings_->Add(place, absl::StrCat("token ", begin + i, ": a token of the prompt is ",
                                         prompt_weight > 0 ? "not trained" : "trained"));
      return;
    }
  }
  if (!has_end) findings_->Add(place, absl::StrCat("token ", begin, ": no end of turn is trained"));
}

// Weights are the store's: 0 where there is no label, else more. With RowWeight ROWS those of a
// conversation sum to 1, but for their rounding to 6 digits.
void TokensChecker::CheckWeights(const Place& place, const Row& row, size_t begin,
                                 const v1::Segment& segment) {
  std::vector<double> wanted(segment.length(), 0);
  for (const v1::TokenRange& range : segment.trained()) {
    std::fill(wanted.begin() + range.begin(), wanted.begin() + range.end(),
              generator::WeightOf(range));
  }
  double sum = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const double weight = row.loss_weights[begin + i];
    sum += weight;
    const bool trained = row.labels[begin + i] != kIgnoredLabel;
    if (weight == wanted[i] && (weight > 0) == trained) continue;
    findings_->Add(place, absl::StrCat("token ", begin + i, ": loss weight ", weight, ", want ",
                                       wanted[i], trained ? " and more than 0" : ""));
    return;
  }
  if (store_.header().spec().instances().row_weight() == v1::InstanceSpec::ROWS &&
      std::abs(sum - 1) > 1e-5) {
    findings_->Add(place, absl::StrCat("token ", begin, ": the loss weights of this conversation ",
                                       "sum to ", sum, ", want 1"));
  }
}

absl::Status TokensChecker::CheckEvidence(const Place& place, const Row& row,
                                          const v1::TrainingRow& sequence) {
  const v1::LongDetails& details = sequence.long_details();
  const generator::RowSpec spec(store_.header().spec());
  ASSIGN_OR_RETURN(const LongRowRecords records, ReadLongRow(store_, sequence));
  ASSIGN_OR_RETURN(const generator::RowMaterial material,
                   generator::MaterialOf(details, records.View(), spec));
  const absl::string_view own = material.blocks[material.own].text;
  for (size_t i = 0; i < material.turns.size(); ++i) {
    const generator::TextRange& range = material.turns[i].place;
    const absl::string_view wanted = own.substr(range.begin, range.end - range.begin);
    if (i == 0) {
      CheckPlace(place, row, details, wanted);
    } else {
      CheckPlace(place, row, details.more_turns(static_cast<int>(i) - 1), wanted);
    }
  }
  return absl::OkStatus();
}

template <typename Details>
void TokensChecker::CheckPlace(const Place& place, const Row& row, const Details& details,
                               absl::string_view wanted) {
  const uint32_t begin = details.evidence_begin();
  const uint32_t end = details.evidence_end();
  // Where the evidence was cut out there is none.
  const bool empty_as_wanted = begin < end ? true : wanted.empty() && begin == end;
  if (!empty_as_wanted || end > static_cast<uint32_t>(row.seq_lengths[0])) {
    findings_->Add(place,
                   absl::StrCat("evidence tokens [", begin, ", ", end, ") are not inside the row"));
    return;
  }
  const std::string evidence = target_.tokenizer->Decode(
      absl::Span<const int32_t>(row.input_ids).subspan(begin, end - begin),
      /*fragment_start=*/false);
  if (!absl::StrContains(evidence, wanted)) {
    findings_->Add(place, "the chunk is not inside its evidence tokens");
  }
}

void TokensChecker::Finish(const Place& place) {
  for (size_t i = 0; i < seen_.size(); ++i) {
    if (seen_[i] != 0) continue;
    findings_->Add(place, absl::StrCat("no tokens of source ", index_.row(i).source.ToHex()));
  }
}

}  // namespace quipu::pipelines
