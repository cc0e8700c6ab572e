// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The report of a run at work: `quipu serve --page ADDRESS`. The page is the report of the store,
// made again from time to time, with what the coordinator and its workers do now above it.
//
//   ASSIGN_OR_RETURN(const auto page, LivePage::Start(options, [&] { return Now(); }));
//   page->SetStore(store);
//   page->SetStore(nullptr);  // Before the store is closed.
//
// A report is made at most every half minute, and takes at most a twentieth of the time: one of ten
// million pairs every quarter of an hour. Thread-safe. What `now` uses must outlive it.
#ifndef QUIPU_PIPELINES_REPORT_LIVE_LIVE_PAGE_H_
#define QUIPU_PIPELINES_REPORT_LIVE_LIVE_PAGE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/thread.h"
#include "pipelines/report/http/page_server.h"
#include "pipelines/report/live/now.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

class LivePage {
 public:
  // Serves a page without a report until there is a store. `now` is called for each request, from
  // the server's thread; its version is set here. Errors of PageServer::Start and Thread::Start.
  static absl::StatusOr<std::unique_ptr<LivePage>> Start(const PageServerOptions& options,
                                                         std::function<RunNow()> now);
  // Ends serving, and a report that is being made.
  ~LivePage();
  LivePage(const LivePage&) = delete;
  LivePage& operator=(const LivePage&) = delete;

  // What to report of from now on; null: the last report stays. Ends a report that is being
  // made and waits for its end, so that the last store can be closed then.
  void SetStore(const storage::StoreView* store);

  std::string url() const { return server_->url(); }
  // The reply to a request; for tests.
  PageReply Answer(const PageRequest& request) const;
  // Waits until there is a report of the store that was set; for tests.
  void AwaitReport() const;

 private:
  explicit LivePage(std::function<RunNow()> now);
  void MakeReports();

  const std::function<RunNow()> now_;
  mutable absl::Mutex mutex_;
  std::string page_ ABSL_GUARDED_BY(mutex_);
  uint64_t version_ ABSL_GUARDED_BY(mutex_) = 0;
  const storage::StoreView* store_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::atomic<bool> stop_reading_{false};
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  Thread reporter_;
  std::unique_ptr<PageServer> server_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_LIVE_LIVE_PAGE_H_
