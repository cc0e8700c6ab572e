// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The judge of runs whose spec has none, in the text form that `quipu calibrate`
// prints. Provisional: set by hand from the order of the figures' AUCs on public
// question-answer pairs with the 1.5B model (docs/quality.md), not yet fitted.
//
//   v1::Judge judge;
//   google::protobuf::TextFormat::ParseFromString(kDefaultJudge, &judge);
//
// Constant, so thread-safe. A change is a change of every run's identity.
#ifndef QUIPU_GENERATOR_JUDGE_DEFAULTS_H_
#define QUIPU_GENERATOR_JUDGE_DEFAULTS_H_

namespace quipu::generator {

inline constexpr char kDefaultJudge[] = R"(
  long_form {
    bias: 1.5
    verdict_margin: 0.5
    answer_log_prob: 1
    min_log_prob: 0.35
    gain: 0.2
    grounded_share: 1
  }
  short_form {
    bias: 1.5
    verdict_margin: 0.5
    answer_log_prob: 0.3
    min_log_prob: 0.5
    gain: 0.2
    grounded_share: 1
  }
)";

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_JUDGE_DEFAULTS_H_
