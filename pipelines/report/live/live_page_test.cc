// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/live/live_page.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TempDir;

constexpr char kHostile[] = "<script>alert(1)</script>";

v1::StatusReply Status() {
  v1::StatusReply status;
  status.set_stage(v1::STAGE_GENERATE);
  status.mutable_tasks()->set_leased(7);
  v1::WorkerStatus& working = *status.add_workers();
  working.set_worker("gpu-1");
  working.set_connected(true);
  working.set_leases(3);
  working.set_results(1234);
  v1::WorkerStatus& gone = *status.add_workers();
  gone.set_worker(kHostile);
  v1::WorkerStatus& bad = *status.add_workers();
  bad.set_worker("gpu-2");
  bad.set_quarantined("2 audits failed");
  return status;
}

TEST(NowHtml, TellsProgressAndTheStateOfEachWorker) {
  RunNow now;
  now.status = Status();
  now.progress = "120/480 pairs  19m20s left";
  now.version = 4;

  const std::string markup = NowHtml(now);

  EXPECT_THAT(markup,
              AllOf(HasSubstr("data-version=\"4\""), HasSubstr("120/480 pairs, 19m20s left"),
                    HasSubstr("7 pairs are leased")));
  EXPECT_THAT(markup, HasSubstr(">gpu-1</th><td>at work</td>"));
  EXPECT_THAT(markup, HasSubstr("1,234"));
  EXPECT_THAT(markup, HasSubstr("<td>gone</td>"));
  EXPECT_THAT(markup, HasSubstr("<td class=\"n\">0s</td>"));
  EXPECT_THAT(markup, HasSubstr("quarantined: 2 audits failed"));
  EXPECT_THAT(markup, Not(HasSubstr(kHostile)));
}

TEST(NowHtml, SaysThatNoPairIsMadeYet) {
  EXPECT_THAT(NowHtml({}), HasSubstr("no pair is made yet"));
}

class LivePageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    PageServerOptions options;
    options.address = "127.0.0.1:0";
    ASSERT_OK_AND_ASSIGN(page_, LivePage::Start(options, [] {
                           RunNow now;
                           now.status = Status();
                           return now;
                         }));
  }
  std::string Get(const std::string& path) { return page_->Answer({"GET", path, "", ""}).body; }

  TempDir dir_;
  std::unique_ptr<LivePage> page_;
};

TEST_F(LivePageTest, ShowsWhoWorksBeforeThereIsAReport) {
  EXPECT_THAT(Get("/"), AllOf(HasSubstr("id=\"live-now\""), HasSubstr("There is no report yet")));
  EXPECT_THAT(Get("/now"), AllOf(HasSubstr("data-version=\"0\""), HasSubstr("gpu-1")));
  EXPECT_EQ(page_->Answer({"GET", "/other", "", ""}).code, 404u);
  EXPECT_EQ(page_->Answer({"POST", "/", "", ""}).code, 404u);
}

TEST_F(LivePageTest, ReportsOfTheStoreUntilThereIsNone) {
  ASSERT_OK_AND_ASSIGN(auto store,
                       storage::Store::Create(dir_.Path("store"), testing::TestHeader()));
  testing::AddPlannedDocument(store.get(), 1, 4);

  page_->SetStore(store.get());
  page_->AwaitReport();

  EXPECT_THAT(Get("/"), AllOf(HasSubstr("4 of 4 planned pairs have no result yet"),
                              HasSubstr("<section id=\"live\""), HasSubstr("connect-src")));
  EXPECT_THAT(Get("/now"), HasSubstr("data-version=\"1\""));

  page_->SetStore(nullptr);
  ASSERT_OK(store->Close());

  EXPECT_THAT(Get("/"), HasSubstr("4 of 4 planned pairs")) << "the last report stays";
}

}  // namespace
}  // namespace quipu::pipelines
