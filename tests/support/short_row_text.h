// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A short row's conversation on one line.
//
//   EXPECT_THAT(ShortRowText(R"({"prompt":"Q","completion":"A"})"),
//               IsOkAndHolds("user: Q|assistant: A"));
#ifndef QUIPU_TESTS_SUPPORT_SHORT_ROW_TEXT_H_
#define QUIPU_TESTS_SUPPORT_SHORT_ROW_TEXT_H_

#include <string>

#include "absl/status/statusor.h"

namespace quipu::testing {

// "system: Be brief|user: Hi|assistant: Hello", or the status of parsing the row, whose keys decide
// its format.
absl::StatusOr<std::string> ShortRowText(std::string json);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_SHORT_ROW_TEXT_H_
