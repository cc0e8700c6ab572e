// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/html_text.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;

std::string TextOf(absl::string_view page) {
  const absl::StatusOr<std::string> text = HtmlText(page);
  return text.ok() ? *text : absl::StrCat("error: ", text.status().message());
}

TEST(HtmlText, BlocksAreParagraphsAndListsAreLines) {
  EXPECT_EQ(TextOf("<html><body><h1>A\n title</h1><p>One  <b>two</b>&amp; <i>three</i>.</p>"
                   "<p>Four<br>five</p><ul><li>six<li>seven <p>eight</ul>nine</body>"),
            "A title\n\nOne two& three.\n\nFour\nfive\n\nsix\nseven\neight\n\nnine");
}

TEST(HtmlText, CharacterReferencesAreCharacters) {
  EXPECT_EQ(TextOf("<p>&lt;a&gt; &eacute; &#8212; &#x4e2d;&nbsp;&copy;</p>"),
            "<a> \xc3\xa9 \xe2\x80\x94 \xe4\xb8\xad \xc2\xa9");
}

TEST(HtmlText, PreformattedTextIsUnchanged) {
  EXPECT_EQ(TextOf("<p>Run</p><pre>if x:\n    y()\n\nz</pre><p>Done</p>"),
            "Run\n\nif x:\n    y()\n\nz\n\nDone");
}

TEST(HtmlText, ScriptsStylesAndSurroundingsAreLeftOut) {
  EXPECT_EQ(TextOf("<head><title>T</title><style>p{}</style><script>var a = '<p>';</script></head>"
                   "<body><nav><a href=/>Home</a></nav><header>Site</header>"
                   "<div class='left sidebar'>Side</div><div role=navigation>next</div>"
                   "<p>The text.</p><p hidden>no</p><span aria-hidden=true>x</span>"
                   "<form>Search <input></form><footer>Copyright</footer></body>"),
            "T\n\nThe text.");
}

TEST(HtmlText, TheTitleIsLeftToTheHeading) {
  EXPECT_EQ(TextOf("<title>Page - Site</title><h1>Page</h1><p>a"), "Page\n\na");
}

TEST(HtmlText, MostOfThePageInMainLeavesTheRestOut) {
  EXPECT_EQ(TextOf("<p>Around</p><main><h1>H</h1><p>The main text of this page.</p></main>"),
            "H\n\nThe main text of this page.");
  // A main part that is nearly empty is not where the text is.
  EXPECT_EQ(TextOf("<main>x</main><p>The text is outside of the main part of this page.</p>"),
            "x\n\nThe text is outside of the main part of this page.");
}

TEST(HtmlText, MenusOfLinksAreLeftOut) {
  EXPECT_EQ(TextOf("<p>Text with a <a href=b>link</a>.</p><ul><li><a href=c>Entry</a></li>"
                   "<li><a href=d>Entry</a> with a longer text of its own.</li></ul>"),
            "Text with a link.\n\nEntry with a longer text of its own.");
}

TEST(HtmlText, CellsOfTablesAreSeparated) {
  EXPECT_EQ(TextOf("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"),
            "a | b\n1 | 2");
}

TEST(HtmlText, ReadsTheEncodingThatThePageDeclares) {
  EXPECT_EQ(TextOf("\xef\xbb\xbf<p>\xc3\xa4</p>"), "\xc3\xa4");
  EXPECT_EQ(TextOf("<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'>"
                   "<p>stra\xdf"
                   "e \xe4</p>"),
            "stra\xc3\x9f"
            "e \xc3\xa4");
  EXPECT_THAT(HtmlText("<p>\xe4</p>"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "invalid UTF-8 at byte 3, and the page declares no other encoding"));
  // UTF-8 is seen as such, whatever the page says.
  EXPECT_EQ(TextOf("<meta charset='iso-8859-1'><p>\xc3\xa4</p>"), "\xc3\xa4");
}

TEST(HtmlText, ReadsTheEncodingThatTheServerDeclares) {
  EXPECT_EQ(HtmlText("<p>\xe4</p>", "ISO-8859-1").value_or("?"), "\xc3\xa4");
  EXPECT_EQ(HtmlText("<meta charset=utf-8><p>\x83\x81</p>", "shift_jis").value_or("?"),
            "\xe3\x83\xa1");
  // A page in UTF-8 is read as such, whatever was declared.
  EXPECT_EQ(HtmlText("<p>\xc3\xa4</p>", "iso-8859-1").value_or("?"), "\xc3\xa4");
  EXPECT_THAT(HtmlText("<p>\xe4</p>", "no-such-charset").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "declares no other encoding"));
}

TEST(HtmlText, BrokenPagesHaveTheirText) {
  EXPECT_EQ(TextOf("<p>a<b>b</p><p>c</i></b></div>d"), "ab\n\ncd");
  EXPECT_EQ(TextOf("<p>a</p><nav><ul><li>b</nav><p>c"), "a\n\nc");
  EXPECT_EQ(TextOf("plain text < with & signs"), "plain text < with & signs");
  EXPECT_EQ(TextOf(""), "");
}

TEST(HtmlText, DeepAndCutPagesDoNotCrash) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) absl::StrAppend(&deep, "<div>");
  absl::StrAppend(&deep, "text");
  EXPECT_THAT(HtmlText(deep), ::quipu::testing::IsOk());

  const std::string page =
      "<!DOCTYPE html><html><head><meta charset=utf-8><title>T&auml;</title></head><body "
      "class=\"x\"><!-- a --><p id='a'>One &lt; <pre>a\n b</pre><table><tr><td>c</table></body>";
  for (size_t i = 0; i < page.size(); ++i) {
    EXPECT_THAT(HtmlText(page.substr(0, i)), ::quipu::testing::IsOk()) << i;
    EXPECT_THAT(HtmlText(page.substr(i)), ::quipu::testing::IsOk()) << i;
  }
}

TEST(HtmlFragmentText, LeavesOutOnlyScriptsAndStyles) {
  EXPECT_EQ(HtmlFragmentText("<nav>a</nav><script>b</script><li><a>c</a>"), "a\nc");
  EXPECT_EQ(HtmlFragmentText("&amp;"), "&");
}

}  // namespace
}  // namespace quipu::pipelines
