// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/page_encoding.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "gtest/gtest.h"
#include "pipelines/markup/encoding_labels.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;

// The page in UTF-8, or the error's message.
std::string Html(absl::string_view page, absl::string_view charset = "") {
  const absl::StatusOr<DecodedPage> decoded = DecodePage(page, charset);
  return decoded.ok() ? decoded->html : absl::StrCat("error: ", decoded.status().message());
}

std::string EncodingOf(absl::string_view page, absl::string_view charset = "") {
  const absl::StatusOr<DecodedPage> decoded = DecodePage(page, charset);
  return decoded.ok() ? std::string(decoded->encoding)
                      : absl::StrCat("error: ", decoded.status().message());
}

TEST(Encodings, EachHasAConverterForEachOfItsLabels) {
  for (const Encoding& encoding : Encodings()) {
    for (const absl::string_view label : absl::StrSplit(encoding.labels, ' ')) {
      const absl::StatusOr<DecodedPage> page = DecodePage("<p>\xe9 A</p>", label);

      ASSERT_OK(page) << label;
      EXPECT_EQ(page->encoding, encoding.name) << label;
      EXPECT_TRUE(IsValidUtf8(page->html)) << label;
    }
  }
}

TEST(Encodings, AreFoundInAnyCase) {
  ASSERT_NE(FindEncoding("Shift_JIS"), nullptr);
  EXPECT_EQ(FindEncoding("Shift_JIS")->name, "Shift_JIS");
  EXPECT_EQ(FindEncoding("LATIN1")->name, "windows-1252");
  EXPECT_EQ(FindEncoding("no-such-charset"), nullptr);
  EXPECT_EQ(FindEncoding(""), nullptr);
}

// What real pages have beyond the encoding that they name.
TEST(DecodePage, ReadsTheCharactersThatBrowsersRead) {
  const struct {
    const char* charset;
    absl::string_view bytes;
    const char* text;
  } kCases[] = {
      {"gb2312", "\xe9\x46\x80", "镕€"},  // Of GBK, and the euro sign of Windows.
      {"gbk", "\x81\x30\x81\x34\xa2\xa1", "\u0084ⅰ"},
      {"shift_jis", "\x87\x40\x81\x60\xfa\x40\xb1", "①～ⅰｱ"},
      {"euc-jp", "\xad\xa1\xa1\xc1\x8f\xb0\xa1\x8e\xb1", "①～丂ｱ"},
      {"iso-2022-jp", "\x1b$B$3\x1b(Ba", "こa"},
      {"euc-kr", "\x81\x41\xb0\xa1", "갂가"},
      {"big5", "\x87\x40\xa4\x40\xf9\xd6", "䏰一碁"},
      {"iso-8859-1", "don\x92t \x93q\x94 \x80 \xe9", "don’t “q” € é"},
      {"windows-1252", "\x81\xff", "\u0081ÿ"},
      {"iso-8859-9", "\xfe\x93", "ş“"},
      {"iso-8859-2", "\xe8\xb1", "čą"},
      {"windows-1251", "\xcf\xf0\xb3", "Прі"},
      {"koi8-r", "\xf0\xd2", "Пр"},
      {"tis-620", "\xa1\x80", "ก€"},
      {"macintosh", "\x8e\xdb", "é€"},
      {"utf-16le", absl::string_view("a\0\x2d\x4e", 4), "a中"},
  };
  for (const auto& test : kCases) {
    const absl::StatusOr<DecodedPage> page = DecodePage(test.bytes, test.charset);
    ASSERT_OK(page) << test.charset;
    EXPECT_EQ(page->html, test.text) << test.charset;
    EXPECT_FALSE(page->damaged) << test.charset;
  }
}

TEST(DecodePage, WhatIsNoCharacterIsReplaced) {
  const struct {
    const char* charset;
    absl::string_view bytes;
    const char* text;
  } kCases[] = {
      {"utf-8", "a\xe9 \xc3\xa9\xf0\x9f\x98", "a\ufffd é\ufffd"},
      {"gbk", "a\xff\xe9\x46\xe9", "a\ufffd镕\ufffd"},
      // ASCII behind half a character is not a part of it.
      {"gbk", "\xe9<p>", "\ufffd<p>"},
      {"shift_jis", "\x85<p>\x80\xa0", "\ufffd<p>\ufffd\ufffd"},
      {"euc-jp", "\xa1<p>", "\ufffd<p>"},
      {"big5", "\xa4<p>", "\ufffd<p>"},
      {"windows-1253", "\xd2\xe1", "\ufffdα"},
  };
  for (const auto& test : kCases) {
    const absl::StatusOr<DecodedPage> page = DecodePage(test.bytes, test.charset);
    ASSERT_OK(page) << test.charset;
    EXPECT_EQ(page->html, test.text) << test.charset;
    EXPECT_TRUE(page->damaged) << test.charset;
  }
}

TEST(DecodePage, LongPagesAreConvertedToTheirEnd) {
  std::string page;
  std::string text;
  for (int i = 0; i < 100000; ++i) {
    absl::StrAppend(&page, "a\xe9\x46");
    absl::StrAppend(&text, "a镕");
  }
  EXPECT_EQ(Html(page, "gb2312"), text);
}

TEST(DecodePage, FindsWhatThePageDeclares) {
  for (const absl::string_view declaration :
       {"<meta charset=koi8-r>", "<META CharSet='KOI8-R'>", "<meta name=x charset=\" koi8-r \">",
        "<html><head><title>a</title><meta content='text/html; charset=koi8-r' "
        "http-equiv=Content-Type>",
        "<meta http-equiv='content-type' content='text/html;charset = \"koi8-r\"'>",
        "<?xml version=\"1.0\" encoding=\"koi8-r\"?><html>",
        "\n<?xml version='1.0' encoding = 'koi8-r' standalone='yes'?>",
        // A name that nobody knows does not count.
        "<meta charset=klingon><meta charset=koi8-r>",
        "<?xml version='1.0' encoding='utf-8'?><meta charset=koi8-r>"}) {
    EXPECT_EQ(EncodingOf(absl::StrCat(declaration, "<p>\xf0")), "KOI8-R") << declaration;
  }
  EXPECT_EQ(
      EncodingOf(absl::StrCat("<!--", std::string(10000, 'x'), "--><meta charset=koi8-r>\xf0")),
      "KOI8-R");
}

TEST(DecodePage, DoesNotFindWhatIsNoDeclaration) {
  for (const absl::string_view page :
       {"<!-- <meta charset=koi8-r> --><p>\xf0", "<script>'<meta charset=koi8-r>'</script>\xf0",
        "<meta name=description content='text/html; charset=koi8-r'>\xf0",
        "<p>charset=koi8-r</p>\xf0", "<p>encoding=\"koi8-r\"</p>\xf0",
        "<?xml encoding=koi8-r?>\xf0", "<?xml encoding='koi8-r", "<?xml version='1.0'?>\xf0",
        "\xf0"}) {
    EXPECT_EQ(EncodingOf(page).substr(0, 25),
              IsValidUtf8(page) ? "UTF-8" : "error: invalid UTF-8 at b")
        << page;
  }
}

TEST(DecodePage, TheServerCountsBeforeThePage) {
  EXPECT_EQ(Html("<meta charset=koi8-r>\xf0", "windows-1251"), "<meta charset=koi8-r>р");
  EXPECT_EQ(Html("<meta charset=koi8-r>\xf0", "klingon"), "<meta charset=koi8-r>П");
}

TEST(DecodePage, Utf8IsReadAsSuch) {
  EXPECT_EQ(Html("<meta charset=koi8-r>ä", "shift_jis"), "<meta charset=koi8-r>ä");
  EXPECT_EQ(Html("\xef\xbb\xbf<p>ä\xff", "koi8-r"), "<p>ä\ufffd");
  // An escape alone is no ISO-2022-JP.
  EXPECT_EQ(Html("\x1b[1mä", "koi8-r"), "\x1b[1mä");
  EXPECT_EQ(Html("\x1b$B$3\x1b(B"), "\x1b$B$3\x1b(B");
}

TEST(DecodePage, ReadsUtf16ByItsMarkOrItsServer) {
  EXPECT_EQ(Html(absl::string_view("\xff\xfe<\0p\0>\0\x2d\x4e", 10)), "<p>中");
  EXPECT_EQ(Html(absl::string_view("\xfe\xff\0<\0p\0>\x4e\x2d", 10), "koi8-r"), "<p>中");
  EXPECT_EQ(Html(absl::string_view("\0<\0p\0>", 6), "utf-16be"), "<p>");
  // A page whose <meta> can be read is not UTF-16.
  EXPECT_EQ(EncodingOf("<meta charset=utf-16>\xf0"), "UTF-8");
}

TEST(DecodePage, NothingDeclaredIsAnError) {
  EXPECT_THAT(DecodePage("<p>\xe4</p>", ""),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "invalid UTF-8 at byte 3, and the page declares no other encoding"));
  EXPECT_THAT(DecodePage("<meta charset=klingon>\xe4", ""),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "invalid UTF-8 at byte 22, and the page's encoding \"klingon\" is unknown"));
}

TEST(CharsetOf, IsThatOfAContentType) {
  EXPECT_EQ(CharsetOf("text/html; charset=x"), "x");
  EXPECT_EQ(CharsetOf("text/html;a=b; Charset = \"x\" ;c=d"), "x");
  EXPECT_EQ(CharsetOf("text/html; charset='x'"), "x");
  EXPECT_EQ(CharsetOf("text/html"), "");
  EXPECT_EQ(CharsetOf("text/html; charset"), "");
  EXPECT_EQ(CharsetOf("text/html; charset="), "");
  EXPECT_EQ(CharsetOf(""), "");
}

}  // namespace
}  // namespace quipu::pipelines
