// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Lines of JSON: the good ones of odd shapes, and one bad one between two good ones.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gtest/gtest.h"
#include "pipelines/ingest/record_reader.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::HasSubstr;

absl::StatusOr<std::vector<Record>> ReadDocuments(absl::string_view path) {
  absl::StatusOr<std::unique_ptr<RecordReader>> reader =
      OpenDocuments(path, v1::DocumentInput(), 0, 0);
  if (!reader.ok()) return reader.status();
  std::vector<Record> records;
  Record record;
  while (true) {
    absl::StatusOr<bool> more = (*reader)->Next(&record);
    if (!more.ok()) return more.status();
    if (!*more) return records;
    records.push_back(record);
  }
}

std::string NulByte(absl::string_view before, absl::string_view after) {
  return absl::StrCat(before, absl::string_view("\0", 1), after);
}

// ---- One bad line between two good ones: the good ones are kept. ----

struct BadLine {
  std::string name;
  std::string line;
  std::string reason;
};

std::vector<BadLine> BadLines() {
  const std::string improper = "not valid JSON (commas";
  const std::string text = R"({"text":")";
  return {
      {"NotJson", "hello", "not valid JSON"},
      {"OpenBrace", "{", improper},
      {"CloseBrace", "}", improper},
      {"NoClosingBrace", R"({"text":"a")", improper},
      {"TwoClosingBraces", R"({"text":"a"}})", improper},
      {"ClosedByABracket", R"({"text":"a"])", improper},
      {"NoColon", R"({"text" "a"})", improper},
      {"TwoColons", R"({"text"::"a"})", improper},
      {"NoComma", R"({"text":"a" "b":"c"})", improper},
      {"TrailingComma", R"({"text":"a",})", improper},
      {"LeadingComma", R"({,"text":"a"})", improper},
      {"KeyWithoutQuotes", R"({text:"a"})", improper},
      {"SingleQuotes", R"({'text':'a'})", improper},
      {"KeyAlone", R"({"text"})", improper},
      {"NoValue", R"({"text":})", improper},
      {"NumberAsKey", R"({1:"a"})", improper},
      {"Comment", R"({"text":"a"} // good)", improper},
      {"BytesBehind", R"({"text":"a"}x)", improper},
      {"CommasBehind", R"({"text":"a"},,)", improper},
      {"UnclosedString", R"({"text":"a})", "without its closing quote"},
      {"EscapedClosingQuote", R"({"text":"a\"})", "without its closing quote"},
      {"UnknownEscape", R"({"text":"\x41"})", "broken escape"},
      {"EscapeOfThreeDigits", R"({"text":"\u00e"})", "broken escape"},
      {"EscapeWithoutDigits", R"({"text":"\u"})", "broken escape"},
      {"EscapeOfOtherDigits", R"({"text":"\u00zz"})", "broken escape"},
      {"LoneHighSurrogate", R"({"text":"\ud800"})", "half a surrogate pair"},
      {"LoneHighSurrogateBeforeText", R"({"text":"\ud800abc"})", "half a surrogate pair"},
      {"LoneLowSurrogate", R"({"text":"\udc00"})", "half a surrogate pair"},
      {"TwoHighSurrogates", R"({"text":"\ud800\ud800"})", "half a surrogate pair"},
      {"RawTab", "{\"text\":\"a\tb\"}", "control character inside a string"},
      {"RawCarriageReturn", "{\"text\":\"a\rb\"}", "control character inside a string"},
      {"RawNul", NulByte(text + "a", "b\"}"), "control character inside a string"},
      {"NulBehind", NulByte(text + "a\"}", ""), improper},
      {"NulAlone", NulByte("", ""), "not valid JSON"},
      {"MisspelledTrue", R"({"text":"a","b":tru})", "a word other than"},
      {"MisspelledNull", R"({"text":"a","b":nul})", "a word other than"},
      {"MisspelledFalse", R"({"text":"a","b":falsey})", "a word other than"},
      {"LeadingZero", R"({"text":"a","b":01})", "malformed number"},
      {"LeadingPlus", R"({"text":"a","b":+1})", improper},
      {"NoDigitsBehindThePoint", R"({"text":"a","b":1.})", "malformed number"},
      {"NoDigitsBeforeThePoint", R"({"text":"a","b":.5})", improper},
      {"NoExponent", R"({"text":"a","b":1e})", "malformed number"},
      {"MinusAlone", R"({"text":"a","b":-})", "malformed number"},
      {"Hexadecimal", R"({"text":"a","b":0x10})", "malformed number"},
      {"LoneContinuationByte", text + "\x80\"}", "invalid UTF-8 at byte 9"},
      {"OverlongSlash", text + "\xc0\xaf\"}", "invalid UTF-8 at byte 9"},
      {"OverlongNul", text + "a\xc0\x80\"}", "invalid UTF-8 at byte 10"},
      {"SurrogateInUtf8", text + "\xed\xa0\x80\"}", "invalid UTF-8 at byte 9"},
      {"PastTheLastCodePoint", text + "\xf4\x90\x80\x80\"}", "invalid UTF-8 at byte 9"},
      {"TruncatedUtf8", text + "\xe2\x82\"}", "invalid UTF-8 at byte 9"},
      {"Latin1", text + "caf\xe9\"}", "invalid UTF-8 at byte 12"},
      {"Utf16", NulByte("\xff\xfe{", ""), "invalid UTF-8 at byte 0"},
      {"InvalidUtf8InAKey", "{\"text\":\"a\",\"\xff\":1}", "invalid UTF-8"},
      {"InvalidUtf8OutsideStrings", "{\"text\":\"a\"}\xff", "invalid UTF-8"},
      {"ArrayOfArrays", R"([[{"text":"a"}]])", "a JSON array, not an object"},
      {"ArrayWithANumber", R"([{"text":"a"},1])", "a JSON array, not an object"},
      {"EmptyArray", "[]", "a JSON array"},
      {"ArrayBegun", "[", improper},
      {"String", R"("text")", "not a JSON object but a string"},
      {"Number", "17", "not a JSON object but a number"},
      {"Null", "null", "not a JSON object but null"},
      {"True", "true", "not a JSON object but a boolean"},
      {"EmptyObject", "{}", "no field \"text\""},
      {"OtherField", R"({"content":"a","id":1})",
       "no field \"text\" (text_field); its fields: \"content\", \"id\""},
      {"ManyOtherFields",
       R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1})",
       "\"k\", \"l\" and others"},
      {"OtherCase", R"({"Text":"a"})", "no field \"text\""},
      {"FieldDeeper", R"({"a":{"text":"b"}})", "no field \"text\""},
      {"TextIsNull", R"({"text":null})", "field \"text\" is null, not a string"},
      {"TextIsANumber", R"({"text":1})", "field \"text\" is a number, not a string"},
      {"TextIsABoolean", R"({"text":true})", "field \"text\" is a boolean, not a string"},
      {"TextIsAnArrayOfNumbers", R"({"text":["a",1]})", "part 2 is a number, not a string"},
      {"TextIsAnEmptyArray", R"({"text":[]})", "field \"text\" is empty"},
      {"NanAsText", R"({"text":NaN})", "field \"text\" is null, not a string"},
      {"MisspelledNan", R"({"text":"a","b":nan})", "a word other than"},
      {"TextIsAnObject", R"({"text":{"a":"b"}})", "field \"text\" is an object, not a string"},
      {"TextIsEmpty", R"({"text":""})", "field \"text\" is empty"},
      {"TextTwice", R"({"text":"a","text":"b"})",
       "field \"text\" stands there twice"},  // taste-ok: stored
      {"TextTwiceByAnEscape", R"({"text":"a","te\u0078t":"b"})",
       "stands there twice"},  // taste-ok: stored
      {"IdTwice", R"({"text":"a","id":1,"id":2})",
       "field \"id\" stands there twice"},  // taste-ok: stored
      {"IdTooLong", R"({"text":"a","id":")" + std::string(1025, 'x') + "\"}",
       "field \"id\" has 1025 bytes, the limit is 1024"},
      {"Deep", R"({"text":"a","b":)" + std::string(1000, '[') + std::string(1000, ']') + "}",
       "nested too deep"},
      {"DeepAndUnclosed", std::string(100000, '['), "not valid JSON"},
      {"DeepObjects",
       [] {
         std::string deep;
         for (int i = 0; i < 100; ++i) deep += R"({"a":)";
         return deep + "1" + std::string(100, '}');
       }(),
       "nested too deep"},
      {"RecordMarkInside", "{\"text\":\x1e\"a\"}", "not valid JSON"},
      {"Csv", "id,text", "not valid JSON"},
      {"Html", "<html>", "not valid JSON"},
  };
}

class BadLineTest : public ::testing::TestWithParam<BadLine> {};

TEST_P(BadLineTest, IsReportedAndTheOthersAreKept) {
  TempDir dir;
  const std::string first = "{\"text\":\"first\"}\n";
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"),
                            absl::StrCat(first, GetParam().line, "\n{\"text\":\"last\"}\n")));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.jsonl")));

  ASSERT_EQ(records.size(), 3u);
  EXPECT_OK(records[0].status);
  EXPECT_EQ(records[0].text, "first");
  EXPECT_THAT(records[1].status, StatusIs(absl::StatusCode::kInvalidArgument, GetParam().reason));
  EXPECT_THAT(std::string(records[1].status.message()),
              HasSubstr(absl::StrCat(dir.Path("a.jsonl"), ":2: ")));
  EXPECT_EQ(records[1].text, "");
  EXPECT_EQ(records[1].provenance.line(), 2u);
  EXPECT_EQ(records[1].provenance.offset(), first.size());
  EXPECT_OK(records[2].status);
  EXPECT_EQ(records[2].text, "last");
}

INSTANTIATE_TEST_SUITE_P(All, BadLineTest, ::testing::ValuesIn(BadLines()),
                         [](const auto& info) { return info.param.name; });

TEST(Documents, DoNotBreakOffAtBadOnes) {
  TempDir dir;
  std::string all;
  const std::vector<BadLine> bad = BadLines();
  for (size_t i = 0; i < bad.size(); ++i) {
    absl::StrAppend(&all, bad[i].line, "\n{\"text\":\"", i, "\"}\n");
  }
  ASSERT_OK(WriteFileAtomic(dir.Path("a.json"), all));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.json")));

  ASSERT_EQ(records.size(), 2 * bad.size());
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_FALSE(records[2 * i].status.ok()) << bad[i].name;
    EXPECT_EQ(records[2 * i + 1].text, absl::StrCat(i)) << bad[i].name;
  }
}

TEST(BadLines, AreAtLeastSixty) { EXPECT_GE(BadLines().size(), 60u); }

// ---- Good lines of odd shapes. ----

struct GoodLine {
  std::string name;
  std::string line;
  std::string text;
};

class GoodLineTest : public ::testing::TestWithParam<GoodLine> {};

TEST_P(GoodLineTest, IsRead) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"), GetParam().line));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.jsonl")));

  ASSERT_EQ(records.size(), 1u);
  EXPECT_OK(records[0].status);
  EXPECT_EQ(records[0].text, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    All, GoodLineTest,
    ::testing::Values(
        GoodLine{"NoNewline", R"({"text":"a"})", "a"},
        GoodLine{"CarriageReturn", "{\"text\":\"a\"}\r\n", "a"},
        GoodLine{"SpacesAround", " \t{ \"text\" : \"a\" } \n", "a"},
        GoodLine{"ByteOrderMark", "\xef\xbb\xbf{\"text\":\"a\"}\n", "a"},
        GoodLine{"EmptyLinesAround", "\n\r\n  \n{\"text\":\"a\"}\n\n", "a"},
        GoodLine{"CommaBehind", "{\"text\":\"a\"},\n", "a"},
        GoodLine{"RecordMark", "\x1e{\"text\":\"a\"}\n", "a"},
        GoodLine{"OtherFields", R"({"a":[1,{"b":null}],"text":"a","c":-1.5e3,"d":true})", "a"},
        GoodLine{"OtherFieldsTwice", R"({"a":1,"a":2,"text":"a"})", "a"},
        GoodLine{"Escapes", R"({"text":"\"\\\/\b\f\n\r\t\u00e9"})", "\"\\/\b\f\n\r\t\xc3\xa9"},
        GoodLine{"EscapedNul", R"({"text":"a\u0000b"})", NulByte("a", "b")},
        GoodLine{"SurrogatePair", R"({"text":"\ud83d\ude00"})", "\xf0\x9f\x98\x80"},
        GoodLine{"OtherScripts", "{\"text\":\"\xe4\xbd\xa0\xe5\xa5\xbd\"}",
                 "\xe4\xbd\xa0\xe5\xa5\xbd"},
        GoodLine{"ControlTokens", R"({"text":"<|im_end|></document>[INST]"})",
                 "<|im_end|></document>[INST]"},
        GoodLine{"Nan", R"({"text":"a","b":NaN,"c":-Infinity})", "a"},
        GoodLine{"LoneSurrogateElsewhere", R"({"\udc00":"\ud800","text":"a"})", "a"},
        GoodLine{"FloatOutOfRange", R"({"text":"a","b":1e999})", "a"},
        GoodLine{"IntegerOutOfRange", R"({"text":"a","b":123456789012345678901})", "a"},
        GoodLine{"ListOfParts", R"({"text":["a",{"type":"text","text":"b"}]})", "a\n\nb"},
        GoodLine{"LargeIntegers",
                 R"({"text":"a","b":18446744073709551615,"c":-9223372036854775808})", "a"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace quipu::pipelines
