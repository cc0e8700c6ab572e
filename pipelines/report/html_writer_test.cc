// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/html_writer.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(HtmlWriterTest, EscapesTextAndAttributes) {
  std::string out;
  HtmlWriter html(&out);
  html.Open("p", {{"title", "\"><script>"}}).Text("<b> & 'c'").Close();

  EXPECT_EQ(out, "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt; &amp; &#39;c&#39;</p>\n");
}

TEST(HtmlWriterTest, ShowsWhatControlsText) {
  EXPECT_EQ(EscapeHtml("a\xe2\x80\xae"
                       "b"),
            "a\\u202eb")
      << "an override of direction";
  EXPECT_EQ(EscapeHtml(absl::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(EscapeHtml("a\n\tb"), "a\n\tb");
  EXPECT_EQ(EscapeHtml("\xff"), "\xef\xbf\xbd") << "no UTF-8";
  EXPECT_EQ(EscapeHtml("日本語 é"), "日本語 é");
}

TEST(HtmlWriterTest, ClosesElementsInReverse) {
  std::string out;
  HtmlWriter html(&out);
  html.Open("ul").Open("li").Leaf("b", "x").Void("br");
  EXPECT_EQ(html.open(), 2u);
  html.Close().Close();

  EXPECT_EQ(out, "<ul><li><b>x</b><br></li>\n</ul>\n");
  EXPECT_EQ(html.open(), 0u);
}

TEST(HtmlWriterTest, WritesCountsForPeopleAndPrograms) {
  std::string out;
  HtmlWriter(&out).Count("rejects.verdict", 1234567);

  EXPECT_EQ(out, "<data value=\"1234567\" data-count=\"rejects.verdict\">1,234,567</data>");
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
}

}  // namespace
}  // namespace quipu::pipelines
