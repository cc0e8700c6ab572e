// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/lenient_json.h"

#include <string>
#include <utility>

#include "base/json_parser.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;

std::string Repaired(absl::string_view text) {
  bool half = false;
  return RepairJson(text, &half);
}

class LenientJsonTest : public ::testing::Test {
 protected:
  absl::StatusOr<simdjson::dom::object> Parse(std::string text) {
    text_ = std::move(text);
    const size_t size = text_.size();
    text_.resize(size + simdjson::SIMDJSON_PADDING);
    return parser_.Parse(absl::string_view(text_.data(), size));
  }

  std::string text_;
  LenientJsonParser parser_;
};

TEST_F(LenientJsonTest, ReadsWordsOfPythonAsNull) {
  EXPECT_EQ(Repaired(R"({"a":NaN,"b":[Infinity, -Infinity],"c":"NaN"})"),
            R"({"a":null,"b":[null, null],"c":"NaN"})");
  ASSERT_OK_AND_ASSIGN(const auto object, Parse(R"({"text":"a","b":NaN})"));
  EXPECT_OK(RequiredString(object, "text"));
}

TEST_F(LenientJsonTest, ReadsNumbersBeyond64BitsAsTheirDigits) {
  EXPECT_EQ(Repaired(R"({"a":18446744073709551616,"b":-9223372036854775809,"c":1e999})"),
            R"({"a":"18446744073709551616","b":"-9223372036854775809","c":"1e999"})");
  EXPECT_EQ(Repaired("{\"a\":18446744073709551615,\"b\":-9223372036854775808,\"c\":1e308}"),
            "{\"a\":18446744073709551615,\"b\":-9223372036854775808,\"c\":1e308}");
}

TEST_F(LenientJsonTest, MarksHalvesOfSurrogatePairs) {
  ASSERT_OK_AND_ASSIGN(const auto object,
                       Parse(R"({"a":"x\ud800","b":"\udc00\ud83d\ude00","c":"good"})"));
  ASSERT_OK_AND_ASSIGN(const absl::string_view a, RequiredString(object, "a"));
  ASSERT_OK_AND_ASSIGN(const absl::string_view b, RequiredString(object, "b"));
  ASSERT_OK_AND_ASSIGN(const absl::string_view c, RequiredString(object, "c"));

  EXPECT_TRUE(parser_.HasHalfSurrogate(a));
  EXPECT_TRUE(parser_.HasHalfSurrogate(b));
  EXPECT_FALSE(parser_.HasHalfSurrogate(c));
  EXPECT_EQ(parser_.ReplaceHalfSurrogates(a), "x\xef\xbf\xbd");
  EXPECT_EQ(parser_.ReplaceHalfSurrogates(b), "\xef\xbf\xbd\xf0\x9f\x98\x80");
}

TEST_F(LenientJsonTest, DoesNotTakeANoncharacterOfTheTextForOne) {
  ASSERT_OK_AND_ASSIGN(const auto object, Parse("{\"a\":\"\xef\xb7\x90\"}"));
  ASSERT_OK_AND_ASSIGN(const absl::string_view a, RequiredString(object, "a"));
  EXPECT_FALSE(parser_.HasHalfSurrogate(a));
  EXPECT_EQ(parser_.ReplaceHalfSurrogates(a), a);
}

TEST_F(LenientJsonTest, IsStrictAboutEverythingElse) {
  for (const char* const text :
       {R"({"a":nan})", R"({"a":01})", R"({"a":1.})", R"({"a":+1})", R"({"a":'b'})",
        R"({"a":undefined})", R"({"a":1}x)", R"({"a":"\x41"})", R"({"a":NaNs})", "{", "[NaN]"}) {
    EXPECT_THAT(Parse(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST_F(LenientJsonTest, ReportsTheErrorOfTheTextAsItIs) {
  EXPECT_THAT(Parse(R"({"a":NaN,"b":"c)"),
              StatusIs(absl::StatusCode::kInvalidArgument, "without its closing quote"));
}

}  // namespace
}  // namespace quipu::pipelines
