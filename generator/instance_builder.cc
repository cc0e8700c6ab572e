// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/instance_builder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/answer_style.h"
#include "generator/document_cut.h"
#include "generator/language.h"
#include "generator/languages/tables.h"
#include "generator/loss_weights.h"
#include "generator/prompts.h"
#include "generator/reject.h"
#include "generator/task_chunks.h"

namespace quipu::generator {
namespace {

using inference::Message;
using inference::RenderedTokens;
using inference::Role;
using inference::TemplatePart;

// The real tokenisation can differ from the estimate by a few tokens at the
// edges. Each round removes the excess, so if a few rounds are not enough,
// nothing will fit.
constexpr int kMaxFittingRounds = 12;
// A document whose estimate exceeds the context by at most this is tried
// uncut first.
constexpr uint32_t kEstimateSlack = 32;

// One conversation, rendered and tokenised.
struct Rendering {
  std::vector<TemplatePart> parts;
  RenderedTokens tokens;
  size_t document_begin = 0;  // Of the context, in PartsToString(parts).
};

std::vector<Message> MakeMessages(const v1::InstanceSpec& spec, std::string user,
                                  absl::string_view answer) {
  std::vector<Message> messages;
  if (!spec.system().empty()) {
    messages.push_back({Role::kSystem, spec.system()});
  }
  messages.push_back({Role::kUser, std::move(user)});
  messages.push_back({Role::kAssistant, std::string(answer)});
  return messages;
}

// The texts of some parts of a document.
std::vector<absl::string_view> Texts(absl::string_view text, absl::Span<const TextRange> ranges) {
  std::vector<absl::string_view> texts;
  for (const TextRange& range : ranges) {
    texts.push_back(text.substr(range.begin, range.end - range.begin));
  }
  return texts;
}

v1::Span ToSpan(const TextRange& range) {
  v1::Span span;
  span.set_begin(range.begin);
  span.set_end(range.end);
  return span;
}

// The position of byte `at` of the user's message in the rendering: the template
// may have trimmed the message and added text around it.
absl::StatusOr<size_t> LocateInRendering(const std::vector<TemplatePart>& parts, int message,
                                         absl::string_view content, size_t at) {
  size_t offset = 0;
  for (const TemplatePart& part : parts) {
    if (!part.control && part.message == message) {
      const size_t trimmed = content.find(part.text);
      if (trimmed == absl::string_view::npos || trimmed > at || at - trimmed > part.text.size()) {
        return absl::InternalError("template changed the user's message");
      }
      return offset + at - trimmed;
    }
    offset += part.text.size();
  }
  return absl::InternalError("template left the user's message out");
}

class LongBuilder {
 public:
  LongBuilder(const SourceDocument& document, const v1::Result& sample, const Evidence& evidence,
              const RowSpec& spec, const TargetModel& target)
      : document_(document),
        sample_(sample),
        evidence_(evidence),
        row_spec_(spec),
        spec_(spec.instances),
        target_(target),
        text_(document.document().text()),
        chunk_(ToSpan(RowChunks(sample.task(), text_.size())[0])),
        needed_(HullOf(RowChunks(sample.task(), text_.size()))),
        delimiter_(ChooseDelimiter(spec_.delimiter(), text_)) {}

  absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> Build() {
    const uint32_t context = spec_.context_tokens();
    ASSIGN_OR_RETURN(const Rendering frame, Render({0, 0}));
    const uint32_t overhead = static_cast<uint32_t>(frame.tokens.ids.size());
    const uint64_t most = uint64_t{context} + kEstimateSlack;
    if (overhead + document_.EstimateTokens() <= most ||
        overhead + document_.TokenBegins().size() <= most) {
      const TextRange whole = {0, text_.size()};
      ASSIGN_OR_RETURN(const Rendering rendering, Render(whole));
      if (rendering.tokens.ids.size() <= context) return Finish(rendering, whole);
    }
    const DocumentCutter cutter(text_, document_.TokenBegins(), needed_.begin, needed_.end);
    ASSIGN_OR_RETURN(const Fingerprint task_id, Fingerprint::FromBytes(sample_.task().id()));
    uint32_t budget = context > overhead ? context - overhead : 0;
    for (int round = 0; round < kMaxFittingRounds && budget >= cutter.chunk_tokens(); ++round) {
      const TextRange span = cutter.Cut(budget, task_id);
      ASSIGN_OR_RETURN(const Rendering rendering, Render(span));
      const size_t count = rendering.tokens.ids.size();
      if (count <= context) return Finish(rendering, span);
      const uint32_t excess = static_cast<uint32_t>(count - context);
      budget -= std::min(budget, excess);
    }
    return FinishWithChunkAlone();
  }

 private:
  absl::StatusOr<Rendering> Render(TextRange span) const {
    LongPrompt prompt = InstancePrompt(
        row_spec_, LanguageOfTaskCode(sample_.task().language()), sample_.task().form(), delimiter_,
        absl::string_view(text_).substr(span.begin, span.end - span.begin),
        StyledQuestion(spec_.answer_style(), sample_.question(), !evidence_.sentences.empty()));
    const std::vector<Message> messages = MakeMessages(
        spec_, prompt.text,
        StyledAnswer(spec_.answer_style(), sample_.answer(), Texts(text_, evidence_.sentences)));
    Rendering rendering;
    ASSIGN_OR_RETURN(rendering.parts,
                     target_.chat_template.Render(messages, /*open_assistant=*/false));
    const int user = static_cast<int>(messages.size()) - 2;
    ASSIGN_OR_RETURN(rendering.document_begin,
                     LocateInRendering(rendering.parts, user, prompt.text, prompt.document_begin));
    ASSIGN_OR_RETURN(rendering.tokens, EncodeParts(*target_.tokenizer, rendering.parts));
    return rendering;
  }

  // The last resort; it also measures how much is needed.
  absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> FinishWithChunkAlone() const {
    const TextRange span = needed_;
    ASSIGN_OR_RETURN(const Rendering rendering, Render(span));
    const size_t count = rendering.tokens.ids.size();
    if (count <= spec_.context_tokens()) return Finish(rendering, span);
    return MakeReject(
        v1::REJECT_REASON_CONTEXT_TOO_SMALL,
        absl::StrCat("chunk, question and answer take ", count,
                     " tokens, instances.context_tokens is ", spec_.context_tokens()));
  }

  absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> Finish(const Rendering& rendering,
                                                                   TextRange span) const {
    v1::TrainingRow sequence;
    const uint32_t count = static_cast<uint32_t>(rendering.tokens.ids.size());
    sequence.set_kind(v1::TrainingRow::KIND_LONG);
    sequence.mutable_input_ids()->Add(rendering.tokens.ids.begin(), rendering.tokens.ids.end());
    sequence.set_padded_length(
        spec_.padding() == v1::InstanceSpec::TO_CONTEXT ? spec_.context_tokens() : count);
    v1::Segment& segment = *sequence.add_segments();
    segment.set_source_id(sample_.task().id());
    segment.set_length(count);
    SetTrainedRanges(rendering.tokens.trained, spec_.prompt_loss_weight(), spec_.row_weight(),
                     &segment);
    if (segment.trained().empty()) {
      return absl::InternalError("template marks no token of the answer as trained");
    }
    RETURN_IF_ERROR(FillDetails(rendering, span, sequence.mutable_long_details()));
    return sequence;
  }

  absl::Status FillDetails(const Rendering& rendering, TextRange span,
                           v1::LongDetails* details) const {
    const std::vector<uint32_t>& begins = rendering.tokens.begins;
    const size_t chunk_begin = rendering.document_begin + (chunk_.begin() - span.begin);
    const size_t chunk_end = rendering.document_begin + (chunk_.end() - span.begin);
    const std::string whole = inference::PartsToString(rendering.parts);
    if (span.begin > needed_.begin || span.end < needed_.end || chunk_end > whole.size() ||
        absl::string_view(whole).substr(chunk_begin, chunk_end - chunk_begin) !=
            absl::string_view(text_).substr(chunk_.begin(), chunk_.end() - chunk_.begin())) {
      return absl::InternalError("long row does not contain its chunk");
    }
    const uint32_t document_first = TokenAt(begins, rendering.document_begin);
    const uint32_t document_last =
        TokenAfter(begins, rendering.document_begin + (span.end - span.begin));
    const uint32_t evidence_begin = TokenAt(begins, chunk_begin);
    const uint32_t evidence_end = TokenAfter(begins, chunk_end);
    details->set_document_id(document_.document().id());
    details->mutable_context_span()->set_begin(span.begin);
    details->mutable_context_span()->set_end(span.end);
    details->set_evidence_begin(evidence_begin);
    details->set_evidence_end(evidence_end);
    const uint32_t room = (document_last - document_first) - (evidence_end - evidence_begin);
    details->set_evidence_depth(
        room == 0 ? 0.0 : static_cast<double>(evidence_begin - document_first) / room);
    details->set_delimiter(delimiter_);
    details->set_language(std::string(CodeOf(LanguageOfTaskCode(sample_.task().language()))));
    details->set_prompt_loss_weight(spec_.prompt_loss_weight());
    for (const TextRange& sentence : evidence_.sentences) {
      *details->add_evidence() = ToSpan(sentence);
    }
    for (const TextRange& place : evidence_.other_places) {
      *details->add_other_places() = ToSpan(place);
    }
    return absl::OkStatus();
  }

  // The token that contains byte `at`.
  static uint32_t TokenAt(const std::vector<uint32_t>& begins, size_t at) {
    const auto after = std::upper_bound(begins.begin(), begins.end(), at);
    return after == begins.begin() ? 0 : static_cast<uint32_t>(after - begins.begin() - 1);
  }
  // The first token that begins at byte `at` or later.
  static uint32_t TokenAfter(const std::vector<uint32_t>& begins, size_t at) {
    return static_cast<uint32_t>(std::lower_bound(begins.begin(), begins.end(), at) -
                                 begins.begin());
  }

  const SourceDocument& document_;
  const v1::Result& sample_;
  const Evidence& evidence_;
  const RowSpec row_spec_;
  const v1::InstanceSpec& spec_;
  const TargetModel& target_;
  const std::string& text_;
  const v1::Span chunk_;    // Whose tokens and depth are recorded.
  const TextRange needed_;  // All chunks, and what is between them.
  const std::string delimiter_;
};

absl::Status CheckSample(const v1::Document& document, const v1::Result& sample) {
  if (sample.has_reject()) return absl::InvalidArgumentError("sample is a reject");
  if (sample.task().document_id() != document.id()) {
    return absl::InvalidArgumentError("sample belongs to another document");
  }
  for (const TextRange& chunk : ChunksOf(sample.task())) {
    if (chunk.begin < chunk.end && chunk.end <= document.text().size()) continue;
    return absl::InvalidArgumentError(absl::StrCat("chunk [", chunk.begin, ", ", chunk.end,
                                                   ") of a document of ", document.text().size(),
                                                   " bytes"));
  }
  return absl::OkStatus();
}

bool IsBlank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

}  // namespace

uint64_t SourceDocument::EstimateTokens() const {
  if (begins_.has_value()) return begins_->size();
  return counted_ ? document_->tokens() : document_->text().size();
}

absl::Span<const uint32_t> SourceDocument::TokenBegins() const {
  if (!begins_.has_value()) {
    begins_ =
        target_->tokenizer->EncodeWithOffsets(document_->text(), /*fragment_start=*/false).begins;
  }
  return *begins_;
}

absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> BuildLongInstance(
    const SourceDocument& document, const v1::Result& sample, const Evidence& evidence,
    const RowSpec& spec, const TargetModel& target) {
  RETURN_IF_ERROR(CheckSample(document.document(), sample));
  return LongBuilder(document, sample, evidence, spec, target).Build();
}

absl::StatusOr<LongConversation> LongMessages(const v1::Document& document,
                                              const v1::Result& sample,
                                              const v1::LongDetails& details, const RowSpec& spec) {
  RETURN_IF_ERROR(CheckSample(document, sample));
  const v1::Span& span = details.context_span();
  const TextRange needed = HullOf(RowChunks(sample.task(), document.text().size()));
  if (span.begin() > needed.begin || span.end() < needed.end ||
      span.end() > document.text().size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "context [", span.begin(), ", ", span.end(), ") does not contain chunk [", needed.begin,
        ", ", needed.end, ") of a document of ", document.text().size(), " bytes"));
  }
  const absl::string_view text =
      absl::string_view(document.text()).substr(span.begin(), span.end() - span.begin());
  std::vector<absl::string_view> sentences;
  for (const v1::Span& sentence : details.evidence()) {
    if (sentence.begin() > sentence.end() || sentence.end() > document.text().size()) {
      return absl::InvalidArgumentError(absl::StrCat("evidence [", sentence.begin(), ", ",
                                                     sentence.end(), ") of a document of ",
                                                     document.text().size(), " bytes"));
    }
    sentences.push_back(absl::string_view(document.text())
                            .substr(sentence.begin(), sentence.end() - sentence.begin()));
  }
  const v1::InstanceSpec::AnswerStyle style = spec.instances.answer_style();
  LongPrompt prompt = InstancePrompt(spec, LanguageOfTaskCode(sample.task().language()),
                                     sample.task().form(), details.delimiter(), text,
                                     StyledQuestion(style, sample.question(), !sentences.empty()));
  LongConversation conversation;
  conversation.context_begin = prompt.document_begin;
  conversation.messages = MakeMessages(spec.instances, std::move(prompt.text),
                                       StyledAnswer(style, sample.answer(), sentences));
  return conversation;
}

absl::StatusOr<std::variant<ShortInstance, v1::Reject>> BuildShortInstance(
    const v1::ShortRow& row, const v1::PackingSpec& spec, v1::InstanceSpec::RowWeight row_weight,
    const TargetModel& target) {
  std::vector<Message> messages;
  bool any_answer = false;
  for (const v1::ChatMessage& message : row.messages()) {
    ASSIGN_OR_RETURN(const Role role, inference::ParseRole(message.role()));
    if (role == Role::kAssistant && !IsBlank(message.content())) any_answer = true;
    messages.push_back({role, message.content()});
  }
  if (!any_answer) {
    return MakeReject(v1::REJECT_REASON_NOTHING_TO_TRAIN, "no assistant turn with content");
  }
  if (messages.back().role == Role::kAssistant && IsBlank(messages.back().content)) {
    return MakeReject(v1::REJECT_REASON_NOTHING_TO_TRAIN, "the last assistant turn is empty");
  }
  ASSIGN_OR_RETURN(const std::vector<TemplatePart> parts,
                   target.chat_template.Render(messages, /*open_assistant=*/false));
  ASSIGN_OR_RETURN(RenderedTokens tokens, EncodeParts(*target.tokenizer, parts));
  RETURN_IF_ERROR(ExcludeAnswers(row.messages(), &tokens.trained));
  ShortInstance instance;
  instance.segment.set_source_id(row.id());
  instance.segment.set_length(static_cast<uint32_t>(tokens.ids.size()));
  SetTrainedRanges(tokens.trained, spec.prompt_loss_weight(), row_weight, &instance.segment);
  if (instance.segment.trained().empty()) {
    return MakeReject(v1::REJECT_REASON_NOTHING_TO_TRAIN, "no token of an answer is trained");
  }
  instance.input_ids.assign(tokens.ids.begin(), tokens.ids.end());
  return instance;
}

}  // namespace quipu::generator
