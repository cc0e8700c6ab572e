// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/row_material.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/fingerprint.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::StatusIs;

constexpr char kText[] = "One is first. Two is second. Three is third. Four is fourth.";

class RowMaterialTest : public ::testing::Test {
 protected:
  RowMaterialTest() {
    document_.set_id(FingerprintOf("a").ToBytes());
    document_.set_text(kText);
    other_.set_id(FingerprintOf("b").ToBytes());
    other_.set_text("Another text.");
    sample_.mutable_task()->set_id(FingerprintOf("task").ToBytes());
    sample_.mutable_task()->set_document_id(document_.id());
    sample_.mutable_task()->mutable_chunk()->set_begin(14);
    sample_.mutable_task()->mutable_chunk()->set_end(44);
    sample_.mutable_task()->set_form(v1::ANSWER_FORM_LONG);
    sample_.set_question("What is second?");
    sample_.set_answer("Two.");
    details_.set_document_id(document_.id());
    details_.set_delimiter("document");
    details_.mutable_context_span()->set_end(document_.text().size());
    AddSpan(14, 28, details_.add_evidence());
    records_.source_id = sample_.task().id();
    records_.document = &document_;
    records_.pairs = {&sample_};
  }

  static void AddSpan(uint32_t begin, uint32_t end, v1::Span* span) {
    span->set_begin(begin);
    span->set_end(end);
  }

  void AddPart(const v1::Document& document, uint32_t end) {
    v1::ContextPart& part = *details_.add_context();
    part.set_document_id(document.id());
    part.mutable_span()->set_end(end);
    records_.context.push_back(&document);
  }

  absl::StatusOr<RowMaterial> Material() const { return MaterialOf(details_, records_, spec_); }

  void ExpectInvalid(absl::string_view message) const {
    EXPECT_THAT(Material().status(),
                StatusIs(absl::StatusCode::kInvalidArgument, std::string(message)));
  }

  v1::RunSpec spec_;
  v1::Document document_;
  v1::Document other_;
  v1::Result sample_;
  v1::LongDetails details_;
  RowRecords records_;
};

TEST_F(RowMaterialTest, OfOneDocumentIsItsContext) {
  details_.mutable_context_span()->set_begin(5);
  ASSERT_OK_AND_ASSIGN(const RowMaterial material, Material());

  ASSERT_EQ(material.blocks.size(), 1u);
  EXPECT_EQ(material.blocks[0].text, document_.text().substr(5));
  EXPECT_EQ(material.blocks[0].Find({14, 20})->begin, 9u);
  EXPECT_FALSE(material.blocks[0].Find({0, 6}).has_value());
  ASSERT_EQ(material.turns.size(), 1u);
  EXPECT_EQ(material.turns[0].place.begin, 9u);
  EXPECT_EQ(material.turns[0].place.end, 39u);
}

TEST_F(RowMaterialTest, WithoutItsEvidenceSaysSo) {
  details_.set_row_kind(v1::ROW_KIND_UNANSWERABLE);
  AddSpan(45, 60, details_.add_other_places());
  ASSERT_OK_AND_ASSIGN(const RowMaterial material, Material());

  EXPECT_EQ(material.blocks[0].text, "One is first. Three is third.");
  EXPECT_EQ(material.blocks[0].Find({29, 34})->begin, 14u);
  EXPECT_EQ(material.turns[0].place.begin, material.turns[0].place.end);
  EXPECT_EQ(material.turns[0].question, "What is second?");
  EXPECT_TRUE(absl::StrContains(material.turns[0].answer, "text"));
  ASSERT_EQ(material.absent.size(), 2u);
  EXPECT_EQ(material.absent[0], "Two is second.");
}

TEST_F(RowMaterialTest, OfSeveralDocumentsFindsItsOwn) {
  AddPart(other_, 13);
  AddPart(document_, sizeof(kText) - 1);
  ASSERT_OK_AND_ASSIGN(const RowMaterial material, Material());

  ASSERT_EQ(material.blocks.size(), 2u);
  EXPECT_EQ(material.own, 1u);
  const RowConversation conversation = ConversationOf(material, spec_);
  EXPECT_EQ(conversation.messages[0].content,
            "Read the documents below and answer the question that follows them.\n\n<document>\n"
            "Another text.\n</document>\n\n<document>\nOne is first. Two is second. Three is "
            "third. Four is fourth.\n</document>\n\nQuestion: What is second?");
}

TEST_F(RowMaterialTest, RefusesAContextWithoutTheOwnDocumentOnce) {
  AddPart(other_, 13);
  ExpectInvalid("the row's own document 0 times, want once");
  AddPart(document_, 20);
  ExpectInvalid("another stretch of the row's document");
  AddPart(other_, 14);
  details_.mutable_context()->SwapElements(1, 2);
  ExpectInvalid("the context's record belongs to another document");
  records_.context.pop_back();
  ExpectInvalid("3 documents in the context, but records of 2");
}

TEST_F(RowMaterialTest, RefusesRecordsThatAreNotTheRows) {
  const std::vector<std::pair<std::string, std::function<void()>>> cases = {
      {"sample is a reject", [&] { sample_.mutable_reject()->set_reason(v1::REJECT_REASON_GAIN); }},
      {"belongs to another document", [&] { sample_.mutable_task()->set_document_id("x"); }},
      {"chunk [14, 99) of a document",
       [&] { sample_.mutable_task()->mutable_chunk()->set_end(99); }},
      {"does not contain chunk", [&] { details_.mutable_context_span()->set_end(40); }},
      {"evidence [14, 99) of a document", [&] { details_.mutable_evidence(0)->set_end(99); }},
      {"2 turns, but records of 1", [&] { details_.add_more_turns(); }},
      {"has no document or no pair", [&] { records_.document = nullptr; }},
      {"kind of row 9", [&] { details_.set_row_kind(static_cast<v1::RowKind>(9)); }},
  };
  const v1::Result sample = sample_;
  const v1::LongDetails details = details_;
  for (const auto& [message, damage] : cases) {
    damage();
    ExpectInvalid(message);
    sample_ = sample;
    details_ = details;
    records_.document = &document_;
  }
}

TEST_F(RowMaterialTest, RefusesUnanswerableRowsThatSayNothingOrHaveNoSentence) {
  details_.set_row_kind(v1::ROW_KIND_UNANSWERABLE);
  sample_.mutable_task()->set_language("und");
  ExpectInvalid("language \"und\" has no sentence");
  details_.add_more_turns();
  ExpectInvalid("has one question");
  details_.clear_more_turns();
  details_.clear_evidence();
  ExpectInvalid("says nothing of what was cut out");
}

TEST_F(RowMaterialTest, RefusesDictionariesThatDoNotExist) {
  details_ = {};
  details_.set_row_kind(v1::ROW_KIND_KEY_VALUE);
  details_.mutable_context_span()->set_end(3 * 81 - 1);
  AddSpan(81, 161, details_.add_evidence());
  ASSERT_OK_AND_ASSIGN(const RowMaterial material, Material());
  EXPECT_EQ(material.blocks[0].text.size(), 242u);
  EXPECT_EQ(material.turns[0].place.begin, 81u);
  details_.mutable_evidence(0)->set_begin(80);
  ExpectInvalid("turn 1 is not about one entry");
  details_.mutable_evidence(0)->set_begin(81 * 3);
  ExpectInvalid("turn 1 is not about one entry");
  details_.mutable_context_span()->set_end(100);
  ExpectInvalid("no dictionary has 100 bytes");
}

TEST(ConversationId, IsTheTasksUnlessTheRowIsBesideTheAnsweredOne) {
  const std::string task = FingerprintOf("task").ToBytes();
  ASSERT_OK_AND_ASSIGN(const Fingerprint answered, ConversationId(v1::ROW_KIND_ANSWERED, task));
  ASSERT_OK_AND_ASSIGN(const Fingerprint beside, ConversationId(v1::ROW_KIND_UNANSWERABLE, task));
  EXPECT_EQ(answered.ToBytes(), task);
  EXPECT_NE(beside, answered);
  EXPECT_FALSE(ConversationId(v1::ROW_KIND_ANSWERED, "short").ok());
}

}  // namespace
}  // namespace quipu::generator
