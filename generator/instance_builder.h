// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Samples and short rows to tokens under the target model's chat template.
// Pure.
//
// A long row is: the document, truncated to the context around its chunk
// (chunk, question and answer are always inside), then the question, then the
// answer. Where the document must be cut, how much is kept before the chunk is
// drawn from the task's id, so that evidence depth over the kept part is
// uniform as far as the document allows; cuts fall on sentence or line
// boundaries where one is near. The conversation is tokenised once as a whole.
#ifndef QUIPU_GENERATOR_INSTANCE_BUILDER_H_
#define QUIPU_GENERATOR_INSTANCE_BUILDER_H_

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"
#include "protos/document.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/training_row.pb.h"

namespace quipu::generator {

// Whose tokens the dataset has.
struct TargetModel {
  std::shared_ptr<const inference::Tokenizer> tokenizer;
  inference::ChatTemplate chat_template;
};

// A document with the byte offset of each of its tokens (target tokenizer), so
// that all its samples are cut without tokenising it again.
struct TokenizedDocument {
  const v1::Document* document = nullptr;  // Must outlive this.
  inference::Encoding encoding;
};
TokenizedDocument TokenizeDocument(const v1::Document& document, const TargetModel& target);

// Builds one long row (Sequence.index is left 0), or says why it cannot be:
// CONTEXT_TOO_SMALL with the least context that would do.
absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> BuildLongInstance(
    const TokenizedDocument& document, const v1::Result& sample, const v1::InstanceSpec& spec,
    const TargetModel& target);

// The conversation of a long row, from its sample, its document and its cut:
// what BuildLongInstance tokenised, for the messages view and for checks.
absl::StatusOr<std::vector<inference::Message>> LongMessages(const v1::Document& document,
                                                             const v1::Result& sample,
                                                             const v1::LongDetails& details,
                                                             const v1::InstanceSpec& spec);

// A short row as one segment with its tokens.
struct ShortInstance {
  v1::Segment segment;
  std::vector<int32_t> input_ids;
};
// Reject: NOTHING_TO_TRAIN (no assistant turn, or an empty one at the end).
// Length is not judged here: packing decides.
absl::StatusOr<std::variant<ShortInstance, v1::Reject>> BuildShortInstance(
    const v1::ShortRow& row, const v1::PackingSpec& spec, const TargetModel& target);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_INSTANCE_BUILDER_H_
