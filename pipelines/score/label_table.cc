// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/label_table.h"

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "generator/judge/auc.h"
#include "generator/judge/judge.h"
#include "pipelines/score/labels.h"

namespace quipu::pipelines {
namespace {

constexpr double kThresholds[] = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95};
constexpr char kAllWrong[] = "all wrong";

size_t NumFigures() { return generator::Signals().size() + 1; }

absl::string_view FigureName(size_t figure) {
  return figure < generator::Signals().size() ? generator::Signals()[figure].name : "probability";
}

LabelKind KindOf(const std::string& label) {
  const absl::StatusOr<LabelKind> kind = KindOfLabel(label);
  return kind.ok() ? *kind : LabelKind::kWrong;
}

std::string AucText(const std::vector<double>& right, const std::vector<double>& wrong) {
  const std::optional<double> auc = generator::Auc(right, wrong);
  return auc.has_value() ? absl::StrFormat("%.3f", *auc) : "-";
}

size_t CountOf(const std::vector<std::vector<double>>& figures) {
  return figures.empty() ? 0 : figures[0].size();
}

}  // namespace

void LabelTable::Add(absl::string_view label, const v1::Result& result) {
  Pairs& pairs = pairs_[std::string(label)];
  pairs.figures.resize(NumFigures());
  if (!result.has_reject()) ++pairs.accepted;
  if (!result.scores().scored()) {
    ++pairs.not_scored;
    return;
  }
  size_t figure = 0;
  for (const generator::Signal& signal : generator::Signals()) {
    pairs.figures[figure++].push_back(generator::ClampedValue(signal, result.scores()));
  }
  pairs.figures[figure].push_back(result.scores().probability());
}

LabelTable::Pairs LabelTable::Together(bool right) const {
  Pairs all;
  all.figures.resize(NumFigures());
  for (const auto& [label, pairs] : pairs_) {
    if (KindOf(label) != (right ? LabelKind::kRight : LabelKind::kWrong)) continue;
    for (size_t i = 0; i < pairs.figures.size(); ++i) {
      all.figures[i].insert(all.figures[i].end(), pairs.figures[i].begin(), pairs.figures[i].end());
    }
    all.accepted += pairs.accepted;
    all.not_scored += pairs.not_scored;
  }
  return all;
}

void LabelTable::AppendAucs(const Pairs& right, std::string* text) const {
  std::vector<std::pair<std::string, Pairs>> columns;
  for (const auto& [label, pairs] : pairs_) {
    if (KindOf(label) != LabelKind::kRight) columns.push_back({label, pairs});
  }
  const Pairs wrong = Together(/*right=*/false);
  if (columns.size() > 1 && CountOf(wrong.figures) > 0) columns.push_back({kAllWrong, wrong});
  absl::StrAppendFormat(text, "%-20s", "AUC of right against");
  for (const auto& [label, pairs] : columns) absl::StrAppendFormat(text, " %11s", label);
  absl::StrAppendFormat(text, "\n%-20s", "pairs");
  for (const auto& [label, pairs] : columns) {
    absl::StrAppendFormat(text, " %11d", CountOf(pairs.figures));
  }
  for (size_t i = 0; i < NumFigures(); ++i) {
    absl::StrAppendFormat(text, "\n%-20s", FigureName(i));
    for (const auto& [label, pairs] : columns) {
      absl::StrAppendFormat(text, " %11s", AucText(right.figures[i], pairs.figures[i]));
    }
  }
  absl::StrAppend(text, "\n");
}

std::string LabelTable::ToText() const {
  const Pairs right = Together(/*right=*/true);
  const Pairs wrong = Together(/*right=*/false);
  std::string text;
  for (const auto& [label, pairs] : pairs_) {
    absl::StrAppend(&text, label, ": ", CountOf(pairs.figures) + pairs.not_scored, " pairs, ",
                    pairs.accepted, " accepted");
    if (pairs.not_scored > 0) absl::StrAppend(&text, ", ", pairs.not_scored, " not scored");
    absl::StrAppend(&text, "\n");
  }
  if (CountOf(right.figures) == 0 || pairs_.size() < 2) {
    absl::StrAppend(&text, "no AUC: it needs right pairs and pairs of another label\n");
    return text;
  }
  AppendAucs(right, &text);
  if (CountOf(wrong.figures) == 0) return text;
  absl::StrAppend(&text, "probability at least  precision  recall  (right and wrong pairs counted ",
                  "as equally many)\n");
  for (const double threshold : kThresholds) {
    const generator::OperatingPoint point =
        generator::PointAt(right.figures.back(), wrong.figures.back(), threshold);
    absl::StrAppendFormat(&text, "%20.2f  %9.3f  %6.3f\n", threshold, point.precision,
                          point.recall);
  }
  return text;
}

}  // namespace quipu::pipelines
