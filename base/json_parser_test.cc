// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/json_parser.h"

#include <string>

#include "base/limits.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;

// Retains what it parsed, with the padding that the parser reads.
class Parsed {
 public:
  explicit Parsed(std::string text) : text_(std::move(text)) {
    const size_t size = text_.size();
    text_.resize(size + simdjson::SIMDJSON_PADDING);
    object_ = parser_.ParseObject(absl::string_view(text_.data(), size));
  }
  const absl::StatusOr<simdjson::dom::object>& object() const { return object_; }

 private:
  std::string text_;
  JsonParser parser_;
  absl::StatusOr<simdjson::dom::object> object_;
};

std::string Nested(int depth) {
  // The object itself is one level.
  return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

TEST(JsonParser, HoldsTheDepthLimit) {
  EXPECT_OK(Parsed(Nested(kMaxJsonDepth)).object());
  EXPECT_THAT(Parsed(Nested(kMaxJsonDepth + 1)).object(),
              StatusIs(absl::StatusCode::kInvalidArgument, "nested too deep, the limit is 64"));
  EXPECT_THAT(Parsed(Nested(100000)).object(),
              StatusIs(absl::StatusCode::kInvalidArgument, "nested too deep"));
}

TEST(JsonParser, TakesObjectsAlone) {
  EXPECT_THAT(Parsed("[{}]").object(),
              StatusIs(absl::StatusCode::kInvalidArgument, "a JSON array, not an object"));
  EXPECT_THAT(Parsed("\"a\"").object(), StatusIs(absl::StatusCode::kInvalidArgument, "a string"));
  EXPECT_THAT(Parsed("null").object(), StatusIs(absl::StatusCode::kInvalidArgument, "null"));
  EXPECT_OK(Parsed("{}").object());
  EXPECT_OK(Parsed(" \t{ } \r\n").object());
}

TEST(JsonParser, GrowsForLongerTexts) {
  JsonParser parser;
  for (const size_t size : {10, 100000, 10, 3000000}) {
    std::string text = "{\"a\":\"" + std::string(size, 'x') + "\"}";
    const size_t length = text.size();
    text.resize(length + simdjson::SIMDJSON_PADDING);
    ASSERT_OK_AND_ASSIGN(const auto object,
                         parser.ParseObject(absl::string_view(text.data(), length)));
    ASSERT_OK_AND_ASSIGN(const absl::string_view a, RequiredString(object, "a"));
    EXPECT_EQ(a.size(), size);
  }
}

TEST(JsonParser, FindsFieldsAndSaysWhatIsWrongWithThem) {
  const Parsed parsed(R"({"s":"x","n":null,"twice":1,"i":7,"twice":2,"a":[1]})");
  ASSERT_OK(parsed.object());
  const simdjson::dom::object& object = *parsed.object();

  EXPECT_THAT(RequiredString(object, "s"), IsOkAndHolds(absl::string_view("x")));
  EXPECT_THAT(OptionalString(object, "n"), IsOkAndHolds(absl::string_view()));
  EXPECT_THAT(OptionalString(object, "none"), IsOkAndHolds(absl::string_view()));
  EXPECT_THAT(RequiredString(object, "none"),
              StatusIs(absl::StatusCode::kInvalidArgument, "no field \"none\""));
  EXPECT_THAT(RequiredString(object, "n"),
              StatusIs(absl::StatusCode::kInvalidArgument, "field \"n\" is null, not a string"));
  EXPECT_THAT(RequiredString(object, "i"),
              StatusIs(absl::StatusCode::kInvalidArgument, "is a number, not a string"));
  EXPECT_THAT(Find(object, "twice").status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "\"twice\" stands there twice"));  // taste-ok: stored.
}

}  // namespace
}  // namespace quipu
