// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/judge_at_start.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/judge/judge.h"
#include "generator/judge/stored_judge.h"
#include "pipelines/score/calibrate.h"

namespace quipu::pipelines {
namespace {

// The report as `quipu calibrate` prints it; without weights, only as comments.
std::string ReportFile(const Calibration& calibration) {
  const absl::StatusOr<std::string> fragment = FragmentOf(calibration);
  if (fragment.ok()) return *fragment;
  std::string comments;
  for (const absl::string_view line : absl::StrSplit(calibration.report, '\n', absl::SkipEmpty())) {
    absl::StrAppend(&comments, "# ", line, "\n");
  }
  return comments;
}

int64_t TokensOf(const inference::EngineStats& stats) {
  return stats.prompt_tokens_computed + stats.sampled_tokens;
}

absl::Status WriteReport(const Calibration& calibration, const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash != std::string::npos && slash > 0) RETURN_IF_ERROR(MakeDirs(path.substr(0, slash)));
  return WriteFileAtomic(path, ReportFile(calibration));
}

}  // namespace

absl::StatusOr<v1::Judge> FitJudgeAtStart(const v1::RunSpec& spec, inference::Engine* engine,
                                          absl::string_view store_path, Clock* clock) {
  LogInfo("calibrating the judge to this run's documents and model (verification.calibration)");
  const absl::Duration began = clock->Monotonic();
  const int64_t tokens_before = TokensOf(engine->stats());
  CalibrateOptions options;
  options.pairs = kPairsAtStart;
  options.clock = clock;
  absl::StatusOr<Calibration> calibration = Calibrate(spec, engine, options);
  if (!calibration.ok()) {
    return Annotate(calibration.status(), "verification.calibration: AT_START");
  }
  const std::string path = CalibrationPathOf(store_path);
  RETURN_IF_ERROR(WriteReport(*calibration, path));
  LogInfo(absl::StrCat(
      "calibrated with ", TokensOf(engine->stats()) - tokens_before, " tokens in ",
      absl::FormatDuration(absl::Trunc(clock->Monotonic() - began, absl::Milliseconds(100))),
      "; AUC, precision and recall at each probability are in ", path));
  for (const std::string& warning : calibration->warnings) LogWarning(warning);
  // In full, so that the stored judge does not change with the built-in weights.
  v1::VerificationSpec fitted = spec.verification();
  *fitted.mutable_judge() = calibration->judge;
  return generator::JudgeOf(fitted);
}

std::string CalibrationPathOf(absl::string_view store_path) {
  while (store_path.size() > 1 && store_path.back() == '/') store_path.remove_suffix(1);
  return absl::StrCat(store_path, ".calibration.textproto");
}

std::string AdviceOnJudge(const v1::VerificationSpec& spec, const v1::ModelIdentity& model) {
  // The scripted engine has no model.
  const bool judged = spec.enabled() && !spec.has_judge() && model.engine() != "scripted";
  if (!judged || generator::IsModelOfDefaultJudge(model)) return "";
  return absl::StrCat("the built-in judge was fitted to ", generator::ModelOfDefaultJudge(),
                      ", not to this run's model ", Snippet(model.name(), 80),
                      ": its probabilities may be far off; verification { calibration: AT_START } "
                      "or `quipu calibrate` fits it to the model");
}

}  // namespace quipu::pipelines
