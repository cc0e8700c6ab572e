// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Picks a short answer out of a sentence: a name, a date or a number. The model then writes
// the question for it, so that the answer is right by construction and only the question
// can be wrong; asking the question again finds most of those that are.
//
//   std::optional<AnswerSpan> answer = PickAnswerSpan(sentence, chunk, language, task_id);
//   if (answer.has_value()) AskFor(sentence, answer->text);  // "1,250 sacks", kNumber
//
// Names are told by their capitals, so languages without them, and German, give numbers
// and dates only. Pure, thread-safe.
#ifndef QUIPU_GENERATOR_CHECKS_ANSWER_SPAN_H_
#define QUIPU_GENERATOR_CHECKS_ANSWER_SPAN_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "generator/languages/table.h"

namespace quipu::generator {

struct AnswerSpan {
  enum Kind {
    kName,
    kDate,
    kNumber,
  };
  absl::string_view text;  // A view into the sentence.
  Kind kind = kName;
};

// All short answers in `sentence`, in order: each occurs once in it, and none is a citation, the
// number of a section or of a list, the label of a speaker, or a part of a longer number.
// None if the sentence asks, or is shorter than 6 words or longer than 60. `chunk`: the text around;
// one capitalised word alone is a name only if it is there a second time, too, and a name that is
// there more than three times is what the chunk is about, and no answer.
std::vector<AnswerSpan> AnswerSpans(absl::string_view sentence, absl::string_view chunk,
                                    Language language);

// One of them, drawn from the task's id; dates and numbers rather than names, and long names rather
// than single words.
std::optional<AnswerSpan> PickAnswerSpan(absl::string_view sentence, absl::string_view chunk,
                                         Language language, const Fingerprint& task_id);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_ANSWER_SPAN_H_
