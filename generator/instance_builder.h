// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Turns samples and short rows into tokens, with the target model's chat
// template. Pure.
//
//   const SourceDocument document(source, target);
//   ASSIGN_OR_RETURN(auto row, BuildLongInstance(document, sample, evidence, spec, target));
//
// A long row is the document, truncated to the context around its chunk, then the
// question, then the answer; chunk, question and answer are never cut. If the
// document must be cut, the length before the chunk is drawn from the task's id,
// so that the evidence depth is as uniform as the document allows. Cuts are at
// sentence or line boundaries if one is near. The conversation is tokenised once
// as a whole.
#ifndef QUIPU_GENERATOR_INSTANCE_BUILDER_H_
#define QUIPU_GENERATOR_INSTANCE_BUILDER_H_

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/evidence.h"
#include "generator/prompts.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

// The model that the dataset is tokenised for.
struct TargetModel {
  std::shared_ptr<const inference::Tokenizer> tokenizer;
  inference::ChatTemplate chat_template;
};

// A document that long rows are made from. The tokenisation for cutting it is made when the first
// row needs it, and kept for the others; a document that fits needs none. Thread-compatible.
// Document and target must outlive it.
class SourceDocument {
 public:
  // `counted`: document.tokens() counts the target's tokens, because the target has the generating
  // model's tokenizer.
  SourceDocument(const v1::Document& document, const TargetModel& target, bool counted = false)
      : document_(&document), target_(&target), counted_(counted) {}

  const v1::Document& document() const { return *document_; }
  // A lower bound on its tokens, up to a few, that needs no tokenisation.
  uint64_t EstimateTokens() const;
  // The byte at which each token begins.
  absl::Span<const uint32_t> TokenBegins() const;
  // Whether TokenBegins was ever called.
  bool tokenized() const { return begins_.has_value(); }

 private:
  const v1::Document* document_;
  const TargetModel* target_;
  bool counted_;
  mutable std::optional<std::vector<uint32_t>> begins_;
};

// Builds one long row (TrainingRow.index stays 0), or returns a reject:
// CONTEXT_TOO_SMALL with the least context that would be enough. `evidence`: the sample's, which
// is stored with the row and quoted if the spec's answer style asks for it.
absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> BuildLongInstance(
    const SourceDocument& document, const v1::Result& sample, const Evidence& evidence,
    const RowSpec& spec, const TargetModel& target);

// A conversation, and where the document's context begins in the last user message.
struct LongConversation {
  std::vector<inference::Message> messages;
  size_t context_begin = 0;
};
// Returns the conversation of a long row from its sample, its document and its
// cut, as BuildLongInstance tokenised it; for the messages view and for checks.
absl::StatusOr<LongConversation> LongMessages(const v1::Document& document,
                                              const v1::Result& sample,
                                              const v1::LongDetails& details, const RowSpec& spec);

// A short row as one segment with its tokens.
struct ShortInstance {
  v1::Segment segment;
  std::vector<int32_t> input_ids;
};
// Reject: NOTHING_TO_TRAIN (no assistant turn, or an empty one at the end). Does
// not check the length: packing does.
absl::StatusOr<std::variant<ShortInstance, v1::Reject>> BuildShortInstance(
    const v1::ShortRow& row, const v1::PackingSpec& spec, v1::InstanceSpec::RowWeight row_weight,
    const TargetModel& target);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_INSTANCE_BUILDER_H_
