// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/line_columns.h"

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(LineColumns, LeaveTheNumberOfALineOut) {
  EXPECT_EQ(WithoutLineNumber("12  A line"), "A line");
  EXPECT_EQ(WithoutLineNumber("12\tA line"), "A line");
  for (const absl::string_view line : {"", "12", "12 lines", "12345  A line", "A line"}) {
    EXPECT_EQ(WithoutLineNumber(line), line);
  }
}

TEST(LineColumns, AreGapsBetweenWords) {
  for (const absl::string_view line :
       {"name   default", "  name\tdefault", "Berlin   10:32   11:05", "Alice   3 of 4"}) {
    EXPECT_TRUE(HasColumnGap(line)) << line;
  }
  for (const absl::string_view line :
       {"", "a line of words", "   indented", "12  A numbered line", "*   An item of a list",
        "A sentence.   Another one.", "Alice Smith   0:03", "Alice Smith\t10:22 AM",
        "Bob   (1:02:03)"}) {
    EXPECT_FALSE(HasColumnGap(line)) << line;
  }
}

TEST(LineColumns, EndAtThePlaceOfTheRightOne) {
  EXPECT_EQ(ColumnGapEnd("The left column of    the page"), 22u);
  EXPECT_EQ(ColumnGapEnd("The l\xc3\xa4"
                         "ft column of    the page"),
            22u);
  EXPECT_EQ(ColumnGapEnd("The   left column of      the page"), 26u);
  for (const absl::string_view line :
       {"", "     ", "The left column of the page", "left      right", "The  left  column  of  the",
        "The left column of      ", "continuation-of-a-name      right"}) {
    EXPECT_EQ(ColumnGapEnd(line), 0u) << line;
  }
}

}  // namespace
}  // namespace quipu::generator
