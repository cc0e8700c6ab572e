// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// When a worker that lost its coordinator connects again. All workers lose it at the same
// moment: each comes back at a random moment within a time that the coordinator has said
// beforehand, and tries once in each such time after that. So the moments of a fleet are as
// far apart in the second round, and in the hundredth, as in the first.
//
//   ReturnPlan plan(/*least=*/absl::Seconds(4), /*most=*/absl::Minutes(1));
//   plan.Hear(absl::Milliseconds(reply.return_within_ms()), now);
//   const absl::Duration at = plan.Lose(now, uniform());   // Connect then.
//   plan.Return(now);                                      // The coordinator has answered.
//
// Times are monotonic. Thread-compatible.
#ifndef QUIPU_PIPELINES_RPC_RETURN_PLAN_H_
#define QUIPU_PIPELINES_RPC_RETURN_PLAN_H_

#include "absl/time/time.h"

namespace quipu::pipelines {

class ReturnPlan {
 public:
  // Whatever the coordinator says, the time is at least `least`, and at most `most` or, if
  // that is more, `least`.
  ReturnPlan(absl::Duration least, absl::Duration most);

  // What a reply says. A shorter time than before counts only when the time before has passed
  // since the return: until then not all workers are back, and a coordinator that was started
  // again has not counted them.
  void Hear(absl::Duration within, absl::Duration now);
  // The connection is lost. Returns when to connect: `uniform`, in [0, 1), of the time from now.
  absl::Duration Lose(absl::Duration now, double uniform);
  // The coordinator has answered, for the first time since Lose.
  void Return(absl::Duration now) { returned_ = now; }

  absl::Duration within() const { return within_; }
  // When to connect after the last Lose; in the past before the first.
  absl::Duration at() const { return at_; }

 private:
  const absl::Duration least_;
  const absl::Duration most_;
  absl::Duration within_;
  absl::Duration returned_ = -absl::InfiniteDuration();
  absl::Duration at_ = -absl::InfiniteDuration();
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_RETURN_PLAN_H_
