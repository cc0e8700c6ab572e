// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/target_forms.h"

#include <utility>
#include <vector>

#include "generator/checks/answer_span.h"

namespace quipu::generator {
namespace {

absl::string_view Part(absl::string_view text, const v1::Span& span) {
  if (span.begin() >= span.end() || span.end() > text.size()) return "";
  return text.substr(span.begin(), span.end() - span.begin());
}

}  // namespace

void MatchTargetsToForms(absl::string_view text, Language language, absl::Span<v1::Task> tasks) {
  std::vector<v1::Task*> without;  // Of the short form, without a short answer.
  std::vector<v1::Task*> with;     // Of the long form, with one.
  for (v1::Task& task : tasks) {
    const bool brief = task.form() == v1::ANSWER_FORM_SHORT;
    const bool any =
        !AnswerSpans(Part(text, task.target()), Part(text, task.chunk()), language).empty();
    if (brief && !any) without.push_back(&task);
    if (!brief && any) with.push_back(&task);
  }
  for (size_t i = 0; i < without.size() && i < with.size(); ++i) {
    std::swap(*without[i]->mutable_target(), *with[i]->mutable_target());
  }
}

}  // namespace quipu::generator
