// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/prompt_validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "generator/spec/run_spec.h"

namespace quipu::generator {
namespace {

using testing::HasSubstr;

// The faults of a spec with this text.
std::string FaultsOf(absl::string_view text) {
  const absl::StatusOr<v1::RunSpec> spec = ParseRunSpec(text, "a");
  EXPECT_TRUE(spec.ok()) << spec.status();
  if (!spec.ok()) return "";
  Faults faults;
  CheckPlaceholderNames(*spec, &faults);
  return std::string(faults.ToStatus().message());
}

TEST(CheckPlaceholderNames, RefusesMisspeltOnes) {
  EXPECT_EQ(FaultsOf("generation { long_prompt: \"Ask {sentance}, {sentance}\" }"),
            "generation.long_prompt: {sentance}, want {sentence} or {language}");
  EXPECT_EQ(FaultsOf("verification { second_prompt: \"{Question} {question}\" }"),
            "verification.second_prompt: {Question}, want {question} or {language}");
}

TEST(CheckPlaceholderNames, RefusesThoseOfOtherPrompts) {
  EXPECT_EQ(FaultsOf("generation { short_prompt: \"{document}\" }"),
            "generation.short_prompt: {document}, want {sentence} or {language}");
  EXPECT_EQ(FaultsOf("generation { summary_prompt: \"{chunk}\" }"),
            "generation.summary_prompt: {chunk}, want {language}");
  EXPECT_EQ(FaultsOf("instances { long_prompt: \"{document} {question} {sentence}\" }"),
            "instances.long_prompt: {sentence}, want {document} or {question} or {language}");
  EXPECT_THAT(FaultsOf("generation { language_prompts { language: \"de\" } language_prompts { "
                       "language: \"fr\" row_long_prompt: \"{chunk}\" } }"),
              HasSubstr("generation.language_prompts[1].row_long_prompt: {chunk}"));
}

TEST(CheckPlaceholderNames, TakesTheRightOnesAndOtherBraces) {
  EXPECT_EQ(FaultsOf(""), "");
  EXPECT_EQ(FaultsOf("generation { long_prompt: \"{sentence} {language} {} {x} {\\\"q\\\": 1} "
                     "\\\\frac{alpha}{beta}\" extracted_prompt: \"{sentence} {answer}\" }"),
            "");
}

TEST(CheckPlaceholderNames, IsPartOfTheSpecsChecks) {
  const absl::StatusOr<v1::RunSpec> spec =
      ParseRunSpec("generation { long_prompt: \"{sentance}\" }", "a");
  ASSERT_TRUE(spec.ok()) << spec.status();
  for (const absl::Status& status : {ValidateRunSpec(*spec), ValidatePairSpec(*spec)}) {
    EXPECT_THAT(std::string(status.message()), HasSubstr("{sentance}, want {sentence}"));
  }
}

}  // namespace
}  // namespace quipu::generator
