// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/html_parser.h"

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

std::string Repeated(absl::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) absl::StrAppend(&text, piece);
  return text;
}

// "<p k=v>", "text", "</p>".
class Log : public HtmlEvents {
 public:
  void Start(absl::string_view name, const char* const* attributes) override {
    absl::StrAppend(&all, "<", name);
    for (const char* const* at = attributes; at != nullptr && at[0] != nullptr; at += 2) {
      absl::StrAppend(&all, " ", at[0], at[1] == nullptr ? "" : "=", at[1] == nullptr ? "" : at[1]);
    }
    absl::StrAppend(&all, ">");
  }
  void End(absl::string_view name) override { absl::StrAppend(&all, "</", name, ">"); }
  void Text(absl::string_view found) override {
    absl::StrAppend(&all, found);
    absl::StrAppend(&text, found);
  }

  std::string all;
  std::string text;
};

// The text, or the error's message.
std::string TextOf(absl::string_view html) {
  Log log;
  const absl::Status status = ParseHtml(html, &log);
  return status.ok() ? log.text : absl::StrCat("error: ", status.message());
}

absl::Status Parse(absl::string_view html) {
  Log log;
  return ParseHtml(html, &log);
}

// Limits of libxml2's tree, which is not built here (findings/lxml_deep_pages.sh).
TEST(ParseHtml, ReadsDeepPagesAndLongTextsToTheirEnd) {
  constexpr int kReplies = 1000;
  EXPECT_EQ(TextOf(Repeated("<div>r", kReplies) + Repeated("</div>", kReplies) + "<p>end"),
            Repeated("r", kReplies) + "end");
  const std::string text = Repeated("a line of text\n", 800000);  // 12 MB.
  EXPECT_EQ(TextOf("<pre>" + text + "</pre><p>end").size(), text.size() + 3);
}

TEST(ParseHtml, TellsWhatItFindsInOrder) {
  Log log;
  ASSERT_OK(ParseHtml("<p id='a' hidden>b<br>c &amp; d", &log));

  EXPECT_EQ(log.all, "<html><body><p id=a hidden>b<br></br>c & d</p></body></html>");
}

TEST(ParseHtml, AnEmptyPageHasNothing) {
  Log log;
  ASSERT_OK(ParseHtml("", &log));

  EXPECT_EQ(log.all, "");
}

TEST(ParseHtml, ANulEndsNoPage) {
  for (const absl::string_view html :
       {absl::string_view("<p>a\0b</p><p>c", 14), absl::string_view("<p t='a\0b'>a b</p><p>c", 22),
        absl::string_view("<p\0>a b</p><p>c", 15), absl::string_view("<\0p>a b</p><p>c", 15),
        absl::string_view("<p>a b<!--\0--></p><p>c", 22)}) {
    const std::string text = TextOf(html);
    EXPECT_EQ(text.substr(text.size() - 1), "c") << text;
    EXPECT_NE(text.find("a b"), std::string::npos) << text;
  }
}

TEST(ParseHtml, LongPiecesAreReadToTheirEnd) {
  const std::string piece(3000000, 'a');
  EXPECT_EQ(TextOf(absl::StrCat("<p>b<img src='data:", piece, "'></p><p>c")), "bc");
  EXPECT_EQ(TextOf(absl::StrCat("<p>b<!--", piece, "--></p><p>c")), "bc");
  EXPECT_EQ(TextOf(absl::StrCat("<p>", piece, "</p><p>c")), absl::StrCat(piece, "c"));
  // A character may end in the next piece that is read.
  const std::string words = Repeated("\xe4\xb8\xad\xf0\x9f\x98\x80", 100000);
  EXPECT_EQ(TextOf(absl::StrCat("<p>", words)), words);
}

TEST(ParseHtml, DeepPagesAreRead) {
  EXPECT_EQ(TextOf(absl::StrCat(Repeated("<div>", 100000), "text", Repeated("</div>", 100000))),
            "text");
  // Old pages close no font, and what they close was not open.
  EXPECT_EQ(TextOf(absl::StrCat(Repeated("<font>", 1000), Repeated("</b>", 500), "text")), "text");
}

// Long pages of this kind keep libxml2 busy for minutes; these take it a moment.
TEST(ParseHtml, MisplacedTagsInManyOpenElementsAreRefused) {
  for (const absl::string_view html :
       {"</i>", "</p>", "<body>", "<html a=b>", "</b>", "</tr>", "<head>"}) {
    for (const absl::string_view before : {"", "<b><div>", "<body></body>", "<table><tr><td>"}) {
      const absl::Status status =
          Parse(absl::StrCat(before, Repeated("<span>", 2000), Repeated(html, 2000)));
      EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << before << html << status;
    }
  }
  for (const absl::string_view html : {"</i>", "</b>"}) {
    EXPECT_THAT(Parse(absl::StrCat("<b><div>", Repeated("<span>", 2000), Repeated(html, 2000))),
                StatusIs(absl::StatusCode::kInvalidArgument, "too many misplaced tags"))
        << html;
  }
}

std::string WithAttributes(int count, absl::string_view name) {
  std::string html = "<p";
  for (int i = 0; i < count; ++i) absl::StrAppend(&html, " ", name, i);
  return absl::StrCat(html, ">text</p>");
}

TEST(ParseHtml, ThousandsOfAttributesInATagAreRefused) {
  EXPECT_EQ(TextOf(WithAttributes(1000, "a")), "text");
  EXPECT_THAT(Parse(WithAttributes(3000, "a")),
              StatusIs(absl::StatusCode::kInvalidArgument, "thousands of attributes"));
}

TEST(ParseHtml, ManyTagsOfManyAttributesAreRefused) {
  EXPECT_THAT(Parse(Repeated(WithAttributes(100, "a"), 100)), IsOk());
  EXPECT_THAT(Parse(Repeated(WithAttributes(1000, "a"), 100)),
              StatusIs(absl::StatusCode::kInvalidArgument, "attributes"));
  // Of which most are the last one again.
  const std::string same = WithAttributes(1200, "a").substr(0, 5492);
  EXPECT_THAT(Parse(Repeated(absl::StrCat(same, Repeated(" a1050", 500), ">"), 100)),
              StatusIs(absl::StatusCode::kInvalidArgument, "attributes"));
}

}  // namespace
}  // namespace quipu::pipelines
