// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/one_line.h"

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(OnOneLine, HasOneSpaceForEachRunOfWhiteSpace) {
  EXPECT_EQ(OnOneLine(" The mill\r\nburned\t  down.\n"), "The mill burned down.");
  EXPECT_EQ(OnOneLine("one\xc2\xa0word"), "one\xc2\xa0word");
  EXPECT_EQ(OnOneLine(" \n"), "");
}

}  // namespace
}  // namespace quipu::generator
