// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/rewritten_row.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "simdjson.h"

namespace quipu::pipelines {
namespace {

simdjson::dom::object Parse(const std::string& json, simdjson::dom::parser* parser) {
  return parser->parse(json).get_object().value();
}

TEST(WithoutFields, LeavesOutWhatIsNamed) {
  simdjson::dom::parser parser;
  const auto row = Parse(R"({"a":[1,{"b":null}],"b":"x","c":""})", &parser);

  EXPECT_EQ(WithoutFields(row, {"b", "d"}), R"({"a":[1,{"b":null}],"c":""})");
  EXPECT_EQ(WithoutFields(row, {"a", "b", "c"}), "{}");
}

TEST(WithoutFields, KeepsNamesThatJsonMustEscape) {
  simdjson::dom::parser parser;
  const auto row = Parse(R"({"say \"x\"\\y\n":1,"":2,"b":3})", &parser);

  EXPECT_EQ(WithoutFields(row, {"b"}), R"({"say \"x\"\\y\n":1,"":2})");
  EXPECT_EQ(WithoutFields(row, {"say \"x\"\\y\n", ""}), R"({"b":3})");
}

TEST(WithSmallNames, ChangesCapitalsAlone) {
  simdjson::dom::parser parser;
  EXPECT_EQ(WithSmallNames(Parse(R"({"Question":"Q","aNSWER \"b\"":{"C":1}})", &parser)),
            std::optional<std::string>(R"({"question":"Q","answer \"b\"":{"C":1}})"));
  EXPECT_EQ(WithSmallNames(Parse(R"({"question":"Q","d\u00c9":1})", &parser)), std::nullopt);
}

}  // namespace
}  // namespace quipu::pipelines
