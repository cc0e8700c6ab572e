// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/live/live_page.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "pipelines/report/report.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kLeastPeriod = absl::Seconds(30);
constexpr int kPeriodsOfWork = 20;

}  // namespace

LivePage::LivePage(std::function<RunNow()> now) : now_(std::move(now)), page_(EmptyLivePage()) {}

absl::StatusOr<std::unique_ptr<LivePage>> LivePage::Start(const PageServerOptions& options,
                                                          std::function<RunNow()> now) {
  auto page = absl::WrapUnique(new LivePage(std::move(now)));
  LivePage* const raw = page.get();
  ASSIGN_OR_RETURN(page->server_, PageServer::Start(options, [raw](const PageRequest& request) {
                     return raw->Answer(request);
                   }));
  ASSIGN_OR_RETURN(page->reporter_, Thread::Start("report", [raw] { raw->MakeReports(); }));
  return page;
}

LivePage::~LivePage() {
  server_.reset();
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
    stop_reading_ = true;
  }
  reporter_.Join();
}

void LivePage::SetStore(const storage::StoreView* store) {
  absl::MutexLock lock(&mutex_);
  store_ = store;
  stop_reading_ = true;
  mutex_.Await(absl::Condition(
      +[](bool* reading) { return !*reading; }, &reading_));
  stop_reading_ = false;
}

PageReply LivePage::Answer(const PageRequest& request) const {
  PageReply reply;
  reply.type = "text/html; charset=utf-8";
  if (request.method != "GET" || (request.path != "/" && request.path != "/now")) {
    return ErrorPage(absl::NotFoundError("there is only this page: /"));
  }
  if (request.path == "/") {
    absl::MutexLock lock(&mutex_);
    reply.body = page_;
    return reply;
  }
  RunNow now = now_();
  {
    absl::MutexLock lock(&mutex_);
    now.version = version_;
  }
  reply.body = NowHtml(now);
  return reply;
}

void LivePage::AwaitReport() const {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(
      +[](const uint64_t* version) { return *version > 0; }, &version_));
}

void LivePage::MakeReports() {
  Clock* const clock = Clock::Real();
  absl::Duration period = absl::ZeroDuration();
  while (true) {
    const storage::StoreView* store = nullptr;
    uint64_t version = 0;
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&ending_), period)) return;
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return ending_ || store_ != nullptr;
      };
      mutex_.Await(absl::Condition(&ready));
      if (ending_) return;
      store = store_;
      version = version_ + 1;
      reading_ = true;
    }
    const absl::Duration began = clock->Monotonic();
    ReportOptions options;
    options.live_version = version;
    options.stop = [this] { return stop_reading_.load(); };
    absl::StatusOr<std::string> page = ReportHtml(*store, options);
    if (!page.ok() && !absl::IsCancelled(page.status())) {
      LogWarning(absl::StrCat("the live page keeps its last report: ", page.status().message()));
    }
    period = std::max(kLeastPeriod, kPeriodsOfWork * (clock->Monotonic() - began));
    absl::MutexLock lock(&mutex_);
    reading_ = false;
    if (!page.ok()) continue;
    page_ = *std::move(page);
    version_ = version;
  }
}

}  // namespace quipu::pipelines
