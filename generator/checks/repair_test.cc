// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/repair.h"

#include <string>

#include "generator/checks/source_references.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

struct Case {
  const char* text;
  const char* repaired;
};

TEST(Repair, CutsLeadIns) {
  for (const Case& c : {
           Case{"According to the excerpt, the mill is old.", "The mill is old."},
           {"Based on the given text, who sold the mill?", "Who sold the mill?"},
           {"According to the sentence, it cost 5 soles.", "It cost 5 soles."},
           {"Based on the information provided, it is old.", "It is old."},
           {"The excerpt states that the mill is old.", "The mill is old."},
           {"Excerpt states that it is old.", "It is old."},
           {"In the document, what is a knot?", "What is a knot?"},
           {"As stated in the passage, knots are old.", "Knots are old."},
           {"It is old. The text also says that it was sold.", "It is old. It was sold."},
           {"According to this passage it was sold. According to the text, it is old.",
            "It was sold. It is old."},
           {"Answer: the mill.", "The mill."},
           {"According to the excerpt, école is a word.", "École is a word."},
       }) {
    EXPECT_EQ(RepairText(c.text, /*is_question=*/false).value_or("unchanged"), c.repaired);
  }
}

TEST(Repair, CutsEndings) {
  for (const Case& c : {
           Case{"What is the purpose of the tool described in the excerpt?",
                "What is the purpose of the tool?"},
           {"What is the role of the mill, as described in the excerpt?",
            "What is the role of the mill?"},
           {"Who sold the mill according to the text?", "Who sold the mill?"},
           {"Which three mills are listed as old in the document?",
            "Which three mills are listed as old?"},
           {"Which of the mills described in the text is the oldest?",
            "Which of the mills is the oldest?"},
           {"What is the fee that is mentioned in the text?", "What is the fee?"},
       }) {
    EXPECT_EQ(RepairText(c.text, /*is_question=*/true).value_or("unchanged"), c.repaired);
  }
  EXPECT_EQ(RepairText("It is old, as mentioned in the text, and was sold.", false).value_or(""),
            "It is old, and was sold.");
}

TEST(Repair, LeavesWhatNeedsTheSource) {
  for (const char* question : {
           "How is the mill described in the excerpt?",
           "Which mills are mentioned in the text?",
           "What is in the document?",
           "What does the excerpt say about the mill?",
           "Where is the mill mentioned in the passage?",
           "What is the text file for?",
           "What in the text is old?",
           "Who sold the mill?",
           "In the text?",
       }) {
    EXPECT_FALSE(RepairText(question, /*is_question=*/true).has_value())
        << *RepairText(question, /*is_question=*/true);
  }
  EXPECT_FALSE(RepairText("It was sold in spring.", false).has_value());
  EXPECT_FALSE(RepairText("According to the excerpt,", false).has_value());
}

TEST(Repair, LeavesNothingThatTheFiltersRefuse) {
  QuestionAnswer pair = {"What is the age of the mill mentioned in the excerpt?",
                         "According to the text, the mill is old."};
  ASSERT_TRUE(RepairPair(&pair));

  EXPECT_EQ(pair.question, "What is the age of the mill?");
  EXPECT_EQ(pair.answer, "The mill is old.");
  EXPECT_EQ(FindSourceReference(pair.question, true), "");
  EXPECT_EQ(FindSourceReference(pair.answer, false), "");
  EXPECT_FALSE(RepairPair(&pair));
}

}  // namespace
}  // namespace quipu::generator
