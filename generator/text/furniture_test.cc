// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/furniture.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Found(const std::string& text) {
  std::vector<std::string> lines;
  for (const size_t begin : FindFurniture(text)) {
    lines.push_back(text.substr(begin, text.find('\n', begin) - begin));
  }
  return lines;
}

// `count` pages of `lines` different lines each, with `footer` (and its number, and what is behind it) below each.
std::string Pages(int count, int lines, const std::string& footer, bool numbered,
                  const std::string& behind = "") {
  std::string text;
  for (int page = 1; page <= count; ++page) {
    for (int line = 0; line < lines; ++line) {
      absl::StrAppend(&text, "Line ", std::string(1 + line % 7, 'x'), " of page ",
                      std::string(page, 'y'), " says something.\n");
    }
    absl::StrAppend(&text, footer, numbered ? absl::StrCat(page) : "", behind, "\n\n");
  }
  return text;
}

TEST(Furniture, FindsPageNumbers) {
  EXPECT_THAT(Found(Pages(5, 8, "", true)), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_THAT(Found(Pages(4, 8, "- ", true)), ElementsAre("- 1", "- 2", "- 3", "- 4"));
  EXPECT_THAT(Found(Pages(5, 8, "Page ", true)), SizeIs(5));
}

TEST(Furniture, FindsRunningTitles) {
  EXPECT_THAT(Found(Pages(6, 9, "ACME Annual Report", false)),
              AllOf(SizeIs(6), Each("ACME Annual Report")));
  EXPECT_THAT(Found(Pages(6, 9, "Source: ACME, 10-K, 2019", false)), SizeIs(6));
}

TEST(Furniture, FindsRunningTitlesWithPageNumbers) {
  EXPECT_THAT(Found(Pages(6, 9, "Alder          Standards Track          Page ", true)), SizeIs(6));
  EXPECT_THAT(Found(Pages(6, 9, "Alder      RFC 9999      [Page ", true, "]")), SizeIs(6));
  // Chapters are no pages.
  EXPECT_THAT(Found(Pages(6, 9, "Of gates, Chapter ", true)), IsEmpty());
}

TEST(Furniture, FindsWhatIsBesideAPageNumber) {
  // Pages of three lines: the number tells.
  EXPECT_THAT(Found(Pages(4, 3, "Source: ACME, 10-K\n", true)), SizeIs(8));
}

TEST(Furniture, FindsTheNumbersAndTimesOfCaptions) {
  std::string text;
  for (int i = 1; i <= 6; ++i) {
    absl::StrAppend(&text, i, "\n00:01:0", i, ",000 --> 00:01:0", i + 1, ",000\nso what ",
                    std::string(i, 'z'), " we do\n\n");
  }
  EXPECT_THAT(Found(text), SizeIs(12));
}

TEST(Furniture, LeavesHeadingsListsAndDialogue) {
  EXPECT_THAT(Found(Pages(6, 9, "Chapter ", true)), IsEmpty());
  EXPECT_THAT(Found(Pages(6, 9, "Question ", true)), IsEmpty());
  // A dialogue: no page apart.
  std::string dialogue;
  for (int i = 0; i < 20; ++i) {
    absl::StrAppend(&dialogue, "Operator\nWe take question ", std::string(i + 1, 'q'), " now.\n");
  }
  EXPECT_THAT(Found(dialogue), IsEmpty());
  // A menu or table that recurs as a whole is more than a footer.
  EXPECT_THAT(Found(Pages(6, 9, "Preface\nFirst part\nSecond part\nThird part\nIndex", false)),
              IsEmpty());
  // Twice is a coincidence.
  EXPECT_THAT(Found(Pages(2, 30, "ACME Annual Report", false)), IsEmpty());
  EXPECT_THAT(Found(""), IsEmpty());
  EXPECT_THAT(Found(std::string(100, '\n')), IsEmpty());
}

}  // namespace
}  // namespace quipu::generator
