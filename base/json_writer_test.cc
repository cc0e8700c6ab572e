// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/json_writer.h"

#include <cstring>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using ::quipu::testing::StatusIs;

std::string DoubleText(double value) {
  std::string out;
  JsonWriter json(&out);
  json.Double(value);
  EXPECT_OK(json.Finish());
  return out;
}

std::string StringText(absl::string_view value) {
  std::string out;
  JsonWriter json(&out);
  json.String(value);
  EXPECT_OK(json.Finish());
  return out;
}

void WriteAll(JsonWriter* json) {
  json->BeginObject();
  json->Key("b").String("x").Key("a").Int(-1).Key("u").Uint(18446744073709551615u);
  json->Key("d").Double(0).Key("t").Bool(true).Key("f").Bool(false);
  json->Key("list")
      .BeginArray()
      .Int(1)
      .BeginObject()
      .EndObject()
      .BeginArray()
      .EndArray()
      .EndArray();
  json->Key("ids").Ints({1, -100, 2147483647}).Key("none").Ints({});
  json->EndObject();
}

TEST(JsonWriter, WritesOneLineInTheOrderOfTheCalls) {
  std::string out = "before ";
  JsonWriter json(&out);
  WriteAll(&json);

  EXPECT_OK(json.Finish());
  EXPECT_EQ(out,
            "before "
            "{\"b\":\"x\",\"a\":-1,\"u\":18446744073709551615,\"d\":0.0,\"t\":true,"
            "\"f\":false,\"list\":[1,{},[]],\"ids\":[1,-100,2147483647],\"none\":[]"
            "}");
}

TEST(JsonWriter, Indents) {
  std::string out;
  JsonWriter json(&out, 2);
  WriteAll(&json);

  EXPECT_OK(json.Finish());
  EXPECT_EQ(out,
            "{\n  \"b\": \"x\",\n  \"a\": -1,\n  \"u\": "
            "18446744073709551615,\n  \"d\": 0.0,\n"
            "  \"t\": true,\n  \"f\": false,\n  \"list\": [\n    1,\n    {},\n "
            "   []\n  ],\n"
            "  \"ids\": [1,-100,2147483647],\n  \"none\": []\n}");
}

TEST(JsonWriter, WritesDoublesShortestAndNeverAsIntegers) {
  EXPECT_EQ(DoubleText(0), "0.0");
  EXPECT_EQ(DoubleText(-0.0), "-0.0");
  EXPECT_EQ(DoubleText(1), "1.0");
  EXPECT_EQ(DoubleText(-3), "-3.0");
  EXPECT_EQ(DoubleText(0.1), "0.1");
  EXPECT_EQ(DoubleText(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(DoubleText(123456789), "123456789.0");
  EXPECT_EQ(DoubleText(1e22), "1e+22");
  EXPECT_EQ(DoubleText(1e-7), "1e-07");
  EXPECT_EQ(DoubleText(5e-324), "5e-324");
  EXPECT_EQ(DoubleText(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
}

TEST(JsonWriter, WritesDoublesThatReadBackTheSame) {
  Rng rng(::quipu::testing::TestFingerprint(), "doubles");
  JsonParser parser;
  for (int i = 0; i < 20000; ++i) {
    const uint64_t bits = rng.Next();
    double value;
    std::memcpy(&value, &bits, sizeof(value));
    if (value - value != 0) continue;
    std::string text = absl::StrCat("{\"a\":", DoubleText(value), "}");
    const size_t size = text.size();
    text.resize(size + simdjson::SIMDJSON_PADDING);
    ASSERT_OK_AND_ASSIGN(const auto object, parser.ParseObject({text.data(), size}));
    ASSERT_OK_AND_ASSIGN(const auto element, Required(object, "a"));
    ASSERT_TRUE(element.is_double()) << text;
    EXPECT_EQ(double{element.get_double().value_unsafe()}, value) << text;
  }
}

TEST(JsonWriter, EscapesWhatMustBeAndNothingElse) {
  EXPECT_EQ(StringText("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
  EXPECT_EQ(StringText("\n\r\t\b\f"), "\"\\n\\r\\t\\b\\f\"");
  EXPECT_EQ(StringText(absl::string_view("\0\x01\x1f", 3)), "\"\\u0000\\u0001\\u001f\"");
  EXPECT_EQ(StringText("\x7f\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80<>&'"),
            "\"\x7f\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80<>&'\"");
  EXPECT_EQ(StringText(""), "\"\"");
}

TEST(JsonWriter, WritesStringsThatReadBackTheSame) {
  JsonParser parser;
  for (int c = 0; c < 0x80; ++c) {
    const std::string value = absl::StrCat("a", std::string(1, static_cast<char>(c)), "b");
    std::string text = absl::StrCat("{\"a\":", StringText(value), "}");
    const size_t size = text.size();
    text.resize(size + simdjson::SIMDJSON_PADDING);
    ASSERT_OK_AND_ASSIGN(const auto object, parser.ParseObject({text.data(), size}));
    ASSERT_OK_AND_ASSIGN(const absl::string_view read, RequiredString(object, "a"));
    EXPECT_EQ(read, value);
  }
}

TEST(JsonWriter, RefusesWhatJsonCannotSay) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {infinity, -infinity}) {
    std::string out;
    JsonWriter json(&out);
    json.BeginObject().Key("gain").Double(value).EndObject();
    EXPECT_THAT(json.Finish(),
                StatusIs(absl::StatusCode::kInvalidArgument, "field \"gain\" is infinite"));
  }
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("text").String("\xff").Key("b").Double(infinity).EndObject();
  EXPECT_THAT(json.Finish(),
              StatusIs(absl::StatusCode::kInvalidArgument, "field \"text\" is not valid UTF-8"));
}

}  // namespace
}  // namespace quipu
