// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/long_rows.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "generator/checks/evidence.h"
#include "generator/languages/row_texts.h"
#include "generator/languages/tables.h"
#include "generator/rows/row_kinds.h"
#include "generator/rows/row_material.h"
#include "gtest/gtest.h"
#include "tests/support/fake_engine.h"
#include "tests/support/row_checks.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::CheckRow;
using ::quipu::testing::FakeTokenizer;

// Documents by position in order of id, as a store has them.
class Corpus : public OtherDocuments {
 public:
  void Add(const v1::Document& document) {
    documents_[document.id()] = document;
    ids_.clear();
    for (const auto& [id, unused] : documents_) ids_.push_back(id);
  }
  uint64_t size() const override { return ids_.size(); }
  std::string IdAt(uint64_t position) const override { return ids_[position]; }
  absl::StatusOr<v1::Document> Read(const std::string& id) const override {
    return documents_.at(id);
  }
  bool counted() const override { return false; }
  const v1::Document& Get(const std::string& id) const { return documents_.at(id); }

 private:
  std::map<std::string, v1::Document> documents_;
  std::vector<std::string> ids_;
};

// A document of numbered facts about one place, a paragraph for five of them. `more`: other
// numbers than those of other documents.
v1::Document MakeDocument(const std::string& place, int facts, int more = 0) {
  v1::Document document;
  for (int i = 0; i < facts; ++i) {
    absl::StrAppend(document.mutable_text(), "The keeper of ", place, " counted ",
                    1000 + more + 7 * i, " boats of kind", i, ".", i % 5 == 4 ? "\n\n" : " ");
  }
  document.set_id(FingerprintOf(document.text()).ToBytes());
  return document;
}

// Knows the control tokens of every template.
class AnyTokenizer : public FakeTokenizer {
 public:
  std::optional<inference::TokenId> ControlId(absl::string_view spelling) const override {
    const auto found = std::find(std::begin(kMore), std::end(kMore), spelling);
    if (found == std::end(kMore)) return FakeTokenizer::ControlId(spelling);
    return static_cast<inference::TokenId>(kFirst + (found - std::begin(kMore)));
  }
  absl::string_view ControlSpelling(inference::TokenId id) const override {
    return id >= kFirst ? kMore[id - kFirst] : FakeTokenizer::ControlSpelling(id);
  }
  bool IsControl(inference::TokenId id) const override {
    return id >= kFirst || FakeTokenizer::IsControl(id);
  }
  bool IsEndOfTurn(inference::TokenId id) const override {
    return id == kFirst || FakeTokenizer::IsEndOfTurn(id);
  }

 private:
  static constexpr inference::TokenId kFirst = 1 << 23;
  static constexpr absl::string_view kMore[] = {
      "<|eot_id|>", "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "[INST]",
      "[/INST]"};
};

class LongRowsTest : public ::testing::Test {
 protected:
  LongRowsTest() { spec_.set_seed(7); }

  // A pair about one fact, whose chunk is its sentence.
  void AddPair(const v1::Document& document, const std::string& place, int fact,
               const std::string& language = "en") {
    const std::string sentence = absl::StrCat("The keeper of ", place, " counted ", 1000 + 7 * fact,
                                              " boats of kind", fact, ".");
    const size_t begin = document.text().find(sentence);
    ASSERT_NE(begin, std::string::npos);
    auto sample = std::make_unique<v1::Result>();
    v1::Task& task = *sample->mutable_task();
    task.set_id(FingerprintBuilder("t").Add(document.id()).Add(fact).Build().ToBytes());
    task.set_document_id(document.id());
    task.mutable_chunk()->set_begin(begin);
    task.mutable_chunk()->set_end(begin + sentence.size());
    task.set_form(fact % 2 == 0 ? v1::ANSWER_FORM_SHORT : v1::ANSWER_FORM_LONG);
    task.set_language(language);
    sample->set_question(
        absl::StrCat("How many boats of kind", fact, " did the keeper of ", place, " count?"));
    sample->set_answer(absl::StrCat(1000 + 7 * fact, " boats"));
    evidence_.push_back(std::make_unique<Evidence>(
        EvidenceFinder(document.text(), Language::kEnglish)
            .Find({begin, begin + sentence.size()}, sample->question(), sample->answer())));
    samples_[task.id()] = sample.get();
    owned_.push_back(std::move(sample));
    pairs_.push_back({owned_.back().get(), evidence_.back().get()});
  }

  std::vector<v1::TrainingRow> Make(const v1::Document& document) {
    std::vector<v1::TrainingRow> rows;
    rejected_.clear();
    const SourceDocument source(document, target_);
    const auto missed = MakeLongRows(
        source, pairs_, corpus_, spec_, target_,
        [&](v1::TrainingRow row) {
          rows.push_back(std::move(row));
          return absl::OkStatus();
        },
        [&](size_t pair, const v1::Reject& reject) { rejected_[pair] = reject.reason(); });
    EXPECT_OK(missed);
    if (missed.ok()) missed_ = *missed;
    for (const v1::TrainingRow& row : rows) CheckOne(row, document);
    return rows;
  }

  RowRecords RecordsOf(const v1::TrainingRow& row, const v1::Document& document) const {
    const v1::LongDetails& details = row.long_details();
    RowRecords records;
    records.source_id = row.segments(0).source_id();
    if (details.row_kind() == v1::ROW_KIND_KEY_VALUE) return records;
    records.document = &document;
    records.pairs.push_back(samples_.at(records.source_id));
    for (const v1::Turn& turn : details.more_turns()) {
      records.pairs.push_back(samples_.at(turn.task_id()));
    }
    for (const v1::ContextPart& part : details.context()) {
      records.context.push_back(
          part.document_id() == document.id() ? &document : &corpus_.Get(part.document_id()));
    }
    return records;
  }

  RowMaterial Material(const v1::TrainingRow& row, const v1::Document& document) const {
    return MaterialOf(row.long_details(), RecordsOf(row, document), spec_).value();
  }

  void CheckOne(const v1::TrainingRow& row, const v1::Document& document) {
    CheckRow(row, RecordsOf(row, document), spec_, target_);
  }

  v1::InstanceSpec& instances() { return *spec_.mutable_instances(); }

  v1::RunSpec spec_;
  TargetModel target_ = {std::make_shared<FakeTokenizer>(),
                         *inference::ChatTemplate::FromName("chatml")};
  Corpus corpus_;
  std::vector<std::unique_ptr<v1::Result>> owned_;
  std::vector<std::unique_ptr<Evidence>> evidence_;
  std::map<std::string, const v1::Result*> samples_;
  std::vector<LongPair> pairs_;
  std::map<size_t, v1::RejectReason> rejected_;
  LongRowsMissed missed_;
};

TEST_F(LongRowsTest, AreOneForEachPairInOrderByDefault) {
  const v1::Document document = MakeDocument("Velmar", 20);
  for (const int fact : {3, 9, 1}) AddPair(document, "Velmar", fact);

  const std::vector<v1::TrainingRow> rows = Make(document);

  ASSERT_EQ(rows.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(rows[i].segments(0).source_id(), pairs_[i].sample->task().id());
    EXPECT_EQ(rows[i].long_details().row_kind(), v1::ROW_KIND_ANSWERED);
    EXPECT_TRUE(rows[i].long_details().more_turns().empty());
    EXPECT_TRUE(rows[i].long_details().context().empty());
  }
}

TEST_F(LongRowsTest, AskSeveralQuestionsUnderOneDocument) {
  const v1::Document document = MakeDocument("Velmar", 20);
  for (int fact = 0; fact < 7; ++fact) AddPair(document, "Velmar", fact);
  instances().set_max_turns(4);

  const std::vector<v1::TrainingRow> rows = Make(document);

  ASSERT_EQ(rows.size(), 2u);
  std::set<std::string> seen;
  for (const v1::TrainingRow& row : rows) {
    EXPECT_TRUE(seen.insert(row.segments(0).source_id()).second);
    for (const v1::Turn& turn : row.long_details().more_turns()) {
      EXPECT_TRUE(seen.insert(turn.task_id()).second);
      EXPECT_EQ(turn.evidence_size(), 1);
    }
    const RowMaterial material = Material(row, document);
    const RowConversation conversation = ConversationOf(material, spec_);
    for (size_t i = 2; i < conversation.messages.size(); i += 2) {
      EXPECT_FALSE(absl::StrContains(conversation.messages[i].content, "<document>"));
    }
  }
  EXPECT_EQ(seen.size(), 7u);
}

TEST_F(LongRowsTest, HaveAllTheirChunksAndFitWhateverTheSizes) {
  const v1::Document document = MakeDocument("Velmar", 300);
  for (int fact = 0; fact < 300; fact += 13) AddPair(document, "Velmar", fact);
  size_t several = 0;
  for (const uint32_t context : {150u, 400u, 900u, 2500u, 20000u}) {
    for (const char* name : {"chatml", "llama2"}) {
      target_.chat_template = *inference::ChatTemplate::FromName(name);
      instances().set_context_tokens(context);
      instances().set_max_turns(5);
      instances().set_prompt_loss_weight(context == 900 ? 0.5 : 0);
      size_t turns = 0;
      for (const v1::TrainingRow& row : Make(document)) {
        turns += 1 + row.long_details().more_turns_size();
        several += row.long_details().more_turns().empty() ? 0 : 1;
      }
      EXPECT_EQ(turns + rejected_.size(), pairs_.size()) << context;
    }
  }
  EXPECT_GT(several, 10u);
}

TEST_F(LongRowsTest, HaveAllChunksOfAPairFromTwo) {
  const v1::Document document = MakeDocument("Velmar", 400);
  for (const int fact : {200, 240, 215}) AddPair(document, "Velmar", fact);
  const v1::Span second = owned_[1]->task().chunk();
  v1::Task& task = *owned_[0]->mutable_task();
  task.set_kind(v1::TASK_KIND_TWO_CHUNKS);
  *task.add_more_chunks() = second;
  evidence_[0]->sentences.push_back({second.begin(), second.end()});
  pairs_.erase(pairs_.begin() + 1);
  instances().set_context_tokens(1200);
  for (const uint32_t turns : {1u, 2u}) {
    instances().set_max_turns(turns);

    const std::vector<v1::TrainingRow> rows = Make(document);

    ASSERT_EQ(rows.size(), 3 - turns);
    for (const v1::TrainingRow& row : rows) {
      if (RecordsOf(row, document).pairs.front() != owned_[0].get()) continue;
      const v1::LongDetails& details = row.long_details();
      EXPECT_LE(details.context_span().begin(), task.chunk().begin());
      EXPECT_GE(details.context_span().end(), second.end());
      EXPECT_EQ(details.evidence_size(), 2);
      const TextRange place = Material(row, document).turns[0].place;
      EXPECT_EQ(details.context_span().begin() + place.begin, task.chunk().begin());
      EXPECT_EQ(details.context_span().begin() + place.end, task.chunk().end());
    }
  }
  instances().set_context_tokens(300);
  Make(document);
  EXPECT_EQ(rejected_[0], v1::REJECT_REASON_CONTEXT_TOO_SMALL);
}

TEST_F(LongRowsTest, HaveASummaryAloneUnderItsWholeDocument) {
  const v1::Document document = MakeDocument("Velmar", 40);
  for (const int fact : {3, 9, 1}) AddPair(document, "Velmar", fact);
  v1::Task& task = *owned_[1]->mutable_task();
  task.set_kind(v1::TASK_KIND_SUMMARY);
  task.set_form(v1::ANSWER_FORM_LONG);
  *evidence_[1] = {};
  corpus_.Add(document);
  corpus_.Add(MakeDocument("Ostrand", 30, 5000));
  instances().set_max_turns(8);
  instances().set_unanswerable_share(1);
  instances().set_distractor_share(1);

  const std::vector<v1::TrainingRow> rows = Make(document);

  ASSERT_EQ(rows.size(), 4u);  // The two pairs together, and each of them without an answer.
  int summaries = 0;
  for (const v1::TrainingRow& row : rows) {
    const v1::LongDetails& details = row.long_details();
    const bool is_summary = row.segments(0).source_id() == task.id();
    summaries += is_summary ? 1 : 0;
    EXPECT_EQ(details.context_size(), is_summary ? 0 : 2);
    if (!is_summary) continue;
    EXPECT_EQ(details.row_kind(), v1::ROW_KIND_ANSWERED);
    EXPECT_TRUE(details.more_turns().empty());
    EXPECT_EQ(details.context_span().end(), document.text().size());
    EXPECT_EQ(Material(row, document).turns[0].place.end, document.text().size());
  }
  EXPECT_EQ(summaries, 1);
  EXPECT_EQ(missed_.unanswerable + missed_.filled, 0u);
  instances().set_context_tokens(300);
  Make(document);
  EXPECT_EQ(rejected_.count(1), 1u);
}

TEST_F(LongRowsTest, HaveOneTurnIfNoTwoChunksFit) {
  const v1::Document document = MakeDocument("Velmar", 400);
  for (const int fact : {0, 130, 260, 399}) AddPair(document, "Velmar", fact);
  instances().set_context_tokens(400);
  instances().set_max_turns(8);

  const std::vector<v1::TrainingRow> rows = Make(document);

  EXPECT_EQ(rows.size(), 4u);
  EXPECT_TRUE(rejected_.empty());
}

TEST_F(LongRowsTest, AreTheSameWithoutAPairThatWasRejected) {
  const v1::Document document = MakeDocument("Velmar", 40);
  for (int fact = 0; fact < 6; ++fact) AddPair(document, "Velmar", fact);
  owned_[2]->mutable_task()->mutable_chunk()->set_begin(0);
  owned_[2]->mutable_task()->mutable_chunk()->set_end(document.text().size() - 2);
  instances().set_context_tokens(300);
  instances().set_max_turns(3);
  const std::vector<v1::TrainingRow> first = Make(document);
  ASSERT_EQ(rejected_.size(), 1u);
  EXPECT_EQ(rejected_.at(2), v1::REJECT_REASON_CONTEXT_TOO_SMALL);

  pairs_.erase(pairs_.begin() + 2);
  const std::vector<v1::TrainingRow> second = Make(document);

  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].SerializeAsString(), second[i].SerializeAsString());
  }
}

TEST_F(LongRowsTest, RenderSeveralTurnsInEveryTemplate) {
  const v1::Document document = MakeDocument("Velmar", 20);
  for (int fact = 0; fact < 3; ++fact) AddPair(document, "Velmar", fact);
  target_.tokenizer = std::make_shared<AnyTokenizer>();
  instances().set_max_turns(3);
  instances().set_row_weight(v1::InstanceSpec::ROWS);
  for (const char* name :
       {"llama2", "llama3", "llama3.1", "mistral-v1", "mistral-v3", "mistral-tekken", "chatml"}) {
    for (const char* system : {"", "Be brief."}) {
      SCOPED_TRACE(absl::StrCat(name, " ", system));
      target_.chat_template = *inference::ChatTemplate::FromName(name);
      instances().set_system(system);
      const std::vector<v1::TrainingRow> rows = Make(document);
      ASSERT_EQ(rows.size(), 1u);
      double sum = 0;
      for (const v1::TokenRange& range : rows[0].segments(0).trained()) {
        sum += (range.end() - range.begin()) * (range.has_weight() ? range.weight() : 1);
      }
      EXPECT_NEAR(sum, 1, 1e-5);
    }
  }
}

TEST_F(LongRowsTest, AreTheSameForPairsWhateverIsMadeBesideThem) {
  const v1::Document document = MakeDocument("Velmar", 30);
  for (int fact = 0; fact < 8; ++fact) AddPair(document, "Velmar", fact);
  const std::vector<v1::TrainingRow> alone = Make(document);
  instances().set_unanswerable_share(1);
  instances().set_key_value_share(1);

  const std::vector<v1::TrainingRow> rows = Make(document);

  ASSERT_EQ(rows.size(), 3 * alone.size());
  for (size_t i = 0; i < alone.size(); ++i) {
    EXPECT_EQ(rows[i].SerializeAsString(), alone[i].SerializeAsString());
  }
}

TEST_F(LongRowsTest, AskWhatTheDocumentDoesNotTellInEveryLanguage) {
  const v1::Document document = MakeDocument("Velmar", 20);
  instances().set_unanswerable_share(1);
  for (const LanguageTable& table : AllTables()) {
    SCOPED_TRACE(std::string(table.code));
    pairs_.clear();
    for (const int fact : {3, 8}) AddPair(document, "Velmar", fact, std::string(table.code));

    const std::vector<v1::TrainingRow> rows = Make(document);

    ASSERT_EQ(rows.size(), 4u);
    EXPECT_EQ(missed_.unanswerable, 0u);
    for (size_t i = 2; i < 4; ++i) {
      const v1::LongDetails& details = rows[i].long_details();
      ASSERT_EQ(details.row_kind(), v1::ROW_KIND_UNANSWERABLE);
      EXPECT_EQ(details.language(), table.code);
      const v1::Result& sample = *pairs_[i - 2].sample;
      const RowMaterial material = Material(rows[i], document);
      EXPECT_FALSE(absl::StrContains(material.blocks[0].text, sample.answer()));
      EXPECT_EQ(material.turns[0].question, sample.question());
      const auto& sentences = RowTextsOf(table.language).no_answer;
      EXPECT_TRUE(std::count(sentences.begin(), sentences.end(), material.turns[0].answer));
      // No more than a sentence is missing.
      EXPECT_GT(material.blocks[0].text.size() + 100, document.text().size());
    }
  }
}

TEST_F(LongRowsTest, VaryHowTheySayThatThereIsNoAnswer) {
  const v1::Document document = MakeDocument("Velmar", 60);
  for (int fact = 0; fact < 40; ++fact) AddPair(document, "Velmar", fact);
  instances().set_unanswerable_share(0.5);
  std::set<std::string> said;
  size_t made = 0;
  for (const v1::TrainingRow& row : Make(document)) {
    if (row.long_details().row_kind() != v1::ROW_KIND_UNANSWERABLE) continue;
    ++made;
    said.insert(Material(row, document).turns[0].answer);
  }
  EXPECT_EQ(said.size(), 4u);
  EXPECT_GT(made, 8u);
  EXPECT_LT(made, 32u);
}

TEST_F(LongRowsTest, AreNotUnanswerableIfWhatIsLeftAnswers) {
  v1::Document document = MakeDocument("Velmar", 20);
  AddPair(document, "Velmar", 3);
  AddPair(document, "Velmar", 5, "und");
  // Evidence that does not name the second sentence with the answer.
  document.mutable_text()->append("The keeper of Velmar counted 1021 boats of kind3 in May.\n");
  instances().set_unanswerable_share(1);

  const std::vector<v1::TrainingRow> rows = Make(document);

  EXPECT_EQ(rows.size(), 2u);
  EXPECT_EQ(missed_.unanswerable, 2u);
}

TEST_F(LongRowsTest, CutEveryPlaceOfTheAnswerOut) {
  v1::Document document = MakeDocument("Velmar", 20);
  document.mutable_text()->append("The keeper of Velmar counted 1021 boats of kind3 in May.\n");
  document.set_id(FingerprintOf(document.text()).ToBytes());
  AddPair(document, "Velmar", 3);
  ASSERT_EQ(evidence_[0]->other_places.size(), 1u);
  instances().set_unanswerable_share(1);

  const std::vector<v1::TrainingRow> rows = Make(document);

  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].long_details().other_places_size(), 1);
  EXPECT_FALSE(absl::StrContains(Material(rows[1], document).blocks[0].text, "1021"));
}

TEST_F(LongRowsTest, OfKeysAndValuesAreAsLongAsTheContext) {
  const v1::Document document = MakeDocument("Velmar", 40);
  for (int fact = 0; fact < 30; ++fact) AddPair(document, "Velmar", fact);
  instances().set_key_value_share(0.5);
  instances().set_context_tokens(1500);
  instances().set_max_turns(3);
  std::set<std::string> ids;
  std::set<int> turns;
  for (const v1::TrainingRow& row : Make(document)) {
    const v1::LongDetails& details = row.long_details();
    if (details.row_kind() != v1::ROW_KIND_KEY_VALUE) continue;
    EXPECT_TRUE(ids.insert(row.segments(0).source_id()).second);
    EXPECT_EQ(details.document_id(), "");
    turns.insert(1 + details.more_turns_size());
    // The next entry would not fit.
    EXPECT_GT(row.input_ids_size(), 1500 - 60);
    const RowMaterial material = Material(row, document);
    for (const RowTurn& turn : material.turns) {
      const std::string line(
          material.blocks[0].text.substr(turn.place.begin, turn.place.end - turn.place.begin));
      EXPECT_TRUE(absl::StrContains(turn.question, line.substr(2, 36)));
      EXPECT_TRUE(absl::StrContains(turn.answer, line.substr(42, 36)));
    }
  }
  EXPECT_GT(ids.size(), 5u);
  EXPECT_LT(ids.size(), 25u);
  EXPECT_EQ(turns, (std::set<int>{1, 2, 3}));
}

TEST_F(LongRowsTest, AreFilledUpWithOtherDocuments) {
  const v1::Document document = MakeDocument("Velmar", 10);
  corpus_.Add(document);
  for (int i = 0; i < 40; ++i)
    corpus_.Add(MakeDocument(absl::StrCat("Ost", i, "rand"), 5 + i % 9, 5000 + 1000 * i));
  for (int fact = 0; fact < 10; ++fact) AddPair(document, "Velmar", fact);
  instances().set_context_tokens(1500);
  instances().set_max_turns(2);
  instances().set_unanswerable_share(0.3);
  instances().set_distractor_share(1);

  const std::vector<v1::TrainingRow> rows = Make(document);

  EXPECT_EQ(missed_.filled, 0u);
  std::set<size_t> places;
  for (const v1::TrainingRow& row : rows) {
    EXPECT_GT(row.input_ids_size(), 1300);
    const RowMaterial material = Material(row, document);
    EXPECT_GT(material.blocks.size(), 3u);
    places.insert(material.own);
    std::set<std::string> seen;
    for (const ContextBlock& block : material.blocks) {
      EXPECT_TRUE(seen.insert(block.document_id).second);
    }
    EXPECT_TRUE(absl::StrContains(ConversationOf(material, spec_).messages[0].content,
                                  "Read the documents below"));
  }
  EXPECT_GT(places.size(), 2u);
}

TEST_F(LongRowsTest, AreNotFilledUpWithADocumentThatAnswers) {
  const v1::Document document = MakeDocument("Velmar", 10);
  v1::Document answers = MakeDocument("Ostrand", 10, 5000);
  answers.mutable_text()->append("The keeper of Velmar counted 1021 boats of kind3.\n");
  corpus_.Add(document);
  corpus_.Add(answers);
  AddPair(document, "Velmar", 3);
  AddPair(document, "Velmar", 4);
  instances().set_context_tokens(3000);
  instances().set_distractor_share(1);

  const std::vector<v1::TrainingRow> rows = Make(document);

  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(missed_.filled, 1u);
  EXPECT_TRUE(rows[0].long_details().context().empty());
  EXPECT_EQ(rows[1].long_details().context_size(), 2);
}

TEST_F(LongRowsTest, TakeAStretchOfADocumentThatIsTooLong) {
  const v1::Document document = MakeDocument("Velmar", 10);
  const v1::Document longer = MakeDocument("Ostrand", 900, 50000);
  corpus_.Add(document);
  corpus_.Add(longer);
  for (const int fact : {1, 2, 3, 4}) AddPair(document, "Velmar", fact);
  instances().set_context_tokens(1200);
  instances().set_distractor_share(1);
  std::set<uint64_t> begins;
  for (const v1::TrainingRow& row : Make(document)) {
    ASSERT_EQ(row.long_details().context_size(), 2);
    for (const v1::ContextPart& part : row.long_details().context()) {
      if (part.document_id() == longer.id()) begins.insert(part.span().begin());
    }
    EXPECT_GT(row.input_ids_size(), 1100);
  }
  EXPECT_GT(begins.size(), 1u);
}

TEST_F(LongRowsTest, StayAsTheyAreWithoutRoomOrOtherDocuments) {
  const v1::Document document = MakeDocument("Velmar", 200);
  corpus_.Add(document);
  AddPair(document, "Velmar", 3);
  instances().set_distractor_share(1);
  for (const uint32_t context : {400u, 1u << 20}) {
    instances().set_context_tokens(context);
    instances().set_padding(v1::InstanceSpec::TO_CONTEXT);
    const std::vector<v1::TrainingRow> rows = Make(document);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_TRUE(rows[0].long_details().context().empty());
    EXPECT_EQ(missed_.filled, 1u);
  }
}

}  // namespace
}  // namespace quipu::generator
