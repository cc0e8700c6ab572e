// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/prompts/prompts.h"

#include <re2/re2.h>

#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/strings.h"
#include "generator/languages/row_texts.h"
#include "generator/languages/tables.h"
#include "generator/text/one_line.h"
#include "generator/words/language.h"

namespace quipu::generator {
namespace {

constexpr absl::string_view kDocument = "{document}";

// The source's names, which prompts cannot help mentioning.
constexpr absl::string_view kDefaultBannedWords[] = {"excerpt",  "excerpts", "passage",
                                                     "passages", "sentence", "text"};

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

// The spec's prompts for the language; empty ones if it has none.
const v1::LanguagePrompts& OwnPrompts(const v1::GenerationSpec& spec, Language language) {
  for (const v1::LanguagePrompts& prompts : spec.language_prompts()) {
    if (prompts.language() == CodeOf(language)) return prompts;
  }
  return v1::LanguagePrompts::default_instance();
}

// The pattern in force: see the header. An absent prompt and an empty one are the same.
absl::string_view Choose(absl::string_view of_language, absl::string_view of_spec,
                         absl::string_view by_default, absl::string_view built_in) {
  if (!of_language.empty()) return of_language;
  return of_spec != by_default || built_in.empty() ? of_spec : built_in;
}

absl::string_view PairPattern(const v1::GenerationSpec& spec, Language language,
                              v1::AnswerForm form) {
  const v1::LanguagePrompts& own = OwnPrompts(spec, language);
  const BuiltInPrompts& built_in = TableOf(language).prompts;
  const v1::GenerationSpec& by_default = v1::GenerationSpec::default_instance();
  return form == v1::ANSWER_FORM_SHORT ? Choose(own.short_prompt(), spec.short_prompt(),
                                                by_default.short_prompt(), built_in.short_prompt)
                                       : Choose(own.long_prompt(), spec.long_prompt(),
                                                by_default.long_prompt(), built_in.long_prompt);
}

absl::string_view TwoChunkPattern(const v1::GenerationSpec& spec, Language language,
                                  v1::AnswerForm form) {
  const v1::LanguagePrompts& own = OwnPrompts(spec, language);
  const BuiltInPrompts& built_in = TableOf(language).prompts;
  const v1::GenerationSpec& by_default = v1::GenerationSpec::default_instance();
  return form == v1::ANSWER_FORM_SHORT
             ? Choose(own.two_chunk_short_prompt(), spec.two_chunk_short_prompt(),
                      by_default.two_chunk_short_prompt(), built_in.two_chunk_short_prompt)
             : Choose(own.two_chunk_long_prompt(), spec.two_chunk_long_prompt(),
                      by_default.two_chunk_long_prompt(), built_in.two_chunk_long_prompt);
}

absl::string_view SummaryPattern(const v1::GenerationSpec& spec, Language language) {
  return Choose(OwnPrompts(spec, language).summary_prompt(), spec.summary_prompt(),
                v1::GenerationSpec::default_instance().summary_prompt(),
                TableOf(language).prompts.summary_prompt);
}

// How prompts name the language.
absl::string_view NameIn(Language language) {
  return language == Language::kUnknown ? "the language of the text above" : TableOf(language).name;
}

// The spec's own prompt of a row; empty if it has none.
absl::string_view OwnRowPattern(const RowSpec& spec, Language language, v1::AnswerForm form) {
  const v1::LanguagePrompts& own = OwnPrompts(spec.generation, language);
  const v1::InstanceSpec& by_default = v1::InstanceSpec::default_instance();
  const bool is_short = form == v1::ANSWER_FORM_SHORT;
  const absl::string_view of_language = is_short ? own.row_short_prompt() : own.row_long_prompt();
  if (!of_language.empty()) return of_language;
  const absl::string_view of_spec =
      is_short ? spec.instances.short_prompt() : spec.instances.long_prompt();
  return of_spec == (is_short ? by_default.short_prompt() : by_default.long_prompt()) ? ""
                                                                                      : of_spec;
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

std::string ExcerptOf(const v1::GenerationSpec& spec, Language language, absl::string_view chunk) {
  const std::string& own = OwnPrompts(spec, language).excerpt();
  const absl::string_view pattern = own.empty() ? spec.excerpt() : own;
  return Substitute(pattern, {{"chunk", chunk}, {"language", NameIn(language)}});
}

std::string InstructionOf(const v1::GenerationSpec& spec, Language language, v1::AnswerForm form,
                          v1::TaskKind kind) {
  const absl::string_view pattern =
      kind == v1::TASK_KIND_TWO_CHUNKS ? TwoChunkPattern(spec, language, form)
      : kind == v1::TASK_KIND_SUMMARY  ? SummaryPattern(spec, language)
                                       : PairPattern(spec, language, form);
  return Substitute(pattern, {{"language", NameIn(language)}});
}

std::string TaskInstruction(const v1::GenerationSpec& spec, Language language, v1::AnswerForm form,
                            absl::string_view sentence, v1::TaskKind kind,
                            absl::string_view second) {
  // On one line, as the pattern's own text is.
  const std::string instruction = InstructionOf(spec, language, form, kind);
  if (kind != v1::TASK_KIND_TWO_CHUNKS) {
    return Substitute(instruction, {{"sentence", OnOneLine(sentence)}});
  }
  return Substitute(instruction,
                    {{"sentence", OnOneLine(sentence)}, {"second_sentence", OnOneLine(second)}});
}

std::string PartInstruction(const v1::GenerationSpec& spec, Language language) {
  const absl::string_view pattern =
      Choose(OwnPrompts(spec, language).summary_part_prompt(), spec.summary_part_prompt(),
             v1::GenerationSpec::default_instance().summary_part_prompt(),
             TableOf(language).prompts.summary_part_prompt);
  return Substitute(pattern, {{"language", NameIn(language)}});
}

std::string ExtractedInstructionOf(const v1::GenerationSpec& spec, Language language) {
  const absl::string_view pattern =
      Choose(OwnPrompts(spec, language).extracted_prompt(), spec.extracted_prompt(),
             v1::GenerationSpec::default_instance().extracted_prompt(),
             TableOf(language).prompts.extracted_prompt);
  return Substitute(pattern, {{"language", NameIn(language)}});
}

std::string InstructionOfResult(const v1::GenerationSpec& spec, const v1::Result& result) {
  const Language language = LanguageOfTaskCode(result.task().language());
  return result.extracted()
             ? ExtractedInstructionOf(spec, language)
             : InstructionOf(spec, language, result.task().form(), result.task().kind());
}

std::string ExtractedInstruction(const v1::GenerationSpec& spec, Language language,
                                 absl::string_view sentence, absl::string_view answer) {
  return Substitute(ExtractedInstructionOf(spec, language),
                    {{"sentence", OnOneLine(sentence)}, {"answer", OnOneLine(answer)}});
}

absl::string_view TargetOf(const v1::Task& task, absl::string_view chunk) {
  const v1::Span& target = task.target();
  if (target.begin() < task.chunk().begin() || target.end() <= target.begin()) return "";
  const uint64_t begin = target.begin() - task.chunk().begin();
  if (begin >= chunk.size()) return "";
  return chunk.substr(begin, target.end() - target.begin());
}

absl::string_view SecondTargetOf(const v1::Task& task, absl::string_view chunks) {
  if (task.more_chunks().empty() || task.more_targets().empty()) return "";
  const v1::Span& chunk = task.more_chunks(0);
  const v1::Span& target = task.more_targets(0);
  const uint64_t size = chunk.end() - chunk.begin();
  if (target.begin() < chunk.begin() || target.end() <= target.begin() ||
      target.end() > chunk.end() || size > chunks.size()) {
    return "";
  }
  return chunks.substr(chunks.size() - size + (target.begin() - chunk.begin()),
                       target.end() - target.begin());
}

std::vector<std::string> BannedWordsOf(const v1::GenerationSpec& spec, Language language,
                                       absl::string_view source) {
  std::vector<std::string> banned;
  const std::string subject = absl::AsciiStrToLower(source);
  const auto add = [&](absl::string_view word) {
    if (word.empty() || absl::StrContains(subject, absl::AsciiStrToLower(word))) return;
    banned.emplace_back(word);
  };
  if (spec.banned_words().empty()) {
    for (const absl::string_view word : kDefaultBannedWords) add(word);
    for (const absl::string_view word :
         absl::StrSplit(TableOf(language).banned_words, ' ', absl::SkipEmpty())) {
      add(word);
    }
  }
  for (const std::string& word : spec.banned_words()) add(word);
  return banned;
}

VerdictWords VerdictOf(const v1::GenerationSpec& generation, const v1::VerificationSpec& spec,
                       Language language, absl::string_view question, absl::string_view answer) {
  const v1::LanguagePrompts& own = OwnPrompts(generation, language);
  const v1::VerificationSpec& by_default = v1::VerificationSpec::default_instance();
  const bool changed = spec.verdict_prompt() != by_default.verdict_prompt() ||
                       spec.yes() != by_default.yes() || spec.no() != by_default.no();
  const BuiltInPrompts built_in = changed ? BuiltInPrompts() : TableOf(language).prompts;
  const absl::string_view pattern = Choose(own.verdict_prompt(), spec.verdict_prompt(),
                                           by_default.verdict_prompt(), built_in.verdict_prompt);
  return {SubstituteAndFind(
              pattern, {{"question", question}, {"answer", answer}, {"language", NameIn(language)}},
              "answer"),
          std::string(Choose(own.yes(), spec.yes(), by_default.yes(), built_in.yes)),
          std::string(Choose(own.no(), spec.no(), by_default.no(), built_in.no))};
}

std::string AnswerPrompt(const v1::GenerationSpec& generation, const v1::VerificationSpec& spec,
                         Language language, absl::string_view question) {
  const absl::string_view pattern =
      Choose(OwnPrompts(generation, language).answer_prompt(), spec.answer_prompt(),
             v1::VerificationSpec::default_instance().answer_prompt(),
             TableOf(language).prompts.answer_prompt);
  return Substitute(pattern, {{"question", question}, {"language", NameIn(language)}});
}

std::string SecondPrompt(const v1::GenerationSpec& generation, const v1::VerificationSpec& spec,
                         Language language, absl::string_view question) {
  const v1::VerificationSpec& by_default = v1::VerificationSpec::default_instance();
  const absl::string_view pattern =
      Choose(OwnPrompts(generation, language).second_prompt(), spec.second_prompt(),
             by_default.second_prompt(), TableOf(language).prompts.second_prompt);
  return Substitute(pattern, {{"question", question}, {"language", NameIn(language)}});
}

std::string RowPattern(const RowSpec& spec, Language language, v1::AnswerForm form, bool several) {
  const absl::string_view own = OwnRowPattern(spec, language, form);
  if (!own.empty()) return std::string(own);
  const bool is_short = form == v1::ANSWER_FORM_SHORT;
  if (several) {
    const RowTexts& texts = RowTextsOf(language);
    return std::string(is_short ? texts.documents_short_prompt : texts.documents_long_prompt);
  }
  const BuiltInPrompts& built_in = TableOf(language).prompts;
  const absl::string_view pattern = is_short ? built_in.row_short_prompt : built_in.row_long_prompt;
  if (!pattern.empty()) return std::string(pattern);
  return is_short ? spec.instances.short_prompt() : spec.instances.long_prompt();
}

LongPrompt InstancePrompt(absl::string_view pattern, Language language, absl::string_view delimiter,
                          absl::Span<const absl::string_view> documents,
                          absl::string_view question) {
  const size_t at = pattern.find(kDocument);
  const std::vector<PlaceholderValue> values = {{"question", question},
                                                {"language", NameIn(language)}};
  LongPrompt prompt;
  prompt.text = Substitute(pattern.substr(0, at), values);
  if (at == absl::string_view::npos) return prompt;  // Validation rejects such a pattern.
  for (const absl::string_view document : documents) {
    absl::StrAppend(&prompt.text, prompt.document_begins.empty() ? "" : "\n\n", "<", delimiter,
                    ">\n");
    prompt.document_begins.push_back(prompt.text.size());
    absl::StrAppend(&prompt.text, document, "\n</", delimiter, ">");
  }
  absl::StrAppend(&prompt.text, Substitute(pattern.substr(at + kDocument.size()), values));
  return prompt;
}

std::string TurnPrompt(const RowSpec& spec, Language language, v1::AnswerForm form,
                       absl::string_view question) {
  const absl::string_view own = OwnRowPattern(spec, language, form);
  const size_t at = own.find(kDocument);
  if (at != absl::string_view::npos) {
    const absl::string_view rest =
        absl::StripLeadingAsciiWhitespace(own.substr(at + kDocument.size()));
    return Substitute(rest, {{"question", question}, {"language", NameIn(language)}});
  }
  if (form != v1::ANSWER_FORM_SHORT) return std::string(question);
  return absl::StrCat(question, "\n\n", RowTextsOf(language).brief_request);
}

std::string ChooseDelimiter(absl::string_view name, absl::Span<const absl::string_view> documents) {
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  const RE2 closing(absl::StrCat("</", RE2::QuoteMeta(ToStd(name)), "(?:-([0-9]{1,18}))?\\s*>"),
                    options);
  std::set<uint64_t> taken;
  for (const absl::string_view document : documents) {
    re2::StringPiece rest(document.data(), document.size());
    re2::StringPiece number;
    while (RE2::FindAndConsume(&rest, closing, &number)) {
      uint64_t value = 1;
      const absl::string_view digits(number.data(), number.size());
      if (!digits.empty() && !absl::SimpleAtoi(digits, &value)) continue;
      taken.insert(value);
    }
  }
  uint64_t free = 1;
  while (taken.count(free) > 0) ++free;
  return free == 1 ? std::string(name) : absl::StrCat(name, "-", free);
}

}  // namespace quipu::generator
