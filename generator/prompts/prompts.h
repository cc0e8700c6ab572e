// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes prompts from the patterns of the spec, in the language of the document. Each
// placeholder is replaced once, and replaced text is not searched for placeholders: a
// chunk that contains "{question}" stays as it is. Pure.
//
// The pattern for a language is, in this order: the spec's `language_prompts`; the
// spec's own prompt, if it is not the default; the translation in languages/; the default.
//
//   Substitute("Question: {question}", {{"question", "Why?"}});  // "Question: Why?"
#ifndef QUIPU_GENERATOR_PROMPTS_PROMPTS_H_
#define QUIPU_GENERATOR_PROMPTS_PROMPTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/languages/table.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/task.pb.h"

namespace quipu::generator {

struct PlaceholderValue {
  absl::string_view name;  // Without braces.
  absl::string_view value;
};

// Replaces each "{name}" of `pattern` in one pass; other braces stay.
std::string Substitute(absl::string_view pattern, absl::Span<const PlaceholderValue> values);

// The same, and the place of one placeholder's value in the text (its first
// place; empty if it has none).
struct Substituted {
  std::string text;
  size_t begin = 0;
  size_t end = 0;
};
Substituted SubstituteAndFind(absl::string_view pattern, absl::Span<const PlaceholderValue> values,
                              absl::string_view name);

// How often "{name}" occurs in `pattern`.
int CountPlaceholder(absl::string_view pattern, absl::string_view name);

// The beginning of the user's message in all calls on a chunk. The chunk may be
// empty, for measuring answers without it.
std::string ExcerptOf(const v1::GenerationSpec& spec, Language language, absl::string_view chunk);

// The instruction for a pair of this form from one chunk or two, with "{sentence}" in it; for a
// summary: the one that joins the summaries of the parts.
std::string InstructionOf(const v1::GenerationSpec& spec, Language language, v1::AnswerForm form,
                          v1::TaskKind kind = v1::TASK_KIND_PAIR);

// The instruction for one task, about `sentence` (which may be empty), and about `second` if the
// task has two chunks.
std::string TaskInstruction(const v1::GenerationSpec& spec, Language language, v1::AnswerForm form,
                            absl::string_view sentence, v1::TaskKind kind = v1::TASK_KIND_PAIR,
                            absl::string_view second = "");

// The instruction for the summary of a part of a document.
std::string PartInstruction(const v1::GenerationSpec& spec, Language language);

// The same for a question with a given answer, with "{sentence}" and "{answer}" in it; and for one
// task.
std::string ExtractedInstructionOf(const v1::GenerationSpec& spec, Language language);
// The instruction that a result was made by, with its placeholders.
std::string InstructionOfResult(const v1::GenerationSpec& spec, const v1::Result& result);
std::string ExtractedInstruction(const v1::GenerationSpec& spec, Language language,
                                 absl::string_view sentence, absl::string_view answer);

// The sentence of the chunk that a task is about; empty without a target.
absl::string_view TargetOf(const v1::Task& task, absl::string_view chunk);
// The sentence of the second chunk, which `chunks` ends with; empty without one.
absl::string_view SecondTargetOf(const v1::Task& task, absl::string_view chunks);

// The words that are never sampled in a text about `source`: a word of it is part of the subject.
std::vector<std::string> BannedWordsOf(const v1::GenerationSpec& spec, Language language,
                                       absl::string_view source);

// What is asked about a pair, with the place of the answer, and the two words that are compared. A
// changed verdict prompt keeps its own words: the three fields count as one.
struct VerdictWords {
  Substituted prompt;
  std::string yes;
  std::string no;
};
VerdictWords VerdictOf(const v1::GenerationSpec& generation, const v1::VerificationSpec& spec,
                       Language language, absl::string_view question, absl::string_view answer);
std::string AnswerPrompt(const v1::GenerationSpec& generation, const v1::VerificationSpec& spec,
                         Language language, absl::string_view question);
std::string SecondPrompt(const v1::GenerationSpec& generation, const v1::VerificationSpec& spec,
                         Language language, absl::string_view question);

// The parts of a run's spec that decide the texts of a long row. The spec must outlive it.
struct RowSpec {
  // Implicit, because a run's spec has them all.
  RowSpec(const v1::RunSpec& spec)  // NOLINT(google-explicit-constructor)
      : instances(spec.instances()), generation(spec.generation()), seed(spec.seed()) {}
  // Without language_prompts, with seed 0.
  RowSpec(const v1::InstanceSpec& spec)  // NOLINT(google-explicit-constructor)
      : instances(spec), generation(v1::GenerationSpec::default_instance()) {}

  const v1::InstanceSpec& instances;
  const v1::GenerationSpec& generation;
  const uint64_t seed = 0;
};

// The pattern of the user's first message in a long row. `several`: the context has several
// documents; a spec's own prompt is for both.
std::string RowPattern(const RowSpec& spec, Language language, v1::AnswerForm form, bool several);

// The user's first message, and where each document's text begins in it.
struct LongPrompt {
  std::string text;
  std::vector<size_t> document_begins;
};
// Each document is between <delimiter> and </delimiter> lines, with an empty line between two.
LongPrompt InstancePrompt(absl::string_view pattern, Language language, absl::string_view delimiter,
                          absl::Span<const absl::string_view> documents,
                          absl::string_view question);

// The user's message of a later turn: the question, and behind it a request for a short answer if
// the form is short. Of a spec's own prompt, what follows "{document}" in it.
std::string TurnPrompt(const RowSpec& spec, Language language, v1::AnswerForm form,
                       absl::string_view question);

// The name of the delimiter for `documents`: the spec's, or the first of NAME-2,
// NAME-3, ... whose closing tag (in any case, with spaces before ">") is in none of
// them.
std::string ChooseDelimiter(absl::string_view name, absl::Span<const absl::string_view> documents);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PROMPTS_PROMPTS_H_
