// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a run does now, as markup for its live page: stage, progress, time left, workers and their
// states.
//
//   RunNow now;
//   now.status = coordinator->Status();
//   now.progress = "120/480 pairs  25.0 % of the work  19m20s left";
//   Send(NowHtml(now));
//
// Pure.
#ifndef QUIPU_PIPELINES_REPORT_LIVE_NOW_H_
#define QUIPU_PIPELINES_REPORT_LIVE_NOW_H_

#include <cstdint>
#include <optional>
#include <string>

#include "protos/coordinator.pb.h"

namespace quipu::pipelines {

struct RunNow {
  std::optional<v1::StatusReply> status;  // Nothing until there is a coordinator.
  std::string progress;                   // Empty before and after pairs are made.
  uint64_t version = 0;                   // Of the report; 0: there is none yet.
};

// One element, which has the report's version as data-version.
std::string NowHtml(const RunNow& now);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_LIVE_NOW_H_
