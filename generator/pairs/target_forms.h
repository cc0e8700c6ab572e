// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Gives the sentences of a chunk to the forms that suit them: pairs of the short form get those
// that have a short answer in them (answer_span.h).
//
//   MatchTargetsToForms(document.text(), Language::kEnglish, absl::MakeSpan(tasks));
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_PAIRS_TARGET_FORMS_H_
#define QUIPU_GENERATOR_PAIRS_TARGET_FORMS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/languages/table.h"
#include "protos/task.pb.h"

namespace quipu::generator {

// Swaps targets among the pairs of one chunk of `text`, whose forms are set, until no pair of
// the short form lacks a short answer that one of the long form has. The targets stay the same
// ones, and so does the order of those that are not swapped.
void MatchTargetsToForms(absl::string_view text, Language language, absl::Span<v1::Task> tasks);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_TARGET_FORMS_H_
