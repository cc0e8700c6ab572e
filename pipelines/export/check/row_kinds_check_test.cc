// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Exports with every kind of row, each fault of the store that a check must find, and the finding.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "generator/checks/evidence.h"
#include "generator/rows/instance_builder.h"
#include "generator/rows/long_rows.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/export/check/check.h"
#include "pipelines/export/exporter.h"
#include "tests/support/export_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::ExportFixture;
using ::quipu::testing::MemoryStore;
using ::quipu::testing::TempDir;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Documents : public generator::OtherDocuments {
 public:
  explicit Documents(const MemoryStore& store) : store_(store) {
    for (const auto& [id, unused] : store.documents) ids_.push_back(id);
  }
  uint64_t size() const override { return ids_.size(); }
  std::string IdAt(uint64_t position) const override { return ids_[position]; }
  absl::StatusOr<v1::Document> Read(const std::string& id) const override {
    return store_.GetDocument(id);
  }
  bool counted() const override { return false; }

 private:
  const MemoryStore& store_;
  std::vector<std::string> ids_;
};

// The fixture's two documents and three samples, packed with every kind of row.
class RowKindsCheck : public ::testing::Test {
 protected:
  RowKindsCheck() {
    run_.spec().mutable_export_()->set_shuffle(false);
    v1::InstanceSpec& instances = *run_.spec().mutable_instances();
    instances.set_context_tokens(6000);
    instances.set_max_turns(4);
    instances.set_unanswerable_share(1);
    instances.set_key_value_share(1);
    instances.set_distractor_share(1);
    run_.store().long_rows.clear();
    for (const auto& [id, document] : run_.store().documents) AddRows(document);
  }

  void AddRows(const v1::Document& document) {
    const generator::EvidenceFinder finder(document.text(), generator::Language::kEnglish);
    std::vector<generator::Evidence> evidence;
    std::vector<const v1::Result*> samples;
    for (const auto& [id, result] : run_.store().results) {
      if (result.task().document_id() != document.id()) continue;
      const v1::Span& chunk = result.task().chunk();
      samples.push_back(&result);
      evidence.push_back(
          finder.Find({chunk.begin(), chunk.end()}, result.question(), result.answer()));
    }
    std::vector<generator::LongPair> pairs;
    for (size_t i = 0; i < samples.size(); ++i) pairs.push_back({samples[i], &evidence[i]});
    const generator::SourceDocument source(document, run_.target());
    const auto made = generator::MakeLongRows(
        source, pairs, Documents(run_.store()), run_.spec(), run_.target(),
        [&](v1::TrainingRow row) {
          row.set_index(run_.store().long_rows.size());
          run_.store().long_rows.push_back(std::move(row));
          return absl::OkStatus();
        },
        [](size_t, const v1::Reject& reject) { ADD_FAILURE() << reject.detail(); });
    EXPECT_OK(made.status());
  }

  // The first row that has the property.
  v1::TrainingRow& Row(const std::function<bool(const v1::LongDetails&)>& has) {
    for (v1::TrainingRow& row : run_.store().long_rows) {
      if (has(row.long_details())) return row;
    }
    ADD_FAILURE() << "no such row";
    return run_.store().long_rows[0];
  }
  v1::TrainingRow& Row(v1::RowKind kind) {
    return Row([kind](const v1::LongDetails& details) { return details.row_kind() == kind; });
  }
  v1::TrainingRow& RowOfTurns() {
    return Row([](const v1::LongDetails& details) {
      return details.more_turns_size() > 0 && !details.document_id().empty();
    });
  }
  v1::TrainingRow& RowOfDocuments() {
    return Row([](const v1::LongDetails& details) { return details.context_size() > 1; });
  }

  std::vector<std::string> Check() {
    EXPECT_OK(Export(run_.store(), run_.target(), dir_.Path("export")));
    return CheckAgain();
  }
  // Without another export.
  std::vector<std::string> CheckAgain() {
    const auto findings = CheckExport(run_.store(), run_.target(), dir_.Path("export"));
    EXPECT_OK(findings);
    return findings.value_or(std::vector<std::string>());
  }

  TempDir dir_;
  ExportFixture run_;
};

TEST_F(RowKindsCheck, IsContentWithEveryKindOfRow) {
  EXPECT_GT(Row(v1::ROW_KIND_UNANSWERABLE).input_ids_size(), 0);
  EXPECT_GT(Row(v1::ROW_KIND_KEY_VALUE).input_ids_size(), 0);
  EXPECT_GT(RowOfTurns().input_ids_size(), 0);
  EXPECT_GT(RowOfDocuments().input_ids_size(), 0);

  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(RowKindsCheck, FindsALaterChunkElsewhere) {
  v1::Turn& turn = *RowOfTurns().mutable_long_details()->mutable_more_turns(0);
  turn.set_evidence_begin(turn.evidence_begin() + 2);

  EXPECT_THAT(Check(), Contains(HasSubstr("the chunk is not inside its evidence tokens")));
}

TEST_F(RowKindsCheck, FindsALaterAnswerThatIsNotTrained) {
  RowOfTurns().mutable_segments(0)->mutable_trained()->RemoveLast();

  EXPECT_THAT(Check(), Contains(HasSubstr("a token of an answer is not trained")));
}

TEST_F(RowKindsCheck, FindsALaterTurnWithoutItsSample) {
  ASSERT_THAT(Check(), IsEmpty());
  RowOfTurns().mutable_long_details()->mutable_more_turns(0)->set_task_id(std::string(16, 'x'));

  EXPECT_THAT(CheckAgain(), Contains(HasSubstr("no such key")));
}

TEST_F(RowKindsCheck, FindsASentenceThatWasCutOutAndIsThere) {
  ASSERT_THAT(Check(), IsEmpty());
  const std::string& id = Row(v1::ROW_KIND_UNANSWERABLE).long_details().document_id();
  const v1::LongDetails& details = Row(v1::ROW_KIND_UNANSWERABLE).long_details();
  std::string& text = *run_.store().documents.at(id).mutable_text();
  const size_t begin = details.evidence(0).begin();
  const std::string cut = text.substr(begin, details.evidence(0).end() - begin);
  // Over text of the same length behind it.
  text.replace(begin + cut.size() + 1, cut.size(), cut);

  EXPECT_THAT(CheckAgain(), Contains(HasSubstr("was cut out and is there")));
}

TEST_F(RowKindsCheck, FindsThatNothingWasCutOut) {
  ASSERT_THAT(Check(), IsEmpty());
  Row(v1::ROW_KIND_UNANSWERABLE).mutable_long_details()->clear_evidence();

  EXPECT_THAT(CheckAgain(), Contains(HasSubstr("says nothing of what was cut out")));
}

TEST_F(RowKindsCheck, FindsAnotherDocumentThatIsNotStored) {
  ASSERT_THAT(Check(), IsEmpty());
  v1::LongDetails& details = *RowOfDocuments().mutable_long_details();
  for (v1::ContextPart& part : *details.mutable_context()) {
    if (part.document_id() != details.document_id()) part.set_document_id(std::string(16, 'x'));
  }

  EXPECT_THAT(CheckAgain(), Contains(HasSubstr("no such key")));
}

TEST_F(RowKindsCheck, FindsDocumentsInAnotherOrder) {
  ASSERT_THAT(Check(), IsEmpty());
  RowOfDocuments().mutable_long_details()->mutable_context()->SwapElements(0, 1);

  EXPECT_THAT(CheckAgain(),
              Contains(HasSubstr("its messages, tokenised again, give other tokens")));
}

TEST_F(RowKindsCheck, FindsAnotherEntry) {
  ASSERT_THAT(Check(), IsEmpty());
  v1::Span& entry = *Row(v1::ROW_KIND_KEY_VALUE).mutable_long_details()->mutable_evidence(0);
  entry.set_begin(entry.begin() >= 81 ? entry.begin() - 81 : entry.begin() + 81);
  entry.set_end(entry.begin() + 80);

  const std::vector<std::string> findings = CheckAgain();
  EXPECT_THAT(findings, Contains(HasSubstr("its messages, tokenised again, give other tokens")));
  EXPECT_THAT(findings, Contains(HasSubstr("field \"messages\" differs from the store")));
}

TEST_F(RowKindsCheck, FindsADictionaryOfAnotherLength) {
  ASSERT_THAT(Check(), IsEmpty());
  Row(v1::ROW_KIND_KEY_VALUE).mutable_long_details()->mutable_context_span()->set_end(100);

  EXPECT_THAT(CheckAgain(), Contains(HasSubstr("no dictionary has 100 bytes")));
}

TEST_F(RowKindsCheck, FindsAnotherKind) {
  ASSERT_THAT(Check(), IsEmpty());
  Row(v1::ROW_KIND_UNANSWERABLE).mutable_long_details()->set_row_kind(v1::ROW_KIND_ANSWERED);

  EXPECT_THAT(CheckAgain(), Contains(HasSubstr("is not in the store")));
}

}  // namespace
}  // namespace quipu::pipelines
