// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/prompts.h"

#include <re2/re2.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/strings.h"

namespace quipu::generator {
namespace {

// The placeholder that begins at `text`, or null.
const PlaceholderValue* PlaceholderAt(absl::string_view text,
                                      absl::Span<const PlaceholderValue> values) {
  for (const PlaceholderValue& value : values) {
    if (text.size() >= value.name.size() + 2 && text[0] == '{' &&
        text[value.name.size() + 1] == '}' && text.substr(1, value.name.size()) == value.name) {
      return &value;
    }
  }
  return nullptr;
}

// Runs of white space as one space.
std::string OnOneLine(absl::string_view text) {
  return absl::StrJoin(absl::StrSplit(text, absl::ByAnyChar(" \t\n"), absl::SkipEmpty()), " ");
}

}  // namespace

std::string Substitute(absl::string_view pattern, absl::Span<const PlaceholderValue> values) {
  std::string out;
  while (!pattern.empty()) {
    const PlaceholderValue* value = PlaceholderAt(pattern, values);
    if (value != nullptr) {
      absl::StrAppend(&out, value->value);
      pattern.remove_prefix(value->name.size() + 2);
    } else {
      out.push_back(pattern.front());
      pattern.remove_prefix(1);
    }
  }
  return out;
}

Substituted SubstituteAndFind(absl::string_view pattern, absl::Span<const PlaceholderValue> values,
                              absl::string_view name) {
  Substituted found;
  const size_t at = pattern.find(absl::StrCat("{", name, "}"));
  found.text = Substitute(pattern.substr(0, at), values);
  found.begin = found.end = found.text.size();
  if (at == absl::string_view::npos) return found;
  const size_t after = at + name.size() + 2;
  absl::StrAppend(&found.text, Substitute(pattern.substr(at, after - at), values));
  found.end = found.text.size();
  absl::StrAppend(&found.text, Substitute(pattern.substr(after), values));
  return found;
}

int CountPlaceholder(absl::string_view pattern, absl::string_view name) {
  const std::string placeholder = absl::StrCat("{", name, "}");
  int count = 0;
  for (size_t at = pattern.find(placeholder); at != absl::string_view::npos;
       at = pattern.find(placeholder, at + 1)) {
    ++count;
  }
  return count;
}

std::string ExcerptOf(const v1::GenerationSpec& spec, absl::string_view chunk) {
  return Substitute(spec.excerpt(), {{"chunk", chunk}});
}

const std::string& InstructionOf(const v1::GenerationSpec& spec, v1::AnswerForm form) {
  return form == v1::ANSWER_FORM_SHORT ? spec.short_prompt() : spec.long_prompt();
}

std::string TaskInstruction(const v1::GenerationSpec& spec, v1::AnswerForm form,
                            absl::string_view sentence) {
  // On one line, as the pattern's own text is.
  return Substitute(InstructionOf(spec, form), {{"sentence", OnOneLine(sentence)}});
}

absl::string_view TargetOf(const v1::Task& task, absl::string_view chunk) {
  const v1::Span& target = task.target();
  if (target.begin() < task.chunk().begin() || target.end() <= target.begin()) return "";
  const uint64_t begin = target.begin() - task.chunk().begin();
  if (begin >= chunk.size()) return "";
  return chunk.substr(begin, target.end() - target.begin());
}

Substituted VerdictPrompt(const v1::VerificationSpec& spec, absl::string_view question,
                          absl::string_view answer) {
  return SubstituteAndFind(spec.verdict_prompt(), {{"question", question}, {"answer", answer}},
                           "answer");
}

std::string AnswerPrompt(const v1::VerificationSpec& spec, absl::string_view question) {
  return Substitute(spec.answer_prompt(), {{"question", question}});
}

std::string SecondPrompt(const v1::VerificationSpec& spec, absl::string_view question) {
  return Substitute(spec.second_prompt(), {{"question", question}});
}

LongPrompt InstancePrompt(const v1::InstanceSpec& spec, v1::AnswerForm form,
                          absl::string_view delimiter, absl::string_view document,
                          absl::string_view question) {
  const absl::string_view pattern =
      form == v1::ANSWER_FORM_SHORT ? spec.short_prompt() : spec.long_prompt();
  const size_t at = pattern.find("{document}");
  const absl::string_view before = pattern.substr(0, at);
  LongPrompt prompt;
  prompt.text = Substitute(before, {{"question", question}});
  if (at == absl::string_view::npos) return prompt;  // Validation rejects such a pattern.
  absl::StrAppend(&prompt.text, "<", delimiter, ">\n");
  prompt.document_begin = prompt.text.size();
  absl::StrAppend(&prompt.text, document, "\n</", delimiter, ">",
                  Substitute(pattern.substr(at + 10), {{"question", question}}));
  return prompt;
}

std::string ChooseDelimiter(absl::string_view name, absl::string_view document) {
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  const RE2 closing(absl::StrCat("</", RE2::QuoteMeta(ToStd(name)), "(?:-([0-9]{1,18}))?\\s*>"),
                    options);
  std::set<uint64_t> taken;
  re2::StringPiece rest(document.data(), document.size());
  re2::StringPiece number;
  while (RE2::FindAndConsume(&rest, closing, &number)) {
    uint64_t value = 1;
    const absl::string_view digits(number.data(), number.size());
    if (!digits.empty() && !absl::SimpleAtoi(digits, &value)) continue;
    taken.insert(value);
  }
  uint64_t free = 1;
  while (taken.count(free) > 0) ++free;
  return free == 1 ? std::string(name) : absl::StrCat(name, "-", free);
}

}  // namespace quipu::generator
