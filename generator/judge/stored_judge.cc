// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/stored_judge.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "generator/judge/judge_defaults.h"

namespace quipu::generator {
namespace {

// Letters and digits: files, servers and publishers separate them differently.
std::string Folded(absl::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      folded.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    }
  }
  return folded;
}

}  // namespace

bool CalibratesAtStart(const v1::VerificationSpec& spec) {
  return spec.calibration() == v1::VerificationSpec::AT_START && spec.enabled() &&
         !spec.has_judge();
}

absl::StatusOr<v1::RunSpec> WithStoredJudge(const v1::RunHeader& header, v1::RunSpec wanted) {
  if (CalibratesAtStart(wanted.verification())) {
    if (!header.judge_calibrated()) {
      return absl::FailedPreconditionError(
          "verification.calibration is AT_START, but the store's run was created without a "
          "calibration: remove the field, or begin again in another store");
    }
    *wanted.mutable_verification()->mutable_judge() = header.spec().verification().judge();
  } else if (header.judge_calibrated() && !wanted.verification().has_judge()) {
    return absl::FailedPreconditionError(
        "the store's judge was fitted when the run was created, the spec wants the built-in one: "
        "set verification.calibration to AT_START, or begin again in another store");
  }
  return wanted;
}

absl::string_view ModelOfDefaultJudge() { return kDefaultJudgeModel; }

bool IsModelOfDefaultJudge(const v1::ModelIdentity& model) {
  return absl::StrContains(Folded(model.name()), Folded(kDefaultJudgeModel));
}

}  // namespace quipu::generator
