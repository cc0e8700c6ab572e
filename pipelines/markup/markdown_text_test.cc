// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/markdown_text.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOk;
using ::quipu::testing::StatusIs;

std::string TextOf(absl::string_view markdown) {
  const absl::StatusOr<std::string> text = MarkdownText(markdown);
  return text.ok() ? *text : absl::StrCat("error: ", text.status().message());
}

TEST(MarkdownText, LeavesTheMarksOut) {
  EXPECT_EQ(TextOf("# A *title*\n\nOne **two**\nthree ~~four~~ `five`.\n\nSix\n===\n"),
            "A title\n\nOne two three four five.\n\nSix");
}

TEST(MarkdownText, KeepsTheTextOfLinks) {
  EXPECT_EQ(TextOf("See [the page](https://x.org \"t\"), <https://y.org>![picture](p.png)."),
            "See the page, https://y.org.");
  EXPECT_EQ(TextOf("A [reference][1].\n\n[1]: https://x.org\n"), "A reference.");
}

TEST(MarkdownText, KeepsCodeBlocksAsTheyAre) {
  EXPECT_EQ(TextOf("Run\n\n```py\nif *x*:\n    y()\n```\n\nand\n\n    indented  text\n"),
            "Run\n\nif *x*:\n    y()\n\nand\n\nindented  text");
}

TEST(MarkdownText, ItemsAndRowsAreLines) {
  EXPECT_EQ(TextOf("List:\n\n- one\n- two\n  - three\n\n1. four\n\n> quoted\n"),
            "List:\n\none\ntwo\nthree\n\n1. four\n\nquoted");
  EXPECT_EQ(TextOf("| a | b |\n|---|---|\n| `1\\|2` | 3 |\n"), "a | b\n1|2 | 3");
}

TEST(MarkdownText, ItemsOfOrderedListsHaveTheirNumbers) {
  EXPECT_EQ(TextOf("1. one\n1. two\n\n   more\n\n   3) inner\n   4) inner\n1. three\n"),
            "1. one\n2. two\nmore\n3) inner\n4) inner\n3. three");
  // A year at the beginning of a line is a list for Markdown; without its number it would be lost.
  EXPECT_EQ(TextOf("It rained in\n\n1912. It did.\n"), "It rained in\n\n1912. It did.");
  EXPECT_EQ(TextOf("7. - a\n   - b\n8.\n9. c\n"), "7. a\nb\n9. c");
  EXPECT_EQ(TextOf("1. [a](b)\n2. `c`\n"), "1. a\n2. c");
  EXPECT_EQ(TextOf("<ol start=4>\n<li>d</li>\n</ol>\n"), "4. d");
  EXPECT_EQ(TextOf("3. Clone\n   ```\n   git clone\n   ```\n4. **Run**\n   - plain\n     1. inner\n"
                   "9. Last, see step 3.\n\nA\n\n1) `one`\n2) ![picture](p.png)\n3) $x_1\\,y$\n"),
            "3. Clone\n\ngit clone\n4. Run\nplain\n1. inner\n5. Last, see step 3.\n\nA\n\n"
            "1) one\n3) $x_1\\,y$");
}

TEST(MarkdownText, AnEmptyCellHasItsPlace) {
  EXPECT_EQ(TextOf("| | Low | High |\n|---|---|---|\n| A | | 3 |\n| B | 1 | |\n"),
            "| Low | High\nA | | 3\nB | 1");
}

TEST(MarkdownText, AProductIsNoNumberWithEmphasis) {
  EXPECT_EQ(TextOf("It is 2*3*4 = 24, a*b*c, and *5*."), "It is 2*3*4 = 24, abc, and 5.");
}

TEST(MarkdownText, ReadsCharacterReferencesAndHtml) {
  EXPECT_EQ(
      TextOf("a &amp; b &eacute;\n\n<div>\n<p>In <b>HTML</b>.</p>\n</div>\n\nc<br>d <i>e</i>\n"),
      "a & b \xc3\xa9\n\nIn HTML.\n\nc\nd e");
}

TEST(MarkdownText, ATagForANewLineSeparatesWords) {
  EXPECT_EQ(TextOf("one<br>two<BR/>three<br />\nfour\n"), "one\ntwo\nthree\nfour");
  EXPECT_EQ(TextOf("| a | b |\n|---|---|\n| 1<br>2 | 3 |\n"), "a | b\n1 2 | 3");
}

TEST(MarkdownText, APowerIsNoNumber) {
  EXPECT_EQ(TextOf("It is 10<sup>-8</sup> m, the 1<sup>st</sup> 8.\n"),
            "It is 10^-8 m, the 1st 8.");
  EXPECT_EQ(TextOf("2<sup>n+1</sup> or 2<sup>n</sup>, 2<sup>nd</sup>.\n"), "2^(n+1) or 2^n, 2nd.");
}

TEST(MarkdownText, TextBetweenTwoLinesAcrossThePageIsNoFrontMatter) {
  EXPECT_EQ(TextOf("---\n\nOne\n\n---\n\nTwo\n"), "One\n\nTwo");
  EXPECT_EQ(TextOf("---\ntitle: T\n...\n\nTwo\n"), "Two");
  EXPECT_EQ(TextOf("---\n# a comment\ntitle: T\nx\n---\nTwo\n"), "Two");
}

TEST(MarkdownText, TextThatBeginsWithAWordAndAColonIsNoFrontMatter) {
  EXPECT_EQ(TextOf("---\nNote: this is the first part.\n\nIt is long too.\n\n---\n\nTwo\n"),
            "Note: this is the first part.\n\nIt is long too.\n\nTwo");
  EXPECT_EQ(TextOf("---\n- Item: one\n- Item: two\n\n---\n\nTwo\n"), "Item: one\nItem: two\n\nTwo");
  EXPECT_EQ(TextOf("---\ntitle: T\n\ntags:\n- a\n\n# b\nlong text: >\n  It: is\n---\nTwo\n"),
            "Two");
}

TEST(MarkdownText, FormulasStayAsTheyAre) {
  EXPECT_EQ(
      TextOf("Let $f(x)\\,dx = \\{a*b*c\\}_{i}$ and\n$$\n\\frac{a}{b}\\\\ x_1*y_1*z\n$$\nhold."),
      "Let $f(x)\\,dx = \\{a*b*c\\}_{i}$ and $$\\frac{a}{b}\\\\ x_1*y_1*z $$ hold.");
  // Sums of money.
  EXPECT_EQ(TextOf("It costs $5, not **$10**; US$3 *each*."), "It costs $5, not $10; US$3 each.");
  EXPECT_EQ(TextOf("It costs $5 \\* 2, not **$10**."), "It costs $5 * 2, not $10.");
  EXPECT_EQ(TextOf("A ![$\\pi$](y) $\\pi$."), "A $\\pi$.");
}

TEST(MarkdownText, MoneyBesideFormulasIsText) {
  EXPECT_EQ(
      TextOf("It costs $5 and **$10**, as $\\frac{x^2}{2}$ does. *From* $5 to $x*y*z$ or $6."),
      "It costs $5 and $10, as $\\frac{x^2}{2}$ does. From $5 to $x*y*z$ or $6.");
  EXPECT_EQ(TextOf("`$HOME` is **not** $\\pi$, $5 *each*\n\n    echo $A *$B*\n\n<p>$7</p>\n"),
            "$HOME is not $\\pi$, $5 each\n\necho $A *$B*\n\n$7");
  // Control characters of the file stay.
  EXPECT_EQ(TextOf("\x01 $5 *and* $\\pi$ or $6\x02"), "\x01 $5 and $\\pi$ or $6\x02");
}

TEST(MarkdownText, WhatIsNoElementIsText) {
  EXPECT_EQ(TextOf("Ask <your-name> for a List<String> of <T> if x<y then b<a or a>c."),
            "Ask <your-name> for a List<String> of <T> if x<y then b<a or a>c.");
  EXPECT_EQ(
      TextOf("A <B>bold</B> <span class=\"x\">one</span>, <Icon name='x'/> two<Icon/>, <!-- no --> "
             "<wbr>three."),
      "A bold one, two, three.");
}

TEST(MarkdownText, LeavesFrontMatterOut) {
  EXPECT_EQ(TextOf("---\ntitle: a\n---\n# T\n"), "T");
  EXPECT_EQ(TextOf("+++\ntitle = 'a'\n+++\nb\n"), "b");
  // A rule is none.
  EXPECT_EQ(TextOf("---\n\nOnly a rule.\n"), "Only a rule.");
}

TEST(MarkdownText, AReferenceToASpaceIsASpace) {
  EXPECT_EQ(TextOf("10&nbsp;km, 10&#32;m, 10&#160;cm, 10&#x20;mm and 10 &nbsp; in"),
            "10 km, 10 m, 10 cm, 10 mm and 10 in");
  EXPECT_EQ(TextOf("10&emsp;km &nosuchname; &"), "10\u2003km &nosuchname; &");
}

TEST(MarkdownText, LeavesPicturesOut) {
  EXPECT_EQ(TextOf("a ![b &amp; `c` d\ne <i>f</i>  \ng ![h &lt;](i) j](k) l"), "a l");
  EXPECT_EQ(TextOf("[![a &amp; b](c)](d) `e`"), "e");
}

TEST(MarkdownText, TablesOfMissingCellsAreRefused) {
  std::string header = "a";
  std::string border = "---";
  std::string rows;
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&header, "|a");
    absl::StrAppend(&border, "|---");
    absl::StrAppend(&rows, "|b|\n");
  }
  EXPECT_THAT(MarkdownText(absl::StrCat(header, "\n", border, "\n", rows)),
              StatusIs(absl::StatusCode::kInvalidArgument, "more missing cells than it has bytes"));
  // Rows may be short, and cells empty.
  std::string table = "|a|b|c|d|\n|---|---|---|---|\n";
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&table, i % 2 == 0 ? "|e|\n" : "|||||\n");
  EXPECT_THAT(MarkdownText(table), IsOk());
}

TEST(MarkdownText, RepeatedLongAddressesAreRefused) {
  std::string text = absl::StrCat("[a]: ", std::string(10000, 'b'), "\n\n");
  std::string pictures = text;
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&text, "[a] ");
    absl::StrAppend(&pictures, "![a] ");
  }
  EXPECT_THAT(MarkdownText(text),
              StatusIs(absl::StatusCode::kInvalidArgument, "its links repeat addresses"));
  EXPECT_THAT(MarkdownText(pictures),
              StatusIs(absl::StatusCode::kInvalidArgument, "its links repeat addresses"));
  EXPECT_THAT(MarkdownText(text.substr(0, 10107)), IsOk());
}

TEST(MarkdownText, MarksThatNeedTooMuchMemoryAreRefused) {
  EXPECT_THAT(MarkdownText(std::string(size_t{32} << 20, '[')),
              StatusIs(absl::StatusCode::kInvalidArgument, "more than 1048576 marks"));
}

TEST(MarkdownText, HtmlThatNeedsTooMuchTimeIsRefused) {
  std::string html = "<div>\n";
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&html, "<span>");
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&html, "</i>");
  EXPECT_THAT(MarkdownText(html), StatusIs(absl::StatusCode::kInvalidArgument, "misplaced tags"));
}

TEST(MarkdownText, InvalidUtf8IsAnError) {
  EXPECT_THAT(MarkdownText("a\xff"),
              StatusIs(absl::StatusCode::kInvalidArgument, "invalid UTF-8 at byte 1"));
}

// Found by fuzzing: md4c read on behind the end of a text that ends within a link.
TEST(MarkdownText, DoesNotDependOnWhatIsBehindTheText) {
  const absl::string_view text =
      "See [a page](https://x.org \"title\") and ![a picture](<p q.png> (its title)), [both][x].\n";
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string cut(text.substr(0, size));
    EXPECT_EQ(TextOf(text.substr(0, size)), TextOf(cut)) << cut;
    EXPECT_EQ(TextOf(absl::string_view(absl::StrCat(cut, ")))")).substr(0, size)), TextOf(cut));
  }
}

TEST(MarkdownText, DeepAndCutTextsDoNotCrash) {
  EXPECT_THAT(MarkdownText(std::string(100000, '>')), IsOk());
  EXPECT_THAT(MarkdownText(std::string(100000, '[')), IsOk());
  const std::string text = "# A\n\n- [b](c) `d`\n\n```\ne\n```\n<p>&amp;</p>\n|f|\n|-|\n";
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_THAT(MarkdownText(text.substr(0, i)), IsOk()) << i;
    EXPECT_THAT(MarkdownText(text.substr(i)), IsOk()) << i;
  }
}

}  // namespace
}  // namespace quipu::pipelines
