// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/labels.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

struct Label {
  absl::string_view name;
  LabelKind kind;
};

constexpr Label kLabels[] = {
    {"gold", LabelKind::kRight},     {"good", LabelKind::kRight},
    {"right", LabelKind::kRight},    {"true", LabelKind::kRight},
    {"greedy", LabelKind::kRight},   {"usable", LabelKind::kUsable},
    {"bad", LabelKind::kWrong},      {"wrong", LabelKind::kWrong},
    {"false", LabelKind::kWrong},    {"changed", LabelKind::kWrong},
    {"swapped", LabelKind::kWrong},  {"unsupported", LabelKind::kWrong},
    {"number", LabelKind::kWrong},   {"name", LabelKind::kWrong},
    {"negation", LabelKind::kWrong}, {"parties", LabelKind::kWrong},
};

}  // namespace

absl::StatusOr<LabelKind> KindOfLabel(absl::string_view label) {
  std::string known;
  for (const Label& entry : kLabels) {
    if (entry.name == label) return entry.kind;
    absl::StrAppend(&known, known.empty() ? "" : ", ", entry.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("label \"", Snippet(label, 40), "\" is none of ", known));
}

}  // namespace quipu::pipelines
