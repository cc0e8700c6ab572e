// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/decontaminator.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

std::string Passage() {
  std::string text;
  for (int i = 0; i < 80; ++i) absl::StrAppend(&text, "mill", i, " ");
  return text;
}

class DecontaminatorTest : public ::testing::Test {
 protected:
  DecontaminatorTest() : benchmarks_(v1::DecontaminationSpec()) {
    BenchmarkRecord record;
    record.name = "mills.jsonl:7";
    record.contexts = {"Too short.", Passage()};
    record.questions.push_back({"Which river drove the wheel of the old mill?", {"the Tay"}});
    benchmarks_.Add(record);
    record.name = "mills.jsonl:8";  // The same context, another question.
    record.questions[0].question = "Which town bought the wheel of the old mill?";
    benchmarks_.Add(record);
    benchmarks_.Finish();
  }

  Decontaminator benchmarks_;
};

TEST_F(DecontaminatorTest, NamesTheContextOfADocument) {
  EXPECT_EQ(benchmarks_.FindDocument("It begins. " + Passage()),
            "mills.jsonl:7: 1.00 of its context is in the document, 0.97 of the document in it, "
            "limit 0.50");
  EXPECT_EQ(benchmarks_.FindDocument("A text about looms and weavers."), std::nullopt);
}

TEST_F(DecontaminatorTest, NamesTheItemOfAPair) {
  EXPECT_EQ(benchmarks_.FindPair("Which river drove the wheel of the old mill?", "It was the Tay."),
            "mills.jsonl:7: 1.00 of its question, 1.00 of its answer, limit 0.60");
  EXPECT_EQ(benchmarks_.FindPair("Which river drove the wheel of the old mill?", "The Esk."),
            std::nullopt);
}

TEST_F(DecontaminatorTest, ComparesARowsPromptWithQuestionsAndItsRepliesWithAnswers) {
  v1::ShortRow row;
  const auto add = [&row](const char* role, const std::string& content) {
    v1::ChatMessage* message = row.add_messages();
    message->set_role(role);
    message->set_content(content);
  };
  add("user", "Hello");
  add("assistant", "Hello, what is your question?");
  add("user", Passage() + "Which town bought the wheel of the old mill?");
  add("assistant", "The Tay.");
  EXPECT_EQ(benchmarks_.FindRow(row),
            "mills.jsonl:8: 1.00 of its question, 1.00 of its answer, limit 0.60");

  row.mutable_messages(3)->set_content("Perth.");

  EXPECT_EQ(benchmarks_.FindRow(row), std::nullopt);
}

TEST_F(DecontaminatorTest, BoundsWhatAPlanSays) {
  const v1::DocumentPlan plan = PlanOfContaminated("0123456789abcdef", std::string(5000, 'x'));

  EXPECT_EQ(plan.document_id(), "0123456789abcdef");
  EXPECT_EQ(plan.no_chunk(), v1::NO_CHUNK_REASON_CONTAMINATED);
  EXPECT_EQ(plan.contaminated_by().size(), 300u);
}

TEST_F(DecontaminatorTest, SummarisesWhatItHas) {
  EXPECT_EQ(benchmarks_.Summary().substr(0, 66),
            "1 contexts (2 under 50 words not compared), 2 questions, 0.0 MB");
}

}  // namespace
}  // namespace quipu::generator
