// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/second_answer.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "generator/words/content_words.h"
#include "generator/words/word_sets.h"

namespace quipu::generator {
namespace {

constexpr char kOpen[] = "<answer>";
constexpr char kClose[] = "</answer>";
constexpr int kMaxShortTokens = 32;
constexpr int kMaxLongTokens = 96;

// "yes" or "no" if the answer begins with it, else empty.
absl::string_view Polarity(const std::vector<std::string>& words) {
  if (words.empty() || (words[0] != "yes" && words[0] != "no")) return "";
  return words[0];
}

bool Contains(const std::set<std::string>& all, const std::set<std::string>& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

std::set<std::string> NumbersOf(absl::string_view text, Language language) {
  const std::vector<std::string> numbers = Numbers(text, /*spelled=*/true, language);
  return {numbers.begin(), numbers.end()};
}

std::set<std::string> NamesOf(absl::string_view text, Language language) {
  std::set<std::string> names;
  for (const Name& name : Names(text, language)) names.insert(name.stem);
  return names;
}

// Whether one of the answers has all that the other has. The words of a name are
// looked for among all words: at the beginning of a sentence nothing looks like a name.
bool Agree(const std::set<std::string>& of_a, const std::set<std::string>& of_b,
           const std::set<std::string>& in_a, const std::set<std::string>& in_b) {
  return Contains(in_b, of_a) || Contains(in_a, of_b);
}

}  // namespace

inference::CompleteRequest SecondAnswerRequest(std::string prompt, v1::AnswerForm form) {
  inference::CompleteRequest request;
  request.user_rest = std::move(prompt);
  request.reply_template = {
      inference::Slot::Literal(kOpen),
      inference::Slot::Free("answer", /*min_tokens=*/1,
                            form == v1::ANSWER_FORM_SHORT ? kMaxShortTokens : kMaxLongTokens,
                            kClose)};
  request.sampling.temperature = 0;
  request.phase = inference::Phase::kSecondAnswer;
  return request;
}

std::string SecondAnswerOf(const inference::Completion& reply) {
  if (reply.parts.size() != 1) return "";
  absl::string_view text = reply.parts[0].text;
  // An engine that does not constrain replies returns all of it.
  const size_t open = text.find(kOpen);
  if (open != absl::string_view::npos) text.remove_prefix(open + sizeof(kOpen) - 1);
  text = text.substr(0, text.find(kClose));
  return std::string(absl::StripAsciiWhitespace(text));
}

bool AddsNumberOrName(absl::string_view second, absl::string_view answer,
                      absl::string_view question, Language language) {
  std::set<std::string> known = ContentWords(answer, language);
  known.merge(ContentWords(question, language));
  std::set<std::string> numbers = NumbersOf(answer, language);
  numbers.merge(NumbersOf(question, language));
  return !Contains(numbers, NumbersOf(second, language)) ||
         !Contains(known, NamesOf(second, language));
}

double AnswerOverlap(absl::string_view answer, absl::string_view second, Language language) {
  const std::vector<std::string> said = FoldedWords(answer);
  const std::vector<std::string> said_again = FoldedWords(second);
  if (said.empty() || said_again.empty()) return 0;
  const absl::string_view polarity = Polarity(said);
  const absl::string_view polarity_again = Polarity(said_again);
  if (!polarity.empty() && !polarity_again.empty() && polarity != polarity_again) return 0;

  const std::set<std::string> a = ContentWords(answer, language);
  const std::set<std::string> b = ContentWords(second, language);
  if (a.empty() || b.empty()) return said[0] == said_again[0] ? 1 : 0;
  const std::set<std::string> numbers_a = NumbersOf(answer, language);
  const std::set<std::string> numbers_b = NumbersOf(second, language);
  if (!Agree(numbers_a, numbers_b, numbers_a, numbers_b)) return 0;
  if (!Agree(NamesOf(answer, language), NamesOf(second, language), a, b)) return 0;

  return Containment(a, b);
}

}  // namespace quipu::generator
