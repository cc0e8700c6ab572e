// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/filters.h"

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/exact_math.h"
#include "base/strings.h"
#include "generator/checks/answer_kind.h"
#include "generator/checks/copied_instruction.h"
#include "generator/checks/copied_runs.h"
#include "generator/checks/question_check.h"
#include "generator/checks/reject.h"
#include "generator/checks/source_references.h"
#include "generator/checks/unfit_text.h"
#include "generator/checks/vague_question.h"
#include "generator/languages/tables.h"
#include "generator/words/content_words.h"
#include "generator/words/language.h"
#include "generator/words/language_patterns.h"
#include "generator/words/pattern_screen.h"
#include "generator/words/text_words.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

using MaybeReject = std::optional<v1::Reject>;

MaybeReject CheckEmpty(const PairView& pair) {
  if (!HasLetterOrDigit(pair.question)) {
    return MakeReject(v1::REJECT_REASON_EMPTY, "question has no letter or digit");
  }
  if (!HasLetterOrDigit(pair.answer)) {
    return MakeReject(v1::REJECT_REASON_EMPTY, "answer has no letter or digit");
  }
  return std::nullopt;
}

MaybeReject CheckBytes(const PairView& pair, const v1::FilterSpec& filters) {
  if (pair.question.size() > filters.max_question_bytes()) {
    return MakeReject(v1::REJECT_REASON_TOO_LONG,
                      absl::StrCat("question of ", pair.question.size(), " bytes, limit ",
                                   filters.max_question_bytes()));
  }
  if (pair.answer.size() > filters.max_answer_bytes()) {
    return MakeReject(v1::REJECT_REASON_TOO_LONG,
                      absl::StrCat("answer of ", pair.answer.size(), " bytes, limit ",
                                   filters.max_answer_bytes()));
  }
  return std::nullopt;
}

MaybeReject CheckRefusal(const PairView& pair) {
  static const RE2& anywhere = *new RE2(
      R"((?i)(\bas an? (?:ai|artificial intelligence|language model|large language model)\b)"
      R"(|\bI(?:'m|’m| am)? (?:cannot|can't|can’t|can not|unable to|not able to|sorry)\b))");
  static const RE2& answer_only = *new RE2(
      R"((?i)^\s*((?:sorry|unfortunately)\b[,.]?)"
      R"(|(?:n/?a|none|unknown|unclear|not applicable|no answer|nothing|)"
      R"(i don['’]t know)\s*[.!]?\s*$)"
      R"(|(?:it|this|that|the answer)?\s*(?:is|was|are)?\s*(?:not|n['’]t)\s+)"
      R"((?:explicitly\s+|clearly\s+)?)"
      R"((?:specified|mentioned|stated|provided|given|known|available|clear)\b)"
      R"(|(?:there is|there's|it (?:gives|provides|contains)) no (?:specific |explicit |further )?)"
      R"((?:information|mention|answer)\b))"
      R"(|(\bcannot be (?:determined|answered|inferred)\b))"
      R"(|(\b(?:does|do|did) not (?:explicitly |specifically )?)"
      R"((?:mention|provide (?:any |specific )?information)\b))");
  static const PatternScreen& screen = *new PatternScreen({&anywhere, &answer_only});
  re2::StringPiece found;
  if (RE2::PartialMatch({pair.question.data(), pair.question.size()}, anywhere, &found)) {
    return MakeReject(v1::REJECT_REASON_REFUSAL, std::string(found));
  }
  const uint32_t matching = screen.MatchesIn(pair.answer);
  if ((matching & 1) != 0 &&
      RE2::PartialMatch({pair.answer.data(), pair.answer.size()}, anywhere, &found)) {
    return MakeReject(v1::REJECT_REASON_REFUSAL, std::string(found));
  }
  if ((matching & 2) != 0 &&
      RE2::PartialMatch({pair.answer.data(), pair.answer.size()}, answer_only)) {
    return MakeReject(v1::REJECT_REASON_REFUSAL, Snippet(pair.answer, 60));
  }
  // The English ones above are looked for in every language: models fall back to English.
  const LanguagePatterns& patterns = PatternsOf(pair.language);
  if (patterns.refusals == nullptr) return std::nullopt;
  for (absl::string_view text : {pair.question, pair.answer}) {
    if (RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *patterns.refusals, &found)) {
      return MakeReject(v1::REJECT_REASON_REFUSAL, std::string(found));
    }
  }
  return std::nullopt;
}

// A title, a list of names or a quotation from the chunk may be in another language; lines of the
// chunk may break inside it.
bool IsOfChunk(absl::string_view text, const PairView& pair) {
  if (absl::StrContains(pair.chunk, text)) return true;
  const WordHashes words = SortedHashes(WordsOf(text)->folded);
  return !words.empty() &&
         CountCommon(words, SortedHashes(WordsOf(pair.chunk)->folded)) == words.size();
}

MaybeReject CheckLanguage(const PairView& pair) {
  if (!IsInLanguage(pair.question, pair.language, TextKind::kQuestion)) {
    return MakeReject(v1::REJECT_REASON_LANGUAGE,
                      absl::StrCat("question is not ", TableOf(pair.language).name));
  }
  if (!IsInLanguage(pair.answer, pair.language, TextKind::kAnswer) &&
      !IsOfChunk(pair.answer, pair)) {
    return MakeReject(v1::REJECT_REASON_LANGUAGE,
                      absl::StrCat("answer is not ", TableOf(pair.language).name));
  }
  return std::nullopt;
}

MaybeReject CheckCopies(const PairView& pair, absl::string_view instruction) {
  std::string found = FindCopiedInstruction(pair, instruction);
  if (found.empty()) return std::nullopt;
  return MakeReject(v1::REJECT_REASON_COPIES_INSTRUCTION, std::move(found));
}

// A spec's own pattern. Compiling takes longer than matching, so each thread keeps a run's.
const RE2& RefusePattern(const std::string& source) {
  constexpr size_t kRemembered = 64;
  thread_local absl::flat_hash_map<std::string, std::unique_ptr<const RE2>> patterns;
  if (patterns.size() >= kRemembered && !patterns.contains(source)) patterns.clear();
  std::unique_ptr<const RE2>& pattern = patterns[source];
  if (pattern == nullptr) {
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    pattern = std::make_unique<const RE2>(source, options);
  }
  return *pattern;
}

MaybeReject CheckSourceReferences(const PairView& pair, const v1::FilterSpec& filters) {
  if (filters.refuse_text_mentions()) {
    std::string found =
        FindSourceReference(pair.question, /*is_question=*/true, pair.language, pair.chunk);
    if (!found.empty()) {
      return MakeReject(v1::REJECT_REASON_MENTIONS_TEXT, absl::StrCat("question: ", found));
    }
    found = FindSourceReference(pair.answer, /*is_question=*/false, pair.language, pair.chunk);
    if (!found.empty()) {
      return MakeReject(v1::REJECT_REASON_MENTIONS_TEXT, absl::StrCat("answer: ", found));
    }
  }
  for (const std::string& source : filters.refuse_patterns()) {
    const RE2& pattern = RefusePattern(source);
    if (!pattern.ok()) continue;  // ValidateRunSpec has refused it.
    for (absl::string_view text : {pair.question, pair.answer}) {
      if (RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern)) {
        return MakeReject(v1::REJECT_REASON_MENTIONS_TEXT,
                          absl::StrCat("refuse_patterns: ", Snippet(source, 60)));
      }
    }
  }
  return std::nullopt;
}

MaybeReject CheckQuestion(const PairView& pair) {
  std::string why = WhyNotAQuestion(pair.question, pair.language);
  if (why.empty()) return std::nullopt;
  return MakeReject(v1::REJECT_REASON_NOT_A_QUESTION, std::move(why));
}

MaybeReject CheckShortForm(const PairView& pair) {
  const int words = WordsOverShortForm(pair);
  if (words == 0) return std::nullopt;
  return MakeReject(
      v1::REJECT_REASON_TOO_LONG,
      absl::StrCat("short-form answer of ", words, " words, limit ", kMostShortFormWords));
}

MaybeReject CheckUnfit(const PairView& pair) {
  std::string found = FindUnfitText(pair);
  if (found.empty()) return std::nullopt;
  return MakeReject(v1::REJECT_REASON_UNFIT_TEXT, std::move(found));
}

MaybeReject CheckAnswerKind(const PairView& pair) {
  if (pair.language != Language::kEnglish) return std::nullopt;
  const std::string found = FindWrongKind(pair.question, pair.answer);
  if (found.empty()) return std::nullopt;
  return MakeReject(v1::REJECT_REASON_UNFIT_TEXT,
                    absl::StrCat("answer: not what the question counts: ", found));
}

MaybeReject CheckVague(const PairView& pair, const v1::FilterSpec& filters) {
  if (!filters.refuse_text_mentions()) return std::nullopt;
  const std::string found = FindVagueness(pair.question, pair.language, pair.chunk);
  if (found.empty()) return std::nullopt;
  return MakeReject(v1::REJECT_REASON_MENTIONS_TEXT,
                    absl::StrCat("question names nothing: ", Snippet(found, 60)));
}

bool HasWord(absl::string_view words, absl::string_view word) {
  for (const absl::string_view one : absl::StrSplit(words, ' ', absl::SkipEmpty())) {
    if (one == word) return true;
  }
  return false;
}

// An answer that only repeats the question adds nothing; one that chooses from
// "X or Y", or says yes or no, does.
MaybeReject CheckEqual(const PairView& pair) {
  const std::shared_ptr<const TextWords> question = WordsOf(pair.question);
  const std::shared_ptr<const TextWords> answer = WordsOf(pair.answer);
  if (question->folded == answer->folded) {
    return MakeReject(v1::REJECT_REASON_ANSWER_EQUALS_QUESTION, "same words");
  }
  const LanguageTable& table = TableOf(pair.language);
  if (answer->words.empty() || HasWord(table.affirmations, answer->words[0].folded)) {
    return std::nullopt;
  }
  for (const TextWord& word : question->words) {
    if (HasWord(table.alternatives, word.folded)) return std::nullopt;
  }
  const std::shared_ptr<const WordHashes> asked = ContentHashes(pair.question, pair.language);
  const std::shared_ptr<const WordHashes> told = ContentHashes(pair.answer, pair.language);
  if (told->empty() || CountCommon(*told, *asked) < told->size()) return std::nullopt;
  return MakeReject(v1::REJECT_REASON_ANSWER_EQUALS_QUESTION,
                    "each content word of the answer is in the question");
}

MaybeReject CheckGrounded(const PairView& pair, const Grounding& grounding,
                          const v1::FilterSpec& filters) {
  if (!grounding.missing.empty()) {
    return MakeReject(v1::REJECT_REASON_NOT_GROUNDED,
                      absl::StrCat("not in the chunk: ", Snippet(grounding.missing, 60)));
  }
  const double least =
      pair.brief() ? filters.min_grounded_share_short() : filters.min_grounded_share_long();
  if (pair.language != Language::kUnknown && grounding.share < least) {
    return MakeReject(v1::REJECT_REASON_NOT_GROUNDED,
                      absl::StrFormat("share %.3f, least %.3f", grounding.share, least));
  }
  return std::nullopt;
}

// Short-form answers are meant to be extracts.
MaybeReject CheckCopied(const PairView& pair, const Copying& copying,
                        const v1::FilterSpec& filters) {
  if (pair.brief() || copying.share <= filters.max_copied_share()) return std::nullopt;
  return MakeReject(v1::REJECT_REASON_COPIED,
                    absl::StrFormat("share %.3f, limit %.3f, longest copy %d", copying.share,
                                    filters.max_copied_share(), copying.longest));
}

}  // namespace

Grounding MeasureGrounding(const PairView& pair) {
  const std::shared_ptr<const WordHashes> chunk = ContentHashes(pair.chunk, pair.language);
  const std::shared_ptr<const WordHashes> question = ContentHashes(pair.question, pair.language);
  const std::shared_ptr<const WordHashes> answer = ContentHashes(pair.answer, pair.language);
  Grounding grounding;
  if (!answer->empty()) {
    grounding.share =
        static_cast<double>(CountCommon(*answer, *chunk)) / static_cast<double>(answer->size());
  }
  for (const std::string& number : Numbers(pair.answer, /*spelled=*/false, pair.language)) {
    if (!Has(*chunk, HashOfWord(number))) {
      grounding.missing = number;
      return grounding;
    }
  }
  for (const Name& name : Names(pair.answer, pair.language)) {
    const uint64_t stem = HashOfWord(name.stem);
    if (!Has(*chunk, stem) && !Has(*question, stem)) {
      grounding.missing = name.spelling;
      return grounding;
    }
  }
  return grounding;
}

namespace {

struct Figures {
  Grounding grounding;
  Copying copying;
  double question_named = 0;
  double log_question_words = 0;
};

Figures Measure(const PairView& pair) {
  const std::shared_ptr<const TextWords> chunk = WordsOf(pair.chunk);  // Both need them.
  const size_t words = ContentHashes(pair.question, pair.language)->size();
  return {MeasureGrounding(pair), MeasureCopying(pair.answer, pair.chunk),
          NamedShare(pair.question, pair.language), ExactLog(1 + static_cast<double>(words))};
}

void Store(const Figures& figures, v1::Scores* scores) {
  scores->set_grounded_share(figures.grounding.share);
  scores->set_copied_share(figures.copying.share);
  scores->set_longest_copy(figures.copying.longest);
  scores->set_question_named(figures.question_named);
  scores->set_log_question_words(figures.log_question_words);
}

}  // namespace

void MeasurePair(const PairView& pair, v1::Scores* scores) { Store(Measure(pair), scores); }

std::optional<v1::Reject> FilterPair(const PairView& pair, absl::string_view instruction,
                                     const v1::FilterSpec& filters, v1::Scores* scores) {
  if (MaybeReject reject = CheckEmpty(pair)) return reject;
  if (MaybeReject reject = CheckBytes(pair, filters)) return reject;
  if (MaybeReject reject = CheckShortForm(pair)) return reject;
  if (MaybeReject reject = CheckRefusal(pair)) return reject;
  if (MaybeReject reject = CheckLanguage(pair)) return reject;
  if (MaybeReject reject = CheckCopies(pair, instruction)) return reject;
  if (MaybeReject reject = CheckQuestion(pair)) return reject;
  if (MaybeReject reject = CheckUnfit(pair)) return reject;
  if (MaybeReject reject = CheckSourceReferences(pair, filters)) return reject;
  if (MaybeReject reject = CheckVague(pair, filters)) return reject;
  if (MaybeReject reject = CheckAnswerKind(pair)) return reject;
  if (MaybeReject reject = CheckEqual(pair)) return reject;
  const Figures figures = Measure(pair);
  Store(figures, scores);
  if (MaybeReject reject = CheckGrounded(pair, figures.grounding, filters)) return reject;
  return CheckCopied(pair, figures.copying, filters);
}

std::optional<v1::Reject> FilterAnswer(const PairView& pair, absl::string_view instruction,
                                       const v1::FilterSpec& filters) {
  if (MaybeReject reject = CheckEmpty(pair)) return reject;
  if (MaybeReject reject = CheckBytes(pair, filters)) return reject;
  if (MaybeReject reject = CheckRefusal(pair)) return reject;
  if (MaybeReject reject = CheckLanguage(pair)) return reject;
  if (MaybeReject reject = CheckCopies(pair, instruction)) return reject;
  return CheckUnfit(pair);
}

}  // namespace quipu::generator
