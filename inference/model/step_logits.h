// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The logits of a step: one row per output of its batch, as long as the
// vocabulary or as the output's list of words.
//
//   StepLogits logits;
//   RETURN_IF_ERROR(model->Forward(batch, &cache, &logits));
//   Sample(logits.row(0));
//
// Memory is reused from step to step. Thread-compatible; threads may use
// different rows.
#ifndef QUIPU_INFERENCE_MODEL_STEP_LOGITS_H_
#define QUIPU_INFERENCE_MODEL_STEP_LOGITS_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "inference/model/batch.h"

namespace quipu::inference {

class StepLogits {
 public:
  // Makes a row for each output; values are undefined until written.
  void Resize(const std::vector<BatchOutput>& outputs, int vocabulary);

  int rows() const { return static_cast<int>(begins_.size()); }
  absl::Span<float> row(int i) { return absl::MakeSpan(values_).subspan(begins_[i], lengths_[i]); }
  absl::Span<const float> row(int i) const {
    return absl::MakeConstSpan(values_).subspan(begins_[i], lengths_[i]);
  }

  // The rows of the whole vocabulary, contiguous and in the order of their
  // outputs.
  float* whole_rows() { return values_.data(); }

 private:
  std::vector<float> values_;
  std::vector<size_t> begins_;   // Of each row.
  std::vector<size_t> lengths_;  // The same.
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_STEP_LOGITS_H_
