// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/split.h"

#include <cstdint>

#include "base/fingerprint.h"
#include "base/rng.h"

namespace quipu::generator {

absl::string_view SplitName(Split split) { return split == Split::kTrain ? "train" : "validation"; }

Split SplitOf(const v1::RunSpec& spec, absl::string_view id) {
  const double share = spec.export_().validation_share();
  if (!(share > 0)) return Split::kTrain;
  const Fingerprint key = FingerprintBuilder("split").Add(spec.seed()).Add(id).Build();
  return Rng(key, "validation").Uniform() < share ? Split::kValidation : Split::kTrain;
}

Split SplitOfRow(const v1::RunSpec& spec, const v1::TrainingRow& row) {
  const std::string& document = row.long_details().document_id();
  return SplitOf(spec, document.empty() ? row.segments(0).source_id() : document);
}

}  // namespace quipu::generator
