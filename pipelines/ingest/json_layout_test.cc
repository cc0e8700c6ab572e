// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/json_layout.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(JsonLayout, IsLinesUnlessTheFileSaysOtherwise) {
  for (const absl::string_view begin :
       {"", "\n", "hello", "{\"a\":1}", "{\"a\":1}\n{\"a\":2}\n", "{}\n{\n",
        "{\"a\":1\n{\"a\":2}\n", "{\"a\":\"b\n{\"a\":2}\n", "{\"a\": [1, 2]}\n",
        "{\"a\":\"{[,\n"}) {
    EXPECT_EQ(LayoutOf(begin), JsonLayout::kLines) << begin;
  }
}

TEST(JsonLayout, IsAnArrayIfItBeginsWithOne) {
  for (const absl::string_view begin : {"[", "[]", "\xef\xbb\xbf \n[\n  {", "[{\"a\":1}]"}) {
    EXPECT_EQ(LayoutOf(begin), JsonLayout::kArray) << begin;
  }
}

TEST(JsonLayout, IsObjectsIfTheFirstOneIsIndented) {
  for (const absl::string_view begin :
       {"{\n  \"a\": 1\n}", "{\r\n\t\"a\": 1\r\n}", "\xef\xbb\xbf\n{\n}", "{\"a\": {\n",
        "{\"a\": [\n", "{ \"a\": 1,\n  \"b\": 2 }\n", "{ \"a\": 1\n, \"b\": 2\n}\n",
        "{\"a\": 1\n}\n"}) {
    EXPECT_EQ(LayoutOf(begin), JsonLayout::kObjects) << begin;
  }
}

TEST(JsonLayout, TellsJsonFromTexts) {
  for (const absl::string_view json :
       {"{\"text\": 1", "[{\"a\":\"b\"}]", "\xef\xbb\xbf[\n {\n \"a\" : "}) {
    EXPECT_TRUE(LooksLikeJson(json)) << json;
  }
  for (const absl::string_view text : {"", "[1] Smith, A.", "{\\bf Title}", "{x} is a set",
                                       "[\"a\"]", "{\"word\"} is", "{\"open", "Text {\"a\":1}"}) {
    EXPECT_FALSE(LooksLikeJson(text)) << text;
  }
}

TEST(JsonExtent, EndsWhereTheValueEnds) {
  for (const absl::string_view value : {"{}", "[]", "{\"a\":[1,{\"b\":\"}\"}]}", "\"a]\\\"\"", "12",
                                        "-1.5e3", "null", "{\"a\":\"\\\\\"}", "}", "]"}) {
    for (const absl::string_view behind : {",", "]", " ", "\n"}) {
      const std::string text = absl::StrCat(value, behind);
      JsonExtent extent;
      EXPECT_EQ(extent.Take(text), value.size()) << text;
      EXPECT_TRUE(extent.done()) << text;
    }
  }
}

TEST(JsonExtent, DoesNotDependOnThePieces) {
  const std::string text = R"({"a":"\"}","b":[{"c":"[\\"},2],"d":{}}  )";
  const size_t size = text.find_last_of('}') + 1;
  for (size_t cut = 1; cut < size; ++cut) {
    JsonExtent extent;
    ASSERT_EQ(extent.Take(text.substr(0, cut)), cut) << cut;
    ASSERT_FALSE(extent.done()) << cut;
    ASSERT_EQ(extent.Take(text.substr(cut)), size - cut) << cut;
    ASSERT_TRUE(extent.done()) << cut;
  }
}

TEST(SplitObjects, FindsWhatConcatenationPutOnOneLine) {
  using Objects = std::vector<absl::string_view>;
  EXPECT_EQ(SplitObjects("{\"a\":1}{\"a\":2}"), (Objects{"{\"a\":1}", "{\"a\":2}"}));
  EXPECT_EQ(SplitObjects(" {}\xef\xbb\xbf{} "), (Objects{"{}", "{}"}));
  EXPECT_EQ(SplitObjects("{\"a\":\"}{\"} {}"), (Objects{"{\"a\":\"}{\"}", "{}"}));
  EXPECT_EQ(SplitObjects("{\"a\":1}, {\"a\":2},"), (Objects{"{\"a\":1}", "{\"a\":2}"}));
  EXPECT_EQ(SplitObjects("[{\"a\":1}, {\"a\":2} ] "), (Objects{"{\"a\":1}", "{\"a\":2}"}));
  EXPECT_EQ(SplitObjects("[{}]"), Objects{"{}"});
  EXPECT_EQ(SplitObjects("{\"a\":2}]"), Objects{"{\"a\":2}"});
  for (const absl::string_view line :
       {"", "{}", "{},", "{}x", "{},,{}", "{}{", "x{}{}", "{}}", "[]{}", "[]", "[", "]", "[{}",
        "[{},{}", "[{},1]", "[[{}]]", "[{}]{}"}) {
    EXPECT_TRUE(SplitObjects(line).empty()) << line;
  }
}

}  // namespace
}  // namespace quipu::pipelines
