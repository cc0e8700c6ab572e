// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The judge of runs whose spec has none, in the text form that `quipu calibrate`
// prints. Set by hand between two fits with the 1.5B model: to public pairs with right and changed
// answers, and to 310 pairs that the model wrote and people read (docs/quality.md). Of the second,
// the answer's likelihood tells most about long answers, and what the question says about short
// ones.
//
//   const v1::Judge judge = JudgeFromText(kDefaultJudge);
//
// Constant, so thread-safe. A change is a change of every run's identity.
#ifndef QUIPU_GENERATOR_JUDGE_JUDGE_DEFAULTS_H_
#define QUIPU_GENERATOR_JUDGE_JUDGE_DEFAULTS_H_

namespace quipu::generator {

// The model, as general.name of its file begins.
inline constexpr char kDefaultJudgeModel[] = "Qwen2.5 Coder 1.5B Instruct";

inline constexpr char kDefaultJudge[] = R"(
  long_form {
    bias: 0.93
    verdict_margin: 0.5
    answer_log_prob: 1.8
    min_log_prob: 0.15
    gain: 0.15
    question_named: 0.5
  }
  short_form {
    bias: -3.03
    verdict_margin: 0.7
    answer_log_prob: 0.3
    min_log_prob: 0.3
    gain: 0.3
    question_named: 1
    log_question_words: 1.3
  }
)";

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_JUDGE_JUDGE_DEFAULTS_H_
