// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/report.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::TempDir;

// Markup, a script, an entity, an override of direction, a control character.
constexpr char kHostile[] =
    "</script></span><script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt;\xe2\x80\xae"
    "evil\xe2\x81\xa6\x1b[31m";

size_t Occurrences(absl::string_view text, absl::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != absl::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

class ReportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), testing::TestHeader()));
  }

  // A document with one pair about all of its text.
  void AddPair(const std::string& text, const std::string& source, const std::string& question,
               const std::string& answer, v1::RejectReason reason) {
    v1::Document document = testing::TestDocument(++documents_);
    document.set_text(text);
    document.mutable_provenance()->set_source(source);
    storage::IngestBatch batch;
    batch.documents = {document};
    batch.progress.set_source(source);
    ASSERT_OK(store_->Ingest(batch));
    v1::DocumentPlan plan = testing::TestPlan(document, 1);
    plan.mutable_tasks(0)->mutable_chunk()->set_begin(0);
    plan.mutable_tasks(0)->mutable_chunk()->set_end(text.size());
    ASSERT_OK(store_->AddPlan(plan));
    v1::Result result;
    *result.mutable_task() = plan.tasks(0);
    result.set_question(question);
    result.set_answer(answer);
    if (reason != v1::REJECT_REASON_UNSPECIFIED) {
      result.mutable_reject()->set_reason(reason);
      result.mutable_reject()->set_detail(answer);
    }
    ASSERT_OK(testing::Commit(store_.get(), result));
  }

  std::string Page(uint64_t seed = 0) {
    ReportOptions options;
    options.seed = seed;
    auto page = ReportHtml(*store_, options);
    EXPECT_OK(page);
    return page.ok() ? *page : "";
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
  int documents_ = 0;
};

TEST_F(ReportTest, ShowsARunWithoutResults) {
  const std::string empty = Page();
  EXPECT_THAT(empty, HasSubstr("The run is unfinished: its next stage is read"));
  EXPECT_THAT(empty, HasSubstr("No pair has a result yet"));
  EXPECT_THAT(empty, Not(HasSubstr("class=\"sample ")));

  testing::AddPlannedDocument(store_.get(), 1, 4);

  EXPECT_THAT(Page(), HasSubstr("4 of 4 planned pairs have no result yet"));
}

TEST_F(ReportTest, SaysWhenACompleteRunHasNoRows) {
  for (const v1::Stage stage :
       {v1::STAGE_READ, v1::STAGE_PLAN, v1::STAGE_GENERATE, v1::STAGE_DEDUP, v1::STAGE_PACK}) {
    ASSERT_OK(store_->MarkStageDone(stage));
  }
  const std::string no_pairs = Page();
  EXPECT_THAT(no_pairs, HasSubstr("It had no pairs to make"));
  EXPECT_THAT(no_pairs, Not(HasSubstr("No pair has a result yet")));
  EXPECT_THAT(no_pairs, Not(HasSubstr("packing is the last stage")));

  AddPair("The sea is wide.", "corpus/a.jsonl", "How deep is it?", "It is deep.",
          v1::REJECT_REASON_NOT_GROUNDED);

  EXPECT_THAT(Page(), HasSubstr("no pair was accepted: there are no long rows"));
  EXPECT_THAT(Page(), HasSubstr("The run made no training rows"));
}

TEST_F(ReportTest, HasEachSampleWithItsEvidenceMarked) {
  AddPair("The sea is wide. The miller sold nine sacks.", "corpus/a.jsonl",
          "How many sacks did the miller sell?", "Nine sacks.", v1::REJECT_REASON_UNSPECIFIED);
  AddPair("The sea is wide.", "corpus/a.jsonl", "How deep is it?", "It is deep.",
          v1::REJECT_REASON_NOT_GROUNDED);

  const std::string page = Page();

  EXPECT_THAT(page, HasSubstr("class=\"sample accepted\""));
  EXPECT_THAT(page, HasSubstr("class=\"sample rejected\""));
  EXPECT_THAT(page, HasSubstr("<mark>The miller sold nine sacks.</mark>"));
  EXPECT_THAT(page, HasSubstr("data-reason=\"not_grounded\""));
  EXPECT_THAT(page, HasSubstr(">not_grounded: It is deep.</dd>")) << "its detail";
  EXPECT_THAT(page, HasSubstr("corpus/a.jsonl"));
}

TEST_F(ReportTest, SaysWhyPairsWereRejectedAndWhatToChange) {
  AddPair("The sea is wide.", "a.jsonl", "How deep is it?", "It is deep.",
          v1::REJECT_REASON_VERDICT);

  const std::string page = Page();

  EXPECT_THAT(page, HasSubstr("<strong>1 of 1</strong>: <code>verdict</code>. The model itself"));
  EXPECT_THAT(page, HasSubstr("In this run: <code>verification.min_verdict_margin: 0</code>."));
  EXPECT_THAT(page, HasSubstr("href=\"#rejected-samples\""));
  EXPECT_THAT(page, HasSubstr("id=\"rejected-samples\""));
}

TEST_F(ReportTest, CutsLongExamplesBetweenCharacters) {
  std::string text = "a";  // So that a cut at an even byte is inside a character.
  for (int i = 0; i < 1000; ++i) text += "\xc3\xa9";
  AddPair("The sea is wide.", "a.jsonl", text, text, v1::REJECT_REASON_VERDICT);

  const std::string page = Page();

  EXPECT_EQ(FirstInvalidUtf8(page), page.size());
  EXPECT_THAT(page, Not(HasSubstr("\xef\xbf\xbd"))) << "U+FFFD for half a character";
  EXPECT_THAT(page, HasSubstr(absl::StrCat(">", text.substr(0, 999), "</div>")));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("Refused by: ", text.substr(0, 499), "</div>")));
}

TEST_F(ReportTest, CountsDuplicatesOfShortRowsApartFromThoseOfDocuments) {
  for (const char* source : {"documents:a.jsonl", "short_rows:b.jsonl"}) {
    storage::ImportBatch batch;
    batch.inputs.emplace_back().set_source(source);
    batch.inputs[0].set_duplicates(source[0] == 'd' ? 12 : 345);
    ASSERT_OK(store_->Import(batch));
  }

  const std::string page = Page();

  EXPECT_THAT(page, HasSubstr("Documents read</th>\n<td class=\"n\">12</td>"));
  EXPECT_THAT(page, HasSubstr("data-count=\"duplicate_rows\">345</data>"));
}

TEST_F(ReportTest, HasTheTimeOfEachPhaseIfTheEngineKnowsIt) {
  v1::EngineCounters work;
  work.set_prompt_tokens_computed(3000);
  work.set_prefix_tokens(3000);
  work.set_busy_microseconds(1250000);
  ASSERT_OK(store_->SetEngineCounters(work));
  EXPECT_THAT(Page(), Not(HasSubstr("Time by phase")));
  work.set_prefix_microseconds(1250000);
  ASSERT_OK(store_->SetEngineCounters(work));

  EXPECT_THAT(Page(), HasSubstr("Time by phase"));
  EXPECT_THAT(Page(), HasSubstr("<a href=\"#work\">Work</a>"));
  EXPECT_THAT(Page(), HasSubstr("Reading chunks</th><td class=\"n\">1.3</td>"));
}

TEST_F(ReportTest, NoTextBecomesMarkup) {
  AddPair("A plain sentence here. More.", "plain.txt", "What?", "That.",
          v1::REJECT_REASON_UNSPECIFIED);
  const std::string plain = Page();
  AddPair(kHostile, kHostile, kHostile, kHostile, v1::REJECT_REASON_UNSPECIFIED);
  AddPair(absl::StrCat(kHostile, " "), kHostile, kHostile, kHostile, v1::REJECT_REASON_VERDICT);

  const std::string page = Page();

  EXPECT_EQ(Occurrences(page, "<script"), Occurrences(plain, "<script"));
  EXPECT_EQ(Occurrences(page, "<img"), 0u);
  EXPECT_EQ(Occurrences(page, "\xe2\x80\xae"), 0u) << "an override of direction";
  EXPECT_EQ(Occurrences(page, "\xe2\x81\xa6"), 0u) << "an isolate";
  EXPECT_EQ(Occurrences(page, "\x1b"), 0u);
  EXPECT_THAT(page, HasSubstr("&lt;img src=x onerror=alert(2)&gt;"));
}

TEST_F(ReportTest, ElementsAreClosedInOrder) {
  AddPair(kHostile, "a.jsonl", kHostile, kHostile, v1::REJECT_REASON_UNSPECIFIED);
  AddPair(absl::StrCat(kHostile, " "), "b.jsonl", "Why?", "So.", v1::REJECT_REASON_VERDICT);
  const std::set<std::string> no_end = {"meta", "br", "input", "rect", "line", "!DOCTYPE"};
  std::string page = Page();
  page.resize(page.find("<script>"));

  std::vector<std::string> open;
  const size_t style = page.find("<style>");
  page.erase(style, page.find("</style>") - style + 8);
  for (size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const size_t end = page.find_first_of(" >", at);
    const std::string name = page.substr(at + 1, end - at - 1);
    if (no_end.count(name) > 0) continue;
    if (name[0] != '/') {
      open.push_back(name);
      continue;
    }
    ASSERT_FALSE(open.empty()) << page.substr(at, 80);
    ASSERT_EQ(open.back(), name.substr(1)) << page.substr(at > 200 ? at - 200 : 0, 300);
    open.pop_back();
  }

  EXPECT_THAT(open, ::testing::ElementsAre("html", "body"));
}

TEST_F(ReportTest, IsSelfContained) {
  AddPair("The miller sold nine sacks.", "a.jsonl", "What?", "Nine sacks.",
          v1::REJECT_REASON_UNSPECIFIED);

  const std::string page = Page();

  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, HasSubstr("default-src &#39;none&#39;"));
}

TEST_F(ReportTest, IsTheSameForTheSameSeed) {
  for (int i = 0; i < 45; ++i) {
    AddPair(absl::StrCat("The miller sold ", i, " sacks."), "a.jsonl",
            absl::StrCat("How many in year ", i, "?"), absl::StrCat(i, " sacks."),
            v1::REJECT_REASON_UNSPECIFIED);
  }

  EXPECT_EQ(Page(1), Page(1));
  EXPECT_NE(Page(1), Page(2));
  EXPECT_EQ(Occurrences(Page(1), "class=\"sample accepted\""), 30u);
}

TEST_F(ReportTest, IsUnderFiveMegabytesWhateverTheTextsAre) {
  const std::string long_text(20000, '"');  // Six times as long in HTML.
  for (int i = 0; i < 70; ++i) {
    AddPair(absl::StrCat(i, long_text), "a.jsonl", long_text, long_text,
            i % 2 == 0 ? v1::REJECT_REASON_UNSPECIFIED : v1::REJECT_REASON_VERDICT);
  }

  EXPECT_LT(Page().size(), 5u << 20);
}

}  // namespace
}  // namespace quipu::pipelines
