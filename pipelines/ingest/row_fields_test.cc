// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/row_fields.h"

#include <memory>
#include <string>
#include <utility>

#include "base/json_parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// An object and its fields; they last as long as this.
class Row {
 public:
  explicit Row(std::string json) : json_(std::move(json)) {
    const size_t size = json_.size();
    json_.resize(size + simdjson::SIMDJSON_PADDING);
    fields_ = std::make_unique<RowFields>(*parser_.ParseObject({json_.data(), size}));
  }
  RowFields* operator->() { return fields_.get(); }

 private:
  std::string json_;
  JsonParser parser_;
  std::unique_ptr<RowFields> fields_;
};

TEST(IsBlank, SeesThroughSpacesAndWhatHasNoWidth) {
  EXPECT_TRUE(IsBlank(""));
  EXPECT_TRUE(IsBlank(" \n\t\xc2\xa0\xe2\x80\x8b\xe3\x80\x80\xef\xbb\xbf"));
  EXPECT_FALSE(IsBlank(" .\xe2\x80\x8b"));
  EXPECT_FALSE(IsBlank("\xff"));
}

TEST(RowFields, HasWhatSaysSomething) {
  Row row(
      R"({"a":null,"b":"","c":"[]","d":"None","e":[],"f":{},"g":false,"h":"x","i":0,"j":"\u200b"})");

  for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "j", "absent"}) {
    EXPECT_FALSE(row->Has(key)) << key;
  }
  EXPECT_TRUE(row->Has("h"));
  EXPECT_TRUE(row->Has("i"));
}

TEST(RowFields, TakesOfSeveralNamesTheOneThatSaysSomething) {
  EXPECT_THAT(Row(R"({"output":"","answer":"x"})")->OneOf({"output", "answer"}),
              IsOkAndHolds(absl::string_view("answer")));
  EXPECT_THAT(Row(R"({"output":"x","answer":"x"})")->OneOf({"output", "answer"}),
              IsOkAndHolds(absl::string_view("output")));
  EXPECT_THAT(Row(R"({"output":null,"answer":""})")->OneOf({"output", "answer"}),
              IsOkAndHolds(absl::string_view("answer")));
  EXPECT_THAT(Row(R"({"output":"","answer":[]})")->OneOf({"output", "answer"}),
              IsOkAndHolds(absl::string_view("output")));
  EXPECT_THAT(Row("{}")->OneOf({"output", "answer"}), IsOkAndHolds(absl::string_view()));
}

TEST(RowFields, RefusesTwoValuesOfWhichOneWouldBeLost) {
  EXPECT_THAT(Row(R"({"output":"x","answer":"y"})")->OneOf({"output", "answer"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "\"output\" and \"answer\" have different values"));
}

TEST(RowFields, ListsWhatNobodyAskedFor) {
  Row row(R"({"z":1,"a":"x","nothing":null,"b":"y"})");
  EXPECT_OK(row->Find("a").status());

  EXPECT_THAT(row->Unused(), ElementsAre("z", "b"));
  EXPECT_OK(row->Find("z").status());
  EXPECT_OK(row->Find("b").status());
  EXPECT_THAT(row->Unused(), IsEmpty());
}

TEST(RowFields, RefusesWhatSaysSomething) {
  EXPECT_OK(Row(R"({"tools":"[]"})")->Refuse({"tools"}));
  EXPECT_THAT(Row(R"({"tools":"[{}]"})")->Refuse({"tools"}),
              StatusIs(absl::StatusCode::kInvalidArgument, "\"tools\" cannot be used"));
}

}  // namespace
}  // namespace quipu::pipelines
