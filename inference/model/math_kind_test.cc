// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/math_kind.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

using ::testing::HasSubstr;

TEST(MathNames, AreReadAsTheyAreWritten) {
  for (const Math math : {Math::kAuto, Math::kFloat, Math::kInt8}) {
    EXPECT_EQ(MathFromName(MathName(math)).value(), math);
  }
  EXPECT_EQ(MathFromName("").value(), Math::kAuto);
  for (const char* name : {"INT8", "int4", "float ", "f32"}) {
    const absl::Status status = MathFromName(name).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(name));
  }
}

}  // namespace
}  // namespace quipu::inference
