// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/markdown_scan.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;

std::string Repeat(absl::string_view text, size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) all.append(text.data(), text.size());
  return all;
}

void ExpectRefused(const std::string& text, absl::string_view why) {
  EXPECT_THAT(CheckMarkdownCost(text), StatusIs(absl::StatusCode::kInvalidArgument, why));
}

TEST(CheckMarkdownCost, HoldsTheLimitOfMarks) {
  const std::string most(kMaxMarkdownMarks, '[');
  EXPECT_OK(CheckMarkdownCost(most));
  ExpectRefused(most + "&",
                "more than 1048576 marks without an empty line between them, the limit "
                "of a Markdown file; format: TEXT reads");
  ExpectRefused(most + "\n&", "marks");
  ExpectRefused(most + "\r\n&", "marks");
  EXPECT_OK(CheckMarkdownCost(most + "\n \t\n" + most));
  EXPECT_OK(CheckMarkdownCost(most + "\r\n\r\n" + most));
}

TEST(CheckMarkdownCost, HoldsTheLimitOfNesting) {
  const std::string most = Repeat("1. ", kMaxMarkdownNesting / 4) +
                           Repeat(" >", kMaxMarkdownNesting / 4) +
                           Repeat("- ", kMaxMarkdownNesting / 2);
  EXPECT_OK(CheckMarkdownCost(most + "a"));
  ExpectRefused(most + "* a", "more than 131072 quotations and lists around a line");
  ExpectRefused("a\r" + most + "+", "quotations");
  // No marks of items.
  EXPECT_OK(CheckMarkdownCost(std::string(2 * kMaxMarkdownNesting, '7')));
  EXPECT_OK(CheckMarkdownCost(std::string(2 * kMaxMarkdownNesting, '-')));
  EXPECT_OK(CheckMarkdownCost(Repeat("7.", kMaxMarkdownNesting + 1)));
}

TEST(CheckMarkdownCost, HoldsTheLimitOfLines) {
  for (const absl::string_view end : {"\n", "\r", "\r\n"}) {
    const std::string most = Repeat(absl::StrCat("-", end), kMaxMarkdownLines);
    EXPECT_OK(CheckMarkdownCost(most));
    ExpectRefused(most + "-", "more than 1048576 lines");
  }
}

TEST(WithoutFrontMatter, EndsWithItsFence) {
  EXPECT_EQ(WithoutFrontMatter("---\na: b\n---\nc"), "c");
  EXPECT_EQ(WithoutFrontMatter("+++\na = 1\n+++\nc"), "c");
  EXPECT_EQ(WithoutFrontMatter("---\na: b\n"), "---\na: b\n");
  EXPECT_EQ(WithoutFrontMatter(""), "");
}

// The text with "#" for each dollar of money; "TeX: " before it if there are formulas.
std::string Marked(std::string text) {
  const Dollars dollars = FindDollars(text);
  for (const size_t at : dollars.money) text[at] = '#';
  return absl::StrCat(dollars.formulas ? "TeX: " : "", text);
}

TEST(FindDollars, TellsMoneyFromFormulas) {
  EXPECT_EQ(Marked("It costs $5 and $10 beside $x^2$."), "It costs #5 and #10 beside $x^2$.");
  EXPECT_EQ(Marked("$\\pi$ for $5-$10, $5, $5 (not $x$)"),
            "TeX: $\\pi$ for #5-#10, #5, #5 (not $x$)");
  EXPECT_EQ(Marked("$3 \\times 4$ and $5$ and $ \\alpha $"),
            "TeX: $3 \\times 4$ and $5$ and $ \\alpha $");
  EXPECT_EQ(Marked("`$A` or $x$ for $7"), "`#A` or $x$ for #7");
  EXPECT_EQ(Marked("$a\n\n$b$"), "#a\n\n$b$");
  EXPECT_EQ(Marked("\\$5 $x$ \\\\$y$"), "\\$5 $x$ \\\\$y$");
  EXPECT_EQ(Marked("\xe4\xbb\xb7$5\xef\xbc\x8c\xe6\xb6\xa8$x$"),
            "\xe4\xbb\xb7#5\xef\xbc\x8c\xe6\xb6\xa8$x$");
}

TEST(FindDollars, PairsOfTwoAreDisplays) {
  EXPECT_EQ(Marked("$$\n\\frac{a}{b}\n$$ for $5"), "TeX: $$\n\\frac{a}{b}\n$$ for #5");
  EXPECT_EQ(Marked("$$ 5 and $6$"), "## 5 and $6$");
  EXPECT_EQ(Marked("$$a\n\nb$$"), "##a\n\nb##");
  EXPECT_EQ(Marked("$$$ is dear, $"), "### is dear, #");
  EXPECT_EQ(Marked("$"), "#");
  EXPECT_EQ(Marked("no money"), "no money");
}

}  // namespace
}  // namespace quipu::pipelines
