// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/document_filter.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;

constexpr absl::string_view kRecord =
    R"({"text":"a b","lang":"en","n":42,"ok":true,"none":null,"tags":["law","tax"],)"
    R"("meta":{"url":"https://x.org/1"}})";

class DocumentFilterTest : public ::testing::Test {
 protected:
  // Whether a condition keeps kRecord.
  absl::StatusOr<bool> Keeps(const std::string& field, const std::string& pattern,
                             bool negate = false) {
    v1::DocumentInput input;
    v1::DocumentCondition& condition = *input.add_keep_if();
    condition.set_field(field);
    condition.set_pattern(pattern);
    condition.set_negate(negate);
    return KeepsAll(input);
  }

  absl::StatusOr<bool> KeepsAll(const v1::DocumentInput& input) {
    const absl::StatusOr<DocumentFilter> filter = DocumentFilter::Create(input.keep_if());
    if (!filter.ok()) return filter.status();
    const simdjson::dom::object object = parser_.parse(std::string(kRecord)).get_object();
    return filter->Keeps(&object, "a b");
  }

  simdjson::dom::parser parser_;
};

TEST_F(DocumentFilterTest, FindsThePatternAnywhereInTheField) {
  EXPECT_THAT(Keeps("lang", "n"), IsOkAndHolds(true));
  EXPECT_THAT(Keeps("lang", "^n"), IsOkAndHolds(false));
  EXPECT_THAT(Keeps("lang", "^en$"), IsOkAndHolds(true));
  EXPECT_THAT(Keeps("/meta/url", "x\\.org"), IsOkAndHolds(true));
  EXPECT_THAT(Keeps("tags", "(?m)^tax$"), IsOkAndHolds(true));
}

TEST_F(DocumentFilterTest, WithoutAFieldItIsTheText) {
  EXPECT_THAT(Keeps("", "^a b$"), IsOkAndHolds(true));
  EXPECT_THAT(Keeps("", "c"), IsOkAndHolds(false));
}

TEST_F(DocumentFilterTest, OtherValuesMatchByTheirJson) {
  EXPECT_THAT(Keeps("n", "^42$"), IsOkAndHolds(true));
  EXPECT_THAT(Keeps("ok", "^true$"), IsOkAndHolds(true));
}

TEST_F(DocumentFilterTest, NothingIsFoundInAFieldThatIsAbsent) {
  EXPECT_THAT(Keeps("none", ""), IsOkAndHolds(false));
  EXPECT_THAT(Keeps("absent", ""), IsOkAndHolds(false));
  EXPECT_THAT(Keeps("absent", "x", /*negate=*/true), IsOkAndHolds(true));
}

TEST_F(DocumentFilterTest, NegateKeepsWhereItIsNotFound) {
  EXPECT_THAT(Keeps("lang", "en", /*negate=*/true), IsOkAndHolds(false));
  EXPECT_THAT(Keeps("lang", "de", /*negate=*/true), IsOkAndHolds(true));
}

TEST_F(DocumentFilterTest, AllConditionsHaveToHold) {
  v1::DocumentInput input;
  input.add_keep_if()->set_pattern("a");
  EXPECT_THAT(KeepsAll(input), IsOkAndHolds(true));

  input.add_keep_if()->set_pattern("c");
  EXPECT_THAT(KeepsAll(input), IsOkAndHolds(false));
}

TEST_F(DocumentFilterTest, ADocumentMayHaveNoFields) {
  v1::DocumentInput input;
  input.add_keep_if()->set_field("lang");
  ASSERT_OK_AND_ASSIGN(const DocumentFilter filter, DocumentFilter::Create(input.keep_if()));

  EXPECT_THAT(filter.Keeps(nullptr, "a text"), IsOkAndHolds(false));
}

TEST_F(DocumentFilterTest, APatternThatIsNoneIsRefused) {
  EXPECT_THAT(Keeps("lang", "("), StatusIs(absl::StatusCode::kInvalidArgument,
                                           "keep_if.pattern: \"(\" is no RE2 pattern"));
}

}  // namespace
}  // namespace quipu::pipelines
