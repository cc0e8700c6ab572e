// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/reason_texts.h"

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
      "A larger model; or a reply template (generation)."}},
    {v1::REJECT_REASON_EMPTY,
     {RejectStep::kReply, "Question or answer has no letter and no digit.", "A larger model."}},
    {v1::REJECT_REASON_TOO_LONG,
     {RejectStep::kReply, "Question or answer was cut at its limit, or is over the filter's.",
      "generation.max_long_answer_tokens and its like; filters.max_answer_bytes."}},
    {v1::REJECT_REASON_REFUSAL,
     {RejectStep::kReply, "The model declined to answer.",
      "Another model; or other prompts (generation)."}},
    {v1::REJECT_REASON_ENGINE_LIMIT,
     {RejectStep::kReply, "Prompt or pair does not fit in the engine's context.",
      "Smaller chunks (chunks.max_tokens), or an engine with a longer context."}},
    {v1::REJECT_REASON_QUARANTINED,
     {RejectStep::kReply, "Workers died, or the engine failed, too often on its chunk.",
      "See the log; then quipu control STORE retry-quarantined."}},
    {v1::REJECT_REASON_LANGUAGE,
     {RejectStep::kText, "Question or answer is in another language than the document.",
      "A model that is better in this language; or generation.language_prompts."}},
    {v1::REJECT_REASON_COPIES_INSTRUCTION,
     {RejectStep::kText, "Question or answer repeats the instruction.", "A larger model."}},
    {v1::REJECT_REASON_MENTIONS_TEXT,
     {RejectStep::kText,
      "It speaks of the text, the passage or its sections, or names nothing that a reader without "
      "the chunk could look for.",
      "A larger model; filters.refuse_text_mentions turns the check off."}},
    {v1::REJECT_REASON_NOT_A_QUESTION,
     {RejectStep::kText, "The question asks nothing, breaks off, or is a pasted paragraph.",
      "A larger model."}},
    {v1::REJECT_REASON_UNFIT_TEXT,
     {RejectStep::kText,
      "Template blanks, repeated sentences, leftovers of markup, or an answer that breaks off.",
      "Cleaner documents, or a larger model."}},
    {v1::REJECT_REASON_ANSWER_EQUALS_QUESTION,
     {RejectStep::kText, "The answer only repeats the question.", "A larger model."}},
    {v1::REJECT_REASON_NOT_GROUNDED,
     {RejectStep::kGrounding,
      "Too few of the answer's words are in the chunk, a number or name is missing from it, or the "
      "words of question and answer are scattered over it.",
      "Often a correct refusal: the answer is made up, or mixes up two facts. The limits are "
      "filters.min_grounded_share_long and _short; words may be scattered with a "
      "verification.target_precision under 0.85."}},
    {v1::REJECT_REASON_COPIED,
     {RejectStep::kGrounding, "Too much of a long answer is copied word for word.",
      "filters.max_copied_share; 1 turns it off."}},
    {v1::REJECT_REASON_VERDICT,
     {RejectStep::kModel, "The model itself says that the answer is not stated in the chunk.",
      "Read the examples: if they are right, lower verification.min_verdict_margin."}},
    {v1::REJECT_REASON_LIKELIHOOD,
     {RejectStep::kModel, "The model finds the answer too unlikely, given the chunk.",
      "verification.min_answer_log_prob and min_short_answer_log_prob."}},
    {v1::REJECT_REASON_GAIN,
     {RejectStep::kModel, "The answer is as likely without the chunk: no reading is needed.",
      "verification.min_gain."}},
    {v1::REJECT_REASON_PROBABILITY,
     {RejectStep::kModel,
      "All scores together make it too improbable that the pair is right (the judge).",
      "A larger model makes more right pairs. verification.target_precision trades precision for "
      "yield; quipu calibrate fits the judge to your model."}},
    {v1::REJECT_REASON_DISAGREES,
     {RejectStep::kModel, "Asked a second time, the model gives another answer.",
      "verification.min_second_overlap; second_answer: OFF turns it off."}},
    {v1::REJECT_REASON_ONE_CHUNK_SUFFICES,
     {RejectStep::kModel, "A pair of two chunks that one of them answers alone.",
      "Expected of many: such pairs are tried in numbers."}},
    {v1::REJECT_REASON_AMBIGUOUS,
     {RejectStep::kRun, "Another place of the document answers the question otherwise.",
      "filters.refuse_ambiguous."}},
    {v1::REJECT_REASON_CONTEXT_TOO_SMALL,
     {RejectStep::kRun, "Chunk, question and answer do not fit in a row's context together.",
      "A longer instances.context_tokens, or smaller chunks."}},
    {v1::REJECT_REASON_CONTAMINATED,
     {RejectStep::kRun, "A benchmark of the spec has the pair.",
      "Nothing: it must not be trained."}},
    {v1::REJECT_REASON_DUPLICATE_QUESTION,
     {RejectStep::kRun, "An earlier pair asks (nearly) the same.",
      "Fewer pairs for each chunk (generation.pairs_per_chunk), or more chunks and documents."}},
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

}  // namespace

absl::Span<const RejectStep> RejectSteps() { return kSteps; }

absl::string_view StepTitle(RejectStep step) {
  switch (step) {
    case RejectStep::kReply:
      return "Form of the reply";
    case RejectStep::kText:
      return "Text of question and answer";
    case RejectStep::kGrounding:
      return "Words of the chunk";
    case RejectStep::kModel:
      return "Judged by the model";
    case RejectStep::kRun:
      return "Document and run";
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

absl::string_view TextOf(v1::NoChunkReason reason) {
  for (const ChunkReason& known : kChunkReasons) {
    if (known.reason == reason) return known.meaning;
  }
  return "";
}

}  // namespace quipu::pipelines
