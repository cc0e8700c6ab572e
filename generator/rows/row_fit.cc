// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/row_fit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "generator/checks/reject.h"
#include "generator/rows/row_rendering.h"

namespace quipu::generator {
namespace {

// The real tokenisation can differ from the estimate by a few tokens at the
// edges. Each round removes the excess, so if a few rounds are not enough,
// nothing will fit.
constexpr int kMaxFittingRounds = 12;
// A document whose estimate exceeds the context by at most this is tried
// uncut first.
constexpr uint32_t kEstimateSlack = 32;

v1::LongDetails WithContext(v1::LongDetails details, TextRange span) {
  details.mutable_context_span()->set_begin(span.begin);
  details.mutable_context_span()->set_end(span.end);
  return details;
}

class Fitter {
 public:
  Fitter(const SourceDocument& document, TextRange needed, const v1::LongDetails& details,
         const RowRecords& records, const RowSpec& spec, const TargetModel& target)
      : document_(document),
        needed_(needed),
        details_(details),
        records_(records),
        spec_(spec),
        target_(target),
        context_(spec.instances.context_tokens()) {}

  absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> Fit() {
    ASSIGN_OR_RETURN(const uint32_t frame,
                     FrameTokens(needed_, details_, records_, spec_, target_));
    const uint64_t most = uint64_t{context_} + kEstimateSlack;
    if (frame + document_.EstimateTokens() <= most ||
        frame + document_.TokenBegins().size() <= most) {
      RETURN_IF_ERROR(Render({0, document_.text().size()}));
      if (rendering_.size() <= context_) return Finish();
    }
    const DocumentCutter cutter(document_.text(), document_.TokenBegins(), needed_.begin,
                                needed_.end);
    ASSIGN_OR_RETURN(const Fingerprint id, Fingerprint::FromBytes(records_.source_id));
    uint32_t budget = context_ > frame ? context_ - frame : 0;
    for (int round = 0; round < kMaxFittingRounds && budget >= cutter.chunk_tokens(); ++round) {
      RETURN_IF_ERROR(Render(cutter.Cut(budget, id)));
      if (rendering_.size() <= context_) return Finish();
      budget -= std::min(budget, rendering_.size() - context_);
    }
    // The last resort; it also measures how much is needed.
    RETURN_IF_ERROR(Render(needed_));
    if (rendering_.size() <= context_) return Finish();
    return MakeReject(
        v1::REJECT_REASON_CONTEXT_TOO_SMALL,
        absl::StrCat("chunk, question and answer take ", rendering_.size(),
                     " tokens, instances.context_tokens is ", spec_.instances.context_tokens()));
  }

 private:
  absl::Status Render(TextRange span) {
    span_ = span;
    ASSIGN_OR_RETURN(material_, MaterialOf(WithContext(details_, span), records_, spec_));
    ASSIGN_OR_RETURN(rendering_, RenderRow(material_, spec_, target_));
    return absl::OkStatus();
  }

  absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> Finish() const {
    ASSIGN_OR_RETURN(
        v1::TrainingRow row,
        FinishRow(rendering_, material_, WithContext(details_, span_), records_.source_id, spec_));
    return row;
  }

  const SourceDocument& document_;
  const TextRange needed_;
  const v1::LongDetails& details_;
  const RowRecords& records_;
  const RowSpec& spec_;
  const TargetModel& target_;
  const uint32_t context_;
  // The last try.
  TextRange span_;
  RowMaterial material_;
  RowRendering rendering_;
};

}  // namespace

absl::StatusOr<uint32_t> FrameTokens(TextRange needed, const v1::LongDetails& details,
                                     const RowRecords& records, const RowSpec& spec,
                                     const TargetModel& target) {
  ASSIGN_OR_RETURN(RowMaterial material, MaterialOf(WithContext(details, needed), records, spec));
  material.blocks[material.own].text = "";
  ASSIGN_OR_RETURN(const RowRendering rendering, RenderRow(material, spec, target));
  return rendering.size();
}

absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> FitRow(
    const SourceDocument& document, TextRange needed, const v1::LongDetails& details,
    const RowRecords& records, const RowSpec& spec, const TargetModel& target) {
  return Fitter(document, needed, details, records, spec, target).Fit();
}

}  // namespace quipu::generator
