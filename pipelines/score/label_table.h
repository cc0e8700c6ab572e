// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the scores of labelled pairs are worth: the AUC of each signal and of the
// probability, right pairs against each other label, and precision and recall at
// thresholds.
//
//   LabelTable table;
//   table.Add("gold", result);
//   table.Add("swapped", other);
//   Use(table.ToText());
//
// Holds about a hundred bytes for each labelled pair. Thread-compatible.
#ifndef QUIPU_PIPELINES_SCORE_LABEL_TABLE_H_
#define QUIPU_PIPELINES_SCORE_LABEL_TABLE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "protos/sample.pb.h"

namespace quipu::pipelines {

class LabelTable {
 public:
  // `label` is known (labels.h). A pair that the model did not score is only counted.
  void Add(absl::string_view label, const v1::Result& result);

  bool empty() const { return pairs_.empty(); }

  // Says instead what is missing if there are no right or no other pairs.
  std::string ToText() const;

 private:
  struct Pairs {
    std::vector<std::vector<double>> figures;  // By signal, the probability last.
    size_t accepted = 0;
    size_t not_scored = 0;
  };

  // The figures of all pairs of a kind: right ones, or all wrong ones.
  Pairs Together(bool right) const;
  void AppendAucs(const Pairs& right, std::string* text) const;

  std::map<std::string, Pairs> pairs_;  // By label.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_LABEL_TABLE_H_
