// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/status_text.h"

#include <re2/re2.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using ::testing::Not;

v1::StatusReply Running() {
  v1::StatusReply status;
  status.set_run_id("\x01\x02");
  status.set_build("0.1.0");
  status.set_stage(v1::STAGE_GENERATE);
  status.set_uptime_ms(61500);
  status.mutable_tasks()->set_planned(1000);
  status.mutable_tasks()->set_accepted(150);
  status.mutable_tasks()->set_rejected(100);
  status.mutable_tasks()->set_leased(50);
  status.mutable_tasks()->set_pending(700);
  status.set_results_per_s(2.5);
  status.set_work_share(0.27);
  status.set_tokens_per_s(812);
  status.set_seconds_left(300);
  (*status.mutable_rejects_by_reason())["VERDICT"] = 60;
  (*status.mutable_rejects_by_reason())["DUPLICATE"] = 40;
  for (int i = 0; i < 3; ++i) {
    v1::WorkerStatus* worker = status.add_workers();
    worker->set_worker(absl::StrCat("gpu-", i));
    worker->set_connected(i < 2);
    worker->set_results(80);
  }
  return status;
}

StatusView Live(const std::string& address, int max_workers) {
  StatusView view;
  view.where = address;
  view.live = true;
  view.max_workers = max_workers;
  return view;
}

// Of a run that nobody works on.
v1::StatusReply AtRest() {
  v1::StatusReply status = Running();
  status.clear_workers();
  status.clear_uptime_ms();
  status.set_stage(v1::STAGE_DEDUP);
  for (const v1::Stage stage : {v1::STAGE_READ, v1::STAGE_PLAN, v1::STAGE_GENERATE}) {
    status.add_done_stages(stage);
  }
  status.mutable_model()->set_name("model.gguf");
  status.mutable_model()->set_engine("native");
  status.mutable_model()->set_math("int8");
  status.mutable_model()->set_chat_template("chatml");
  status.mutable_corpus()->set_documents(3);
  status.mutable_corpus()->set_document_tokens(9000);
  status.mutable_corpus()->set_rejected_rows(2);
  (*status.mutable_corpus()->mutable_row_rejects_by_reason())["ROW_TOO_LONG"] = 2;
  return status;
}

v1::EngineCounters SomeCounters() {
  v1::EngineCounters counters;
  counters.set_prompt_tokens_computed(4821);
  counters.set_prompt_tokens_needed(4790);
  counters.set_sampled_tokens(1204);
  counters.set_drafted_tokens(240);
  counters.set_accepted_drafts(81);
  counters.set_steps(96);
  counters.set_step_tokens(6032);
  counters.set_busy_microseconds(6917500);
  counters.set_prefix_tokens(3000);
  counters.set_generate_prompt_tokens(800);
  counters.set_generate_sampled_tokens(1200);
  counters.set_verify_tokens(750);
  counters.set_closed_book_tokens(250);
  return counters;
}

// The keys of an object, in order.
std::vector<std::string> KeysOf(const std::string& json) {
  std::vector<std::string> keys;
  re2::StringPiece rest(json);
  std::string key;
  while (RE2::FindAndConsume(&rest, "\"([a-z_]+)\":", &key)) keys.push_back(key);
  return keys;
}

TEST(StatusTextTest, OfAStoreHasNothingThatOnlyACoordinatorKnows) {
  StatusView view;
  view.where = "out/store";
  v1::StatusReply status = AtRest();
  status.mutable_corpus()->set_without_chunk(1);
  (*status.mutable_corpus()->mutable_no_chunk_by_reason())["NOT_PROSE"] = 1;
  const std::string text = StatusText(status, view);

  EXPECT_THAT(text, HasSubstr("run 0102  out/store\n"));
  EXPECT_THAT(text, HasSubstr("model      model.gguf (native, int8, chatml)\n"));
  EXPECT_THAT(text, HasSubstr("stages     read, plan, generate\n"));
  EXPECT_THAT(text, HasSubstr("documents  3 (9000 tokens), 0 too short, 0 duplicates, "
                              "1 without a chunk\n    not_prose                   1  100.0 %\n"));
  EXPECT_THAT(text, HasSubstr("    row_too_long                2  100.0 %\n"));
  for (const char* word : {"leased", "audits", "workers", "up ", "engine", "split"}) {
    EXPECT_THAT(text, Not(HasSubstr(word)));
  }
}

TEST(StatusTextTest, TellsDuplicatesOfDocumentsFromThoseOfShortRows) {
  v1::StatusReply status = AtRest();
  status.mutable_corpus()->set_duplicates(2);
  status.mutable_corpus()->set_duplicate_rows(300);

  EXPECT_THAT(StatusText(status, {}),
              AllOf(HasSubstr("0 too short, 2 duplicates, "), HasSubstr(", 300 duplicates, ")));
  EXPECT_THAT(StatusJson(status), IsOkAndHolds(AllOf(HasSubstr("\"duplicates\":2,"),
                                                     HasSubstr("\"duplicate_rows\":300,"))));
}

TEST(StatusTextTest, TellsDocumentsThatWereLeftOutFromThoseWithoutAChunk) {
  v1::StatusReply status = AtRest();
  v1::CorpusCounts& corpus = *status.mutable_corpus();
  corpus.set_without_chunk(5);
  corpus.set_not_kept(7);
  (*corpus.mutable_no_chunk_by_reason())["NOT_PROSE"] = 1;
  (*corpus.mutable_no_chunk_by_reason())["NOT_SAMPLED"] = 3;
  (*corpus.mutable_no_chunk_by_reason())["NEAR_DUPLICATE"] = 1;

  const std::string text = StatusText(status, {});

  EXPECT_THAT(text, HasSubstr(", 1 without a chunk\n"));
  EXPECT_THAT(text, HasSubstr("left out   4 documents by the selection\n"
                              "left out   7 documents by keep_if\n"));
}

TEST(StatusTextTest, HasEngineCountersOnceThereAreSome) {
  v1::StatusReply status = AtRest();
  *status.mutable_work() = SomeCounters();
  EXPECT_THAT(
      StatusText(status, {}),
      HasSubstr("engine     4821 prompt tokens computed, 4790 needed (1.006), 1204 sampled\n"
                "           96 steps of 62.8 columns, 81 of 240 drafts taken, 871 tokens/s\n"
                "           50 % of the tokens for chunks, 33 % for pairs, 12 % for judging, "
                "4 % without the chunk; 40 for each accepted pair\n"));
  status.mutable_tasks()->set_accepted(0);
  status.mutable_work()->set_second_prompt_tokens(1000);
  status.mutable_work()->set_second_sampled_tokens(1000);
  EXPECT_THAT(StatusText(status, {}),
              HasSubstr("3 % without the chunk, 25 % for second answers\n"));
  status.mutable_work()->Clear();
  status.mutable_work()->set_steps(3);
  EXPECT_THAT(StatusText(status, {}),
              HasSubstr("engine     0 prompt tokens computed, 0 needed (0.000), 0 sampled\n"
                        "           3 steps, 0 of 0 drafts taken\n"));
}

TEST(StatusTextTest, TellsTheTimeOfEachPhaseIfTheEngineKnowsIt) {
  v1::StatusReply status = AtRest();
  *status.mutable_work() = SomeCounters();
  EXPECT_THAT(StatusText(status, {}), Not(HasSubstr("time:")));
  status.mutable_work()->set_prefix_microseconds(81240000);
  status.mutable_work()->set_verify_microseconds(2060000);

  EXPECT_THAT(StatusText(status, {}), HasSubstr("           time: chunks 1m21.2s, judging 2.1s\n"));
}

// A server need not tell what it had in its cache, and has no steps of ours.
TEST(StatusTextTest, BoundsWhatAServerComputed) {
  v1::StatusReply status = AtRest();
  status.mutable_model()->set_engine("openai");
  status.mutable_work()->set_prompt_tokens_computed(4821);
  status.mutable_work()->set_prompt_tokens_needed(4790);
  status.mutable_work()->set_sampled_tokens(1204);
  status.mutable_work()->set_steps(96);
  EXPECT_THAT(StatusText(status, {}),
              HasSubstr("engine     at most 4821 prompt tokens computed, 4790 needed (1.006), "
                        "1204 sampled\n           96 requests\n"));
}

TEST(StatusTextTest, NamesThePartition) {
  v1::StatusReply status = AtRest();
  status.mutable_partition()->set_index(2);
  status.mutable_partition()->set_count(7);

  EXPECT_THAT(StatusText(status, {}), HasSubstr("split      partition 2 of 7\n"));
}

TEST(StatusTextTest, HasCountsRatesAndTimeLeft) {
  const std::string text = StatusText(Running(), Live("10.0.0.7:7447", 10));

  EXPECT_THAT(text, HasSubstr("run 0102  10.0.0.7:7447"));
  EXPECT_THAT(text, HasSubstr("stage      generate, up 1m1s"));
  EXPECT_THAT(text, HasSubstr("1000 planned, 250 done (25.0 %), 150 accepted (60.0 % of done)"));
  EXPECT_THAT(text, HasSubstr("50 leased, 700 pending, 2.50 results/s\n"));
  EXPECT_THAT(text, HasSubstr("work       27 % of the tokens, at 812 a second, 5m left\n"));
  EXPECT_THAT(text, HasSubstr("workers    2 connected, 3 known"));
  EXPECT_LT(text.find("verdict"), text.find("duplicate "));
  EXPECT_THAT(text, Not(HasSubstr("PAUSED")));
}

TEST(StatusTextTest, ShowsPauseAndQuarantineAndCutsTheListOfWorkers) {
  v1::StatusReply status = Running();
  status.set_paused("99 % of the last 200 are rejects");
  status.mutable_workers(0)->set_quarantined("its results could not be made again");

  const std::string text = StatusText(status, Live("a:1", 1));

  EXPECT_THAT(text, HasSubstr("PAUSED     99 % of the last 200"));
  EXPECT_THAT(text, HasSubstr("quarantined: its results"));
  EXPECT_THAT(text, HasSubstr("... and 2 more"));
  EXPECT_THAT(text, Not(HasSubstr("gpu-1")));
}

TEST(StatusTextTest, AStalledRunHasNoTimeLeft) {
  v1::StatusReply status = Running();
  status.set_tokens_per_s(0);
  status.set_seconds_left(0);

  EXPECT_THAT(StatusText(status, Live("a:1", 1)), HasSubstr("work       27 % done\n"));
  EXPECT_THAT(StatusText(status, Live("a:1", 1)), Not(HasSubstr("left")));
}

TEST(StatusTextTest, OfAnOlderCoordinatorTellsNoTimeLeft) {
  v1::StatusReply status = Running();
  status.clear_work_share();
  status.clear_tokens_per_s();
  status.clear_seconds_left();

  EXPECT_THAT(StatusText(status, Live("a:1", 1)), Not(HasSubstr("work  ")));
}

TEST(StatusTextTest, EscapesWhatPeersHaveNamed) {
  v1::StatusReply status = Running();
  status.mutable_workers(0)->set_worker("\x1b[2J");
  status.set_paused("\x1b[2J");

  EXPECT_THAT(StatusText(status, Live("a:1", 1)), Not(HasSubstr("\x1b")));
}

TEST(StatusJsonTest, IsOneObjectWithAllWorkers) {
  ASSERT_OK_AND_ASSIGN(const std::string text, StatusJson(Running()));

  EXPECT_THAT(text, HasSubstr("\"pairs\":1000,\"accepted\":150"));
  EXPECT_THAT(text, HasSubstr("\"rejects\":{\"verdict\":60,\"duplicate\":40}"));
  EXPECT_THAT(text, HasSubstr("\"worker\":\"gpu-2\""));
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST(StatusJsonTest, HasTheSameKeysForAStoreAndACoordinator) {
  v1::StatusReply running = Running();
  running.clear_workers();
  ASSERT_OK_AND_ASSIGN(const std::string live, StatusJson(running));
  v1::StatusReply at_rest = AtRest();
  at_rest.mutable_corpus()->clear_row_rejects_by_reason();
  ASSERT_OK_AND_ASSIGN(const std::string stored, StatusJson(at_rest));

  EXPECT_EQ(KeysOf(live), KeysOf(stored));
}

TEST(StatusJsonTest, HasEveryEngineCounter) {
  v1::StatusReply status;
  *status.mutable_work() = SomeCounters();

  EXPECT_THAT(StatusJson(status),
              IsOkAndHolds(HasSubstr(
                  "\"engine\":{\"prompt_tokens_computed\":4821,\"prompt_tokens_needed\":4790,"
                  "\"sampled_tokens\":1204,\"drafted_tokens\":240,\"accepted_drafts\":81,"
                  "\"steps\":96,\"step_tokens\":6032,\"busy_seconds\":6.9175,"
                  "\"prefix_seconds\":0.0,\"generate_seconds\":0.0,\"verify_seconds\":0.0,"
                  "\"closed_book_seconds\":0.0,\"second_seconds\":0.0,"
                  "\"prefix_tokens\":3000,\"generate_prompt_tokens\":800,"
                  "\"generate_sampled_tokens\":1200,\"verify_tokens\":750,"
                  "\"closed_book_tokens\":250,\"second_prompt_tokens\":0,"
                  "\"second_sampled_tokens\":0,\"tokens_per_accepted\":0.0}")));
}

}  // namespace
}  // namespace quipu::pipelines
