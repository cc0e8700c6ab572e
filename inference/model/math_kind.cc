// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/math_kind.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/strings.h"

namespace quipu::inference {

absl::StatusOr<Math> MathFromName(absl::string_view name) {
  for (const Math math : {Math::kAuto, Math::kFloat, Math::kInt8}) {
    if (name == MathName(math)) return math;
  }
  if (name.empty()) return Math::kAuto;
  return absl::InvalidArgumentError(
      absl::StrCat("math is \"", Snippet(name), "\", want auto, float or int8"));
}

absl::string_view MathName(Math math) {
  switch (math) {
    case Math::kAuto:
      return "auto";
    case Math::kFloat:
      return "float";
    case Math::kInt8:
      return "int8";
  }
  return "";
}

}  // namespace quipu::inference
