// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Shapes of rows in a format that the spec names; row_shapes_test has those that the keys decide.
#include "pipelines/ingest/row_shape.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;
using Format = v1::ShortInput;

// The shape, without what it points to in the row.
absl::StatusOr<RowShape> Shape(const std::string& json, Format::Format format) {
  simdjson::dom::parser parser;
  simdjson::dom::object row;
  if (parser.parse(json).get(row) != simdjson::SUCCESS) {
    return absl::InternalError("the test's row is no object");
  }
  return ShapeOf(row, format);
}

TEST(ShapeOf, IsTheFormatThatTheSpecNames) {
  const std::string row = R"({"messages":[],"conversations":[],"prompt":"Q","completion":"A"})";
  for (const Format::Format format :
       {Format::MESSAGES, Format::PROMPT_COMPLETION, Format::ALPACA, Format::SHAREGPT}) {
    ASSERT_OK_AND_ASSIGN(const RowShape shape, Shape(row, format));
    EXPECT_EQ(shape.format, format);
    EXPECT_FALSE(shape.texts);
    EXPECT_FALSE(shape.pair.has_value());
  }
  EXPECT_THAT(Shape(row, static_cast<Format::Format>(99)),
              StatusIs(absl::StatusCode::kInvalidArgument, "unknown format 99"));
}

TEST(ShapeOf, ShareGptTakesTheListThatTheRowHas) {
  const auto list = [](const char* json) { return Shape(json, Format::SHAREGPT)->list; };
  EXPECT_EQ(list(R"({"chat":[{"from":"human","value":"Q"}]})"), "chat");
  EXPECT_EQ(list(R"({"conversations":[],"turns":[{"from":"human","value":"Q"}]})"), "turns");
  EXPECT_EQ(list(R"({"conversations":[]})"), "conversations");
  EXPECT_EQ(list(R"({"other":1})"), "conversations") << "which a row must have";
  ASSERT_OK_AND_ASSIGN(const RowShape texts, Shape(R"({"data":["Q","A"]})", Format::SHAREGPT));
  EXPECT_EQ(texts.list, "data");
  EXPECT_TRUE(texts.texts);
  EXPECT_FALSE(Shape(R"({"data":["Q",1]})", Format::SHAREGPT)->texts);
  EXPECT_FALSE(Shape(R"({"data":["Q"]})", Format::SHAREGPT)->texts) << "no answer";
}

TEST(ShapeOf, AlpacaMayHaveOtherNames) {
  ASSERT_OK_AND_ASSIGN(const RowShape shape,
                       Shape(R"({"inputs":"Q","targets":"A"})", Format::ALPACA));
  ASSERT_TRUE(shape.pair.has_value());
  EXPECT_EQ(shape.pair->question, "inputs");
  EXPECT_EQ(shape.pair->answer, "targets");
}

}  // namespace
}  // namespace quipu::pipelines
