// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/math_kind.h"

namespace quipu::inference {

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
