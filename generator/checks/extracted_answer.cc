// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/extracted_answer.h"

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "base/fingerprint.h"
#include "generator/checks/answer_span.h"
#include "generator/prompts/prompts.h"
#include "generator/text/one_line.h"
#include "generator/words/language.h"

namespace quipu::generator {
namespace {

constexpr size_t kYearBytes = 4;

QuestionKind KindOfSpan(const AnswerSpan& span, Language language) {
  if (span.kind != AnswerSpan::kDate) return {};
  return KindOfDate(language, span.text.size() == kYearBytes);
}

}  // namespace

std::optional<ExtractedAnswer> ExtractedAnswerOf(const v1::GenerationSpec& spec,
                                                 const v1::Task& task, absl::string_view chunk) {
  if (spec.short_answers() != v1::GenerationSpec::EXTRACTED ||
      task.form() != v1::ANSWER_FORM_SHORT || task.kind() != v1::TASK_KIND_PAIR) {
    return std::nullopt;
  }
  const absl::StatusOr<Fingerprint> task_id = Fingerprint::FromBytes(task.id());
  if (!task_id.ok()) return std::nullopt;  // The task fails by itself.
  const Language language = LanguageOfTaskCode(task.language());
  const std::optional<AnswerSpan> span =
      PickAnswerSpan(TargetOf(task, chunk), chunk, language, *task_id);
  if (!span.has_value()) return std::nullopt;
  return ExtractedAnswer{OnOneLine(span->text), KindOfSpan(*span, language)};
}

}  // namespace quipu::generator
