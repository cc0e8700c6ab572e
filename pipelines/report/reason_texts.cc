// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/reason_texts.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/log.h"

namespace quipu::pipelines {
namespace {

constexpr RejectStep kSteps[] = {RejectStep::kReply, RejectStep::kText, RejectStep::kGrounding,
                                 RejectStep::kModel, RejectStep::kRun};

struct PairReason {
  v1::RejectReason reason;
  ReasonText text;
};

constexpr PairReason kPairReasons[] = {
    {v1::REJECT_REASON_MALFORMED,
     {RejectStep::kReply, "The reply is not one well-formed question and answer.",
      "Use a larger model, or a server that constrains replies.", ""}},
    {v1::REJECT_REASON_EMPTY,
     {RejectStep::kReply, "Question or answer has no letter and no digit.", "Use a larger model.",
      ""}},
    {v1::REJECT_REASON_TOO_LONG,
     {RejectStep::kReply,
      "Question or answer did not end within its limit, or a short answer has too many words.",
      "If the examples read well up to their cut, raise the limits. A short answer of many words "
      "is "
      "none: use a larger model.",
      "generation.max_question_tokens generation.max_long_answer_tokens "
      "generation.max_short_answer_tokens filters.max_question_bytes filters.max_answer_bytes"}},
    {v1::REJECT_REASON_REFUSAL,
     {RejectStep::kReply, "The model declined to answer.",
      "Use another model, or write other prompts (generation.long_prompt and short_prompt).", ""}},
    {v1::REJECT_REASON_ENGINE_LIMIT,
     {RejectStep::kReply, "Prompt or pair does not fit in the engine's context.",
      "Make chunks smaller, or use an engine with a longer context.", "chunks.max_tokens"}},
    {v1::REJECT_REASON_QUARANTINED,
     {RejectStep::kReply, "Workers died, or the engine failed, too often on its chunk.",
      "See the log for the cause; then run quipu control STORE retry-quarantined.", ""}},
    {v1::REJECT_REASON_LANGUAGE,
     {RejectStep::kText, "Question or answer is in another language than the document.",
      "Use a model that is better in this language, or write prompts in it "
      "(generation.language_prompts).",
      "generation.language"}},
    {v1::REJECT_REASON_COPIES_INSTRUCTION,
     {RejectStep::kText, "Question or answer repeats the instruction.", "Use a larger model.", ""}},
    {v1::REJECT_REASON_MENTIONS_TEXT,
     {RejectStep::kText,
      "It speaks of the text, the passage or its sections, or names nothing that a reader without "
      "the chunk could look for.",
      "Use a larger model: such a question is of little use beside a whole document. Setting the "
      "field to false accepts them.",
      "filters.refuse_text_mentions"}},
    {v1::REJECT_REASON_NOT_A_QUESTION,
     {RejectStep::kText, "The question asks nothing, breaks off, or is a pasted paragraph.",
      "Use a larger model.", ""}},
    {v1::REJECT_REASON_UNFIT_TEXT,
     {RejectStep::kText,
      "Template blanks, repeated sentences, leftovers of markup, or an answer that breaks off.",
      "Clean the documents, or use a larger model.", ""}},
    {v1::REJECT_REASON_ANSWER_EQUALS_QUESTION,
     {RejectStep::kText, "The answer only repeats the question.", "Use a larger model.", ""}},
    {v1::REJECT_REASON_NOT_GROUNDED,
     {RejectStep::kGrounding,
      "Too few of the answer's words are in the chunk, or a number or name is missing from it.",
      "Mostly right to refuse: the answer is made up. If the examples are right answers in other "
      "words, lower the shares.",
      "filters.min_grounded_share_long filters.min_grounded_share_short"}},
    {v1::REJECT_REASON_COPIED,
     {RejectStep::kGrounding, "Too much of a long answer is copied word for word.",
      "If copies are welcome, raise the share; 1 turns the check off.",
      "filters.max_copied_share"}},
    {v1::REJECT_REASON_VERDICT,
     {RejectStep::kModel, "The model itself says that the answer is not stated in the chunk.",
      "If the examples are right all the same, lower the margin.",
      "verification.min_verdict_margin"}},
    {v1::REJECT_REASON_LIKELIHOOD,
     {RejectStep::kModel, "The model finds the answer too unlikely, given the chunk.",
      "If the examples are right all the same, lower the limits.",
      "verification.min_answer_log_prob verification.min_short_answer_log_prob"}},
    {v1::REJECT_REASON_GAIN,
     {RejectStep::kModel,
      "The answer is as likely without the chunk: the question can be answered without reading.",
      "If the examples do need the document, lower the gain.", "verification.min_gain"}},
    {v1::REJECT_REASON_PROBABILITY,
     {RejectStep::kModel,
      "All scores together make it too improbable that the pair is right (the judge decides so).",
      "A larger model makes more right pairs. A lower target_precision accepts more pairs, and "
      "more "
      "wrong ones. If the examples are right, fit the judge to your model: quipu calibrate.",
      "verification.target_precision"}},
    {v1::REJECT_REASON_DISAGREES,
     {RejectStep::kModel, "Asked the same question again, the model gives another answer.",
      "If the examples are right, lower the overlap, or turn second answers OFF.",
      "verification.min_second_overlap verification.second_answer"}},
    {v1::REJECT_REASON_ONE_CHUNK_SUFFICES,
     {RejectStep::kModel, "A pair of two chunks that one of them answers alone.",
      "Nothing: this is expected of many, and such pairs are tried in numbers.", ""}},
    {v1::REJECT_REASON_AMBIGUOUS,
     {RejectStep::kRun,
      "Another place of the document answers the question otherwise, or the question is about "
      "\"the "
      "bird\" in a document of many.",
      "Mostly right to refuse. Setting the field to false accepts them.",
      "filters.refuse_ambiguous filters.refuse_unplaced filters.refuse_misplaced"}},
    {v1::REJECT_REASON_CONTEXT_TOO_SMALL,
     {RejectStep::kRun, "Chunk, question and answer do not fit in a row's context together.",
      "Make the context longer, or chunks smaller.", "instances.context_tokens chunks.max_tokens"}},
    {v1::REJECT_REASON_CONTAMINATED,
     {RejectStep::kRun, "A benchmark of the spec has the pair.", "Nothing: it must not be trained.",
      ""}},
    {v1::REJECT_REASON_DUPLICATE_QUESTION,
     {RejectStep::kRun, "An earlier pair asks (nearly) the same.",
      "Ask for fewer pairs from each chunk, or give more documents.",
      "generation.pairs_per_chunk filters.duplicate_overlap filters.near_duplicate_overlap"}},
};

struct ChunkReason {
  v1::NoChunkReason reason;
  absl::string_view meaning;
};

constexpr ChunkReason kChunkReasons[] = {
    {v1::NO_CHUNK_REASON_TOO_SHORT, "It has fewer tokens than chunks.min_tokens."},
    {v1::NO_CHUNK_REASON_NOT_PROSE,
     "Too little of it reads as sentences: tables, code, lists, contents."},
    {v1::NO_CHUNK_REASON_INTERRUPTED,
     "Tables, rules and contents leave no stretch of chunks.min_tokens."},
    {v1::NO_CHUNK_REASON_MIXED, "No stretch is text for the most part: code or lists are between."},
    {v1::NO_CHUNK_REASON_FEW_LETTERS, "Every stretch is under chunks.min_letter_share."},
    {v1::NO_CHUNK_REASON_CONTAMINATED, "It holds a benchmark's context."},
    {v1::NO_CHUNK_REASON_NEAR_DUPLICATE, "It nearly repeats a document that was kept."},
    {v1::NO_CHUNK_REASON_LENGTH, "Its length is in no bucket, or the bucket was full."},
    {v1::NO_CHUNK_REASON_NOT_SAMPLED, "It was not drawn (selection.sample_documents)."},
};

// Of a field in a field, as the text format has it; its default if it is not set.
std::string ValueAt(absl::string_view path, const v1::RunSpec& spec) {
  const google::protobuf::Message* message = &spec;
  std::string value;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    const auto* field = message->GetDescriptor()->FindFieldByName(std::string(name));
    QUIPU_CHECK(field != nullptr) << "no field of a spec: " << path;
    if (field->message_type() != nullptr) {
      message = &message->GetReflection()->GetMessage(*message, field);
    } else {
      google::protobuf::TextFormat::PrintFieldValueToString(*message, field, -1, &value);
    }
  }
  return value;
}

}  // namespace

absl::Span<const RejectStep> RejectSteps() { return kSteps; }

absl::string_view StepTitle(RejectStep step) {
  switch (step) {
    case RejectStep::kReply:
      return "the reply has no usable pair";
    case RejectStep::kText:
      return "question or answer is badly written";
    case RejectStep::kGrounding:
      return "the chunk does not have the answer's words, or they are copied";
    case RejectStep::kModel:
      return "the model doubts the answer";
    case RejectStep::kRun:
      return "it repeats another pair, or its document contradicts it";
  }
  return "";
}

const ReasonText& TextOf(v1::RejectReason reason) {
  static constexpr ReasonText kUnknown;
  for (const PairReason& known : kPairReasons) {
    if (known.reason == reason) return known.text;
  }
  return kUnknown;
}

std::string FieldValues(const ReasonText& text, const v1::RunSpec& spec) {
  std::string values;
  for (const absl::string_view path : absl::StrSplit(text.fields, ' ', absl::SkipEmpty())) {
    absl::StrAppend(&values, values.empty() ? "" : "; ", path, ": ", ValueAt(path, spec));
  }
  return values;
}

absl::string_view TextOf(v1::NoChunkReason reason) {
  for (const ChunkReason& known : kChunkReasons) {
    if (known.reason == reason) return known.meaning;
  }
  return "";
}

}  // namespace quipu::pipelines
