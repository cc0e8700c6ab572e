// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/dedup.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

v1::Result Asked(uint32_t index, const std::string& question) {
  v1::Result result;
  result.mutable_task()->set_index(index);
  result.mutable_task()->set_id(std::string(16, static_cast<char>('a' + index)));
  result.set_question(question);
  result.set_answer("So.");
  return result;
}

std::vector<uint32_t> Indices(const std::vector<v1::Result>& results) {
  std::vector<uint32_t> indices;
  for (const v1::Result& result : results) indices.push_back(result.task().index());
  return indices;
}

TEST(RejectDuplicates, RejectsTheLaterOfTwoAlike) {
  const std::vector<v1::Result> results = {
      Asked(0, "What is the default umask?"), Asked(1, "Who maintains dpkg?"),
      Asked(2, "What's the default of umask?"), Asked(3, "Who maintained the dpkg?")};
  const std::vector<v1::Result> rejected = RejectDuplicates(results, {});
  EXPECT_EQ(Indices(rejected), (std::vector<uint32_t>{2, 3}));
  EXPECT_EQ(rejected[0].reject().reason(), v1::REJECT_REASON_DUPLICATE_QUESTION);
  EXPECT_THAT(rejected[0].reject().detail(), ::testing::HasSubstr("6161616161"));
  EXPECT_EQ(rejected[0].answer(), "So.");
}

TEST(RejectDuplicates, TellsNumbersApart) {
  EXPECT_TRUE(
      RejectDuplicates({Asked(0, "What is runlevel 1?"), Asked(1, "What is runlevel 5?")}, {})
          .empty());
}

TEST(RejectDuplicates, DoesNotCompareWithRejects) {
  std::vector<v1::Result> results = {Asked(0, "Who maintains dpkg?"),
                                     Asked(1, "Who maintains dpkg?")};
  results[0].mutable_reject()->set_reason(v1::REJECT_REASON_VERDICT);
  EXPECT_TRUE(RejectDuplicates(results, {}).empty());
}

TEST(RejectDuplicates, ComparesQuestionsOfStopWordsByAllWords) {
  EXPECT_EQ(
      RejectDuplicates({Asked(0, "Why not?"), Asked(1, "Who is it?"), Asked(2, "why NOT")}, {})
          .size(),
      1u);
}

TEST(RejectDuplicates, IsIdempotent) {
  std::vector<v1::Result> results = {Asked(0, "Who maintains dpkg?"),
                                     Asked(1, "Who maintains dpkg?"), Asked(2, "Why?")};
  for (const v1::Result& rejected : RejectDuplicates(results, {})) {
    results[rejected.task().index()] = rejected;
  }
  EXPECT_TRUE(RejectDuplicates(results, {}).empty());
}

TEST(RejectDuplicates, KeepsToTheSpecsOverlap) {
  v1::FilterSpec spec;
  const std::vector<v1::Result> results = {Asked(0, "Which editor opens configuration files?"),
                                           Asked(1, "Which editor opens log files?")};
  EXPECT_TRUE(RejectDuplicates(results, spec).empty());
  spec.set_duplicate_overlap(0.5);
  EXPECT_EQ(RejectDuplicates(results, spec).size(), 1u);
}

TEST(RejectDuplicates, TakesHalfAQuestionWhereTheAnswersAreTheSame) {
  const char* const procedure = "Use the dbgsym-migration switch of dh_strip to convert them.";
  std::vector<v1::Result> results = {
      Asked(0, "How are manual debug packages converted to dbgsym packages?"),
      Asked(1, "How does one convert old manual dbg packages to new dbgsym?")};
  EXPECT_TRUE(RejectDuplicates(results, {}).empty());

  for (v1::Result& result : results) result.set_answer(procedure);

  EXPECT_EQ(Indices(RejectDuplicates(results, {})), std::vector<uint32_t>{1});
}

TEST(RejectDuplicates, KeepsOtherQuestionsWithTheSameAnswer) {
  std::vector<v1::Result> results = {Asked(0, "Who founded Debian?"),
                                     Asked(1, "Whose name is in \"ian\"?")};
  for (v1::Result& result : results) result.set_answer("Ian Murdock");

  EXPECT_TRUE(RejectDuplicates(results, {}).empty());
}

v1::Result Answered(uint32_t index, const std::string& question, const std::string& answer) {
  v1::Result result = Asked(index, question);
  result.set_answer(answer);
  return result;
}

TEST(RejectDuplicates, TakesAPartOfAnotherPairForTheSame) {
  const v1::Result whole =
      Answered(0, "What mentalities do the developers and the testers of a product have?",
               "Developers build something new, and testers find its problems to improve it.");
  const v1::Result part = Answered(1, "What mentality do testers have?", "Testers find problems.");
  EXPECT_EQ(Indices(RejectDuplicates({whole, part}, {})), std::vector<uint32_t>{1});
}

TEST(RejectDuplicates, KeepsPartsWithOtherNumbersOrAnotherAnswer) {
  const v1::Result of_circuits = Answered(
      0, "How many days did the Senate take to confirm a nominee to a circuit court?", "9.0 days");
  const v1::Result of_districts =
      Answered(1, "How long did a court nominee wait for the Senate?", "8.0 days");
  const v1::Result other = Answered(2, "When was a circuit court nominee confirmed?", "in May");
  EXPECT_TRUE(RejectDuplicates({of_circuits, of_districts, other}, {}).empty());
}

TEST(RejectDuplicates, KeepsPartsWhereOnlyTheSameQuestionIsADuplicate) {
  v1::FilterSpec spec;
  spec.set_duplicate_overlap(1);
  EXPECT_TRUE(RejectDuplicates({Answered(0, "What do testers of a product do?",
                                         "Testers find its problems to improve it."),
                                Answered(1, "What do testers do?", "Testers find problems.")},
                               spec)
                  .empty());
}

}  // namespace
}  // namespace quipu::generator
