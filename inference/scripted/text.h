// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the scripted engine says: questions and answers made from the words of a
// prefix, with known rates of the faults that filters must catch. Pure.
//
//   ScriptedSource source("Excerpt:\n\nKnots on cords kept accounts. ...");
//   Completion reply = ScriptedCompletion(source, request, *tokenizer);
#ifndef QUIPU_INFERENCE_SCRIPTED_TEXT_H_
#define QUIPU_INFERENCE_SCRIPTED_TEXT_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "inference/engine.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// Rates of faulty replies, by fault. The rest, 84 %, have a question and an
// answer from the same sentence.
inline constexpr double kScriptedEmpty = 0.02;         // The answer has no words.
inline constexpr double kScriptedMentionsText = 0.03;  // "The text says: ..."
inline constexpr double kScriptedRefusal = 0.02;       // "I'm sorry, but ..."
inline constexpr double kScriptedEqual = 0.02;         // The answer is the question.
inline constexpr double kScriptedDuplicate = 0.03;     // The same question on every call.
inline constexpr double kScriptedCut = 0.02;           // The answer runs to max_tokens.
inline constexpr double kScriptedUngrounded = 0.02;    // Words not in the prefix.

// Rate of verdicts (scores of two or more short continuations) that prefer the
// second continuation to the first.
inline constexpr double kScriptedNegative = 0.12;

// A prefix, as sentences of words.
class ScriptedSource {
 public:
  explicit ScriptedSource(absl::string_view text);

  const Fingerprint& key() const { return key_; }
  // Sentences of at least six words; may be none.
  const std::vector<std::vector<std::string>>& sentences() const { return sentences_; }
  // Whether the text contains the word, ignoring ASCII case and surrounding
  // punctuation.
  bool Has(absl::string_view word) const;

 private:
  Fingerprint key_;
  std::vector<std::vector<std::string>> sentences_;
  std::set<std::string> words_;
};

// A reply that matches the reply template: parts that precede others ask, the
// others answer. Depends only on the source, the request and its seed.
Completion ScriptedCompletion(const ScriptedSource& source, const CompleteRequest& request,
                              const Tokenizer& tokenizer);

// Scores: the more of its words the source contains, the likelier a text. Two
// or more continuations of at most two words are a choice with a random margin.
ScoreResult ScriptedScores(const ScriptedSource& source, const ScoreRequest& request,
                           const Tokenizer& tokenizer);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_SCRIPTED_TEXT_H_
