// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/json_fields.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;

class JsonFieldsTest : public ::testing::Test {
 protected:
  simdjson::dom::object Parse(std::string text) {
    text_ = std::move(text);
    const size_t size = text_.size();
    text_.resize(size + simdjson::SIMDJSON_PADDING);
    absl::StatusOr<simdjson::dom::object> object =
        parser_.ParseObject(absl::string_view(text_.data(), size));
    EXPECT_OK(object.status());
    return *object;
  }
  absl::StatusOr<std::string> Text(std::string json, absl::string_view field) {
    return TextOf(Parse(std::move(json)), field);
  }
  absl::StatusOr<std::string> Metadata(std::string json, const std::vector<std::string>& names) {
    google::protobuf::RepeatedPtrField<std::string> fields(names.begin(), names.end());
    return MetadataOf(Parse(std::move(json)), fields);
  }

  std::string text_;
  JsonParser parser_;
};

TEST_F(JsonFieldsTest, FollowsPointers) {
  const std::string json =
      R"({"a":{"b":[{"c":"deep"},"x"],"":"empty","d/e":"slash","f~g":"tilde"}})";
  EXPECT_THAT(Text(json, "/a/b/0/c"), IsOkAndHolds(std::string("deep")));
  EXPECT_THAT(Text(json, "/a/b/1"), IsOkAndHolds(std::string("x")));
  EXPECT_THAT(Text(json, "/a/"), IsOkAndHolds(std::string("empty")));
  EXPECT_THAT(Text(json, "/a/d~1e"), IsOkAndHolds(std::string("slash")));
  EXPECT_THAT(Text(json, "/a/f~0g"), IsOkAndHolds(std::string("tilde")));
  for (const absl::string_view field : {"/a/c", "/a/b/2", "/a/b/x", "/a/b/0/c/d", "/b", "b"}) {
    EXPECT_THAT(Text(json, field), StatusIs(absl::StatusCode::kInvalidArgument,
                                            absl::StrCat("no field \"", field, "\"")));
  }
}

TEST_F(JsonFieldsTest, JoinsListsOfParts) {
  EXPECT_THAT(Text(R"({"t":["a","b"]})", "t"), IsOkAndHolds(std::string("a\n\nb")));
  EXPECT_THAT(Text(R"({"t":[{"text":"a"},null,"",{"text":"b","type":"text"}]})", "t"),
              IsOkAndHolds(std::string("a\n\nb")));
  EXPECT_THAT(Text(R"({"t":["a",1]})", "t"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "field \"t\": part 2 is a number, not a string or an object with"));
  EXPECT_THAT(Text(R"({"t":[{"image":"b"}]})", "t"),
              StatusIs(absl::StatusCode::kInvalidArgument, "part 1 is an object"));
  EXPECT_THAT(Text(R"({"t":[]})", "t"),
              StatusIs(absl::StatusCode::kInvalidArgument, "field \"t\" is empty"));
}

TEST_F(JsonFieldsTest, PartsKeepTheirTitles) {
  EXPECT_THAT(Text(R"({"t":[{"title":"One","text":"a"},{"title":" Two ","text":"b"}]})", "t"),
              IsOkAndHolds(std::string("One\n\na\n\nTwo\n\nb")));
  // Of paragraphs, each of which names its section; of a text that begins with it.
  EXPECT_THAT(Text(R"({"t":[{"section":"S","text":"a"},{"section":"S","text":"b"},"c",)"
                   R"({"heading":"H","section":"U","text":" H\nd"}]})",
                   "t"),
              IsOkAndHolds(std::string("S\n\na\n\nb\n\nc\n\nU\n\n H\nd")));
  // A section of sections, and one without anything.
  EXPECT_THAT(Text(R"({"t":[{"title":"2","text":""},{"title":"2.1","text":"a"},)"
                   R"({"title":"3","text":""}]})",
                   "t"),
              IsOkAndHolds(std::string("2\n\n2.1\n\na")));
  EXPECT_THAT(Text(R"({"t":[{"title":7,"heading":null,"section":["x"],"text":"a"}]})", "t"),
              IsOkAndHolds(std::string("a")));
  EXPECT_THAT(Text(R"({"t":[{"title":"One","text":""}]})", "t"),
              StatusIs(absl::StatusCode::kInvalidArgument, "field \"t\" is empty"));
}

TEST_F(JsonFieldsTest, KeepsMetadataAsItIs) {
  EXPECT_THAT(Metadata(R"({"url":"http://a/\u00e9","n":{"score":0.5,"tags":["x",1]},"z":null})",
                       {"n", "/n/score", "url", "z", "absent"}),
              IsOkAndHolds(std::string("{\"n\":{\"score\":0.5,\"tags\":[\"x\",1]},\"/n/score\":0.5,"
                                       "\"url\":\"http://a/\xc3\xa9\"}")));
  EXPECT_THAT(Metadata(R"({"a":1})", {}), IsOkAndHolds(std::string()));
  EXPECT_THAT(Metadata(R"({"a":1})", {"b"}), IsOkAndHolds(std::string()));
}

TEST_F(JsonFieldsTest, HoldsTheLimitOfMetadata) {
  const auto of_size = [](size_t size) {  // {"a":"..."}
    return absl::StrCat("{\"a\":\"", std::string(size - 8, 'x'), "\"}");
  };
  EXPECT_OK(Metadata(of_size(kMaxMetadataBytes), {"a"}));
  EXPECT_THAT(Metadata(of_size(kMaxMetadataBytes + 1), {"a"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       absl::StrCat("metadata_fields have ", kMaxMetadataBytes + 1, " bytes")));
}

}  // namespace
}  // namespace quipu::pipelines
