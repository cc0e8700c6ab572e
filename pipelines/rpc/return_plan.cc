// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/return_plan.h"

#include <algorithm>

namespace quipu::pipelines {

ReturnPlan::ReturnPlan(absl::Duration least, absl::Duration most)
    : least_(least), most_(std::max(least, most)), within_(least) {}

void ReturnPlan::Hear(absl::Duration within, absl::Duration now) {
  within = std::clamp(within, least_, most_);
  if (within > within_ || now - returned_ >= within_) within_ = within;
}

absl::Duration ReturnPlan::Lose(absl::Duration now, double uniform) {
  at_ = now + uniform * within_;
  return at_;
}

}  // namespace quipu::pipelines
