// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/answers_elsewhere.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "generator/chunks/document_cut.h"
#include "generator/words/content_words.h"

namespace quipu::generator {

bool AnswersElsewhere::Add(const Evidence& evidence, absl::string_view question,
                           absl::string_view answer) {
  Pair pair;
  pair.question = question;
  pair.answer = answer;
  for (const TextRange& sentence : evidence.sentences) {
    absl::StrAppend(&pair.evidence, pair.evidence.empty() ? "" : " ",
                    document_.substr(sentence.begin, sentence.end - sentence.begin));
  }
  const std::set<std::string> known = ContentWords(pair.evidence, language_);
  const std::set<std::string> words = ContentWords(answer, language_);
  const bool can_tell = std::any_of(words.begin(), words.end(),
                                    [&](const std::string& word) { return known.count(word) > 0; });
  if (can_tell) pairs_.push_back(std::move(pair));
  return can_tell;
}

// The evidence follows the text as paragraphs of its own, so that one pass over the text is enough
// for all pairs, and so that a contradiction by the text is found before one by another pair.
bool AnswersElsewhere::In(absl::string_view text) const {
  std::string joined(text);
  std::vector<TextRange> evidence;
  for (const Pair& pair : pairs_) {
    absl::StrAppend(&joined, "\n\n");
    evidence.push_back({joined.size(), joined.size() + pair.evidence.size()});
    absl::StrAppend(&joined, pair.evidence);
  }
  const EvidenceFinder finder(joined, language_);
  const auto in_text = [&](const TextRange& place) { return place.begin < text.size(); };
  for (size_t i = 0; i < pairs_.size(); ++i) {
    const Evidence found = finder.Find(evidence[i], pairs_[i].question, pairs_[i].answer);
    // Without its full stop the evidence may have become part of something else.
    if (found.sentences.empty()) return true;
    if (std::any_of(found.other_places.begin(), found.other_places.end(), in_text)) return true;
    if (!found.conflict.empty() && in_text(found.conflict_place)) return true;
  }
  return false;
}

}  // namespace quipu::generator
