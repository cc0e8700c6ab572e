// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a reader of a report should know of each reason: the step that refuses, what it means, and
// what one can do about it.
//
//   const ReasonText& text = TextOf(v1::REJECT_REASON_VERDICT);
//   Print(StepTitle(text.step), text.remedy, FieldValues(text, v1::RunSpec()));
//
// Pure, thread-safe.
#ifndef QUIPU_PIPELINES_REPORT_REASON_TEXTS_H_
#define QUIPU_PIPELINES_REPORT_REASON_TEXTS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// The steps that a pair passes, in order.
enum class RejectStep { kReply, kText, kGrounding, kModel, kRun };

absl::Span<const RejectStep> RejectSteps();
// What is wrong with the pairs that the step refuses: "the reply has no usable pair".
absl::string_view StepTitle(RejectStep step);

struct ReasonText {
  RejectStep step = RejectStep::kRun;
  absl::string_view meaning;
  absl::string_view remedy;
  // The fields of a spec that decide, separated by spaces; may be empty.
  absl::string_view fields;
};

// Of a reason that is not in the table: the last step, and no words.
const ReasonText& TextOf(v1::RejectReason reason);

// The fields of the reason with their values in a run, separated by "; ".
std::string FieldValues(const ReasonText& text, const v1::RunSpec& spec);

// What it means that a document has no chunk; empty for an unknown reason.
absl::string_view TextOf(v1::NoChunkReason reason);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_REASON_TEXTS_H_
