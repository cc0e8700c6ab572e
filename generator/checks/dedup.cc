// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/dedup.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "generator/checks/reject.h"
#include "generator/words/content_words.h"
#include "generator/words/language.h"
#include "generator/words/word_sets.h"

namespace quipu::generator {
namespace {

// What a question asks about: its content words. A question of stop words alone
// is compared by all of its words.
std::set<std::string> TopicOf(const std::string& question, Language language) {
  std::set<std::string> topic = ContentWords(question, language);
  if (topic.empty()) {
    for (std::string& word : FoldedWords(question)) topic.insert(std::move(word));
  }
  return topic;
}

std::set<std::string> NumbersOf(const std::string& text, Language language) {
  std::vector<std::string> numbers = Numbers(text, /*spelled=*/true, language);
  return {std::make_move_iterator(numbers.begin()), std::make_move_iterator(numbers.end())};
}

struct Accepted {
  const v1::Result* result;
  std::set<std::string> topic;
  std::set<std::string> answer;
  std::set<std::string> numbers;  // Of the answer.
};

// Two questions with (nearly) the same answer are duplicates if they share this
// part of the words of the shorter one: the same fact asked in other words ("What
// is a demigod?", "What is the definition of demigod in programming?").
constexpr double kSameAnswerShare = 0.5;
// And so are those of which one asks, and is answered, a part of the other: this share of the
// shorter question and of the shorter answer is in the other one.
constexpr double kPartShare = 0.6;

bool SameNumbers(const Accepted& a, const Accepted& b) {
  return std::includes(a.numbers.begin(), a.numbers.end(), b.numbers.begin(), b.numbers.end()) ||
         std::includes(b.numbers.begin(), b.numbers.end(), a.numbers.begin(), a.numbers.end());
}

// The overlap that makes `next` a repetition of `earlier`; 0 if it is not one.
double Repeats(const Accepted& earlier, const Accepted& next, double limit) {
  const double overlap = Jaccard(earlier.topic, next.topic);
  if (overlap >= limit) return overlap;
  if (next.answer.empty()) return 0;
  const double contained = Containment(earlier.topic, next.topic);
  if (Jaccard(earlier.answer, next.answer) >= limit) {
    return contained >= kSameAnswerShare ? contained : 0;
  }
  const bool part = limit < 1 && contained >= kPartShare && SameNumbers(earlier, next) &&
                    Containment(earlier.answer, next.answer) >= kPartShare;
  return part ? contained : 0;
}

v1::Result RejectAs(absl::string_view figure, const v1::Result& result, const v1::Result& earlier,
                    double overlap, double limit) {
  v1::Result rejected = result;
  *rejected.mutable_reject() =
      MakeReject(v1::REJECT_REASON_DUPLICATE_QUESTION,
                 absl::StrFormat("%s %.3f with task %s, limit %.3f", figure, overlap,
                                 absl::BytesToHexString(earlier.task().id()), limit));
  return rejected;
}

}  // namespace

std::vector<v1::Result> RejectDuplicates(absl::Span<const v1::Result> results,
                                         const v1::FilterSpec& filters) {
  const double limit = filters.duplicate_overlap();
  std::vector<Accepted> accepted;
  std::vector<v1::Result> rejected;
  for (const v1::Result& result : results) {
    if (result.has_reject()) continue;
    const Language language = LanguageOfTaskCode(result.task().language());
    Accepted next = {&result, TopicOf(result.question(), language),
                     ContentWords(result.answer(), language), NumbersOf(result.answer(), language)};
    const Accepted* repeated = nullptr;
    double overlap = 0;
    for (const Accepted& earlier : accepted) {
      overlap = Repeats(earlier, next, limit);
      if (overlap > 0) {
        repeated = &earlier;
        break;
      }
    }
    if (repeated == nullptr) {
      accepted.push_back(std::move(next));
      continue;
    }
    rejected.push_back(RejectAs("overlap", result, *repeated->result, overlap, limit));
  }
  return rejected;
}

v1::Result RejectNearDuplicate(const v1::Result& result, const v1::Result& earlier, double overlap,
                               double limit) {
  return RejectAs("overlap of question and answer", result, earlier, overlap, limit);
}

}  // namespace quipu::generator
