// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The judge of runs whose spec has none, in the text form that `quipu calibrate`
// prints. Provisional. The short form is a ridge regression on 87 public
// question-answer pairs with the 1.5B model (docs/quality.md), rounded. The long form is
// set by hand between it and a fit to 84 pairs that this model wrote and people read: of
// those, the answer's likelihood tells more than all else.
//
//   const v1::Judge judge = JudgeFromText(kDefaultJudge);
//
// Constant, so thread-safe. A change is a change of every run's identity.
#ifndef QUIPU_GENERATOR_JUDGE_DEFAULTS_H_
#define QUIPU_GENERATOR_JUDGE_DEFAULTS_H_

namespace quipu::generator {

// The model, as general.name of its file begins.
inline constexpr char kDefaultJudgeModel[] = "Qwen2.5 Coder 1.5B Instruct";

inline constexpr char kDefaultJudge[] = R"(
  long_form {
    bias: 1.25
    verdict_margin: 0.5
    answer_log_prob: 1.2
    min_log_prob: 0.2
    gain: 0.2
  }
  short_form {
    bias: 0.6
    verdict_margin: 0.7
    answer_log_prob: 0.2
    min_log_prob: 0.32
    gain: 0.31
  }
)";

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_JUDGE_DEFAULTS_H_
