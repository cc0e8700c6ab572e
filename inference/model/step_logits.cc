// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/step_logits.h"

namespace quipu::inference {

void StepLogits::Resize(const std::vector<BatchOutput>& outputs, int vocabulary) {
  begins_.assign(outputs.size(), 0);
  lengths_.assign(outputs.size(), 0);
  size_t end = 0;
  for (const bool whole : {true, false}) {
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (outputs[i].words.empty() != whole) continue;
      begins_[i] = end;
      lengths_[i] = whole ? static_cast<size_t>(vocabulary) : outputs[i].words.size();
      end += lengths_[i];
    }
  }
  values_.resize(end);
}

}  // namespace quipu::inference
