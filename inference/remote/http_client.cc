// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/http_client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "absl/base/call_once.h"
#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/thread.h"
#include "inference/remote/base_url.h"
#include "inference/remote/curl_transfer.h"

namespace quipu::inference {
namespace {

// A wake-up ends the wait early; this bounds the cost of a lost one.
constexpr int kPollMs = 1000;

struct MultiDeleter {  // The handle type is void in C++.
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using Multi = std::unique_ptr<CURLM, MultiDeleter>;

void InitCurl() {
  static absl::once_flag once;
  absl::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// One call in progress.
struct Call {
  CurlTransfer transfer;
  HttpClient::Done done;
};
using CallPtr = std::unique_ptr<Call>;

CurlSettings SettingsOf(HttpClientOptions options) {
  CurlSettings settings;
  settings.loopback = IsLoopbackUrl(options.base_url);
  settings.base_url = std::move(options.base_url);
  settings.ca_file = std::move(options.ca_file);
  settings.connect_timeout = options.connect_timeout;
  settings.max_reply_bytes = options.max_reply_bytes;
  const auto add = [&settings](const std::string& line) {
    settings.headers.reset(curl_slist_append(settings.headers.release(), line.c_str()));
  };
  add("Content-Type: application/json");
  add("Accept: application/json");
  // Without it, curl asks before it sends a body, and waits.
  add("Expect:");
  if (!options.bearer_token.empty()) {
    add(absl::StrCat("Authorization: Bearer ", options.bearer_token));
  }
  return settings;
}

class CurlHttpClient : public HttpClient {
 public:
  CurlHttpClient(HttpClientOptions options, CURLM* multi)
      : max_in_flight_(options.max_in_flight),
        settings_(SettingsOf(std::move(options))),
        multi_(multi) {
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(max_in_flight_));
  }

  ~CurlHttpClient() override {
    {
      absl::MutexLock lock(&mutex_);
      stopped_ = true;
      exit_ = true;
    }
    curl_multi_wakeup(multi_.get());
    thread_.Join();
    spare_.clear();  // Before the multi handle that they were used with.
  }

  // Starts the thread: the last step of construction.
  absl::Status Start() {
    ASSIGN_OR_RETURN(thread_, Thread::Start("quipu-http", [this] { Loop(); }));
    return absl::OkStatus();
  }

  void SendAsync(HttpRequest request, Done done) override {
    auto call = std::make_unique<Call>();
    call->transfer.request = std::move(request);
    call->done = std::move(done);
    {
      absl::MutexLock lock(&mutex_);
      if (!stopped_) {
        queue_.push_back(std::move(call));
        ++stats_.requests;
      }
    }
    if (call != nullptr) return call->done(Cancelled());
    curl_multi_wakeup(multi_.get());
  }

  void RunAfter(absl::Duration delay, std::function<void()> work) override {
    {
      absl::MutexLock lock(&mutex_);
      timers_.emplace(Clock::Real()->Monotonic() + delay, std::move(work));
    }
    curl_multi_wakeup(multi_.get());
  }

  HttpStats stats() const override {
    absl::MutexLock lock(&mutex_);
    return stats_;
  }

  void Shutdown() override {
    {
      absl::MutexLock lock(&mutex_);
      stopped_ = true;
    }
    curl_multi_wakeup(multi_.get());
  }

 private:
  static absl::Status Cancelled() { return absl::CancelledError("the engine was shut down"); }

  void Loop() {
    // Writing to a connection that the server closed must be an error to
    // return, not the end of the process.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (true) {
      bool stopped;
      {
        absl::MutexLock lock(&mutex_);
        stopped = stopped_;
        if (exit_ && queue_.empty() && running_.empty() && timers_.empty()) return;
      }
      if (stopped) {
        CancelAll();
      } else {
        StartQueued();
      }
      RunDue(stopped);
      int still_running = 0;
      curl_multi_perform(multi_.get(), &still_running);
      FinishDone();
      curl_multi_poll(multi_.get(), nullptr, 0, PollMs(), nullptr);
    }
  }

  // Runs the timers that are due, or all.
  void RunDue(bool all) {
    const absl::Duration now = Clock::Real()->Monotonic();
    std::vector<std::function<void()>> due;
    {
      absl::MutexLock lock(&mutex_);
      const auto end = all ? timers_.end() : timers_.upper_bound(now);
      for (auto timer = timers_.begin(); timer != end; ++timer) {
        due.push_back(std::move(timer->second));
      }
      timers_.erase(timers_.begin(), end);
    }
    for (const std::function<void()>& work : due) work();
  }

  // How long to wait for events: at most until the next timer, rounded up. Not
  // at all when stopping, since the wake-up may have come before the last
  // timers ran.
  int PollMs() {
    absl::MutexLock lock(&mutex_);
    if (exit_) return 0;
    if (timers_.empty()) return kPollMs;
    const absl::Duration left = timers_.begin()->first - Clock::Real()->Monotonic();
    const int64_t ms = absl::ToInt64Milliseconds(absl::Ceil(left, absl::Milliseconds(1)));
    return static_cast<int>(std::clamp<int64_t>(ms, 0, kPollMs));
  }

  void StartQueued() {
    while (running_.size() < static_cast<size_t>(max_in_flight_)) {
      CallPtr call;
      {
        absl::MutexLock lock(&mutex_);
        if (queue_.empty()) return;
        call = std::move(queue_.front());
        queue_.pop_front();
        stats_.most_in_flight =
            std::max(stats_.most_in_flight, static_cast<int>(running_.size()) + 1);
      }
      CurlEasy easy = HandleFor(&call->transfer);
      const CURLMcode added =
          easy == nullptr ? CURLM_OUT_OF_MEMORY : curl_multi_add_handle(multi_.get(), easy.get());
      if (added != CURLM_OK) {
        call->done(absl::UnavailableError(curl_multi_strerror(added)));
        continue;
      }
      CURL* const key = easy.get();
      running_.emplace(key, Running{std::move(easy), std::move(call)});
    }
  }

  // Reusing a handle saves its buffers. All its options are reset.
  CurlEasy HandleFor(CurlTransfer* transfer) {
    CurlEasy easy;
    if (spare_.empty()) {
      easy.reset(curl_easy_init());
      if (easy == nullptr) return nullptr;
    } else {
      easy = std::move(spare_.back());
      spare_.pop_back();
      curl_easy_reset(easy.get());
    }
    PrepareTransfer(settings_, transfer, easy.get());
    return easy;
  }

  void FinishDone() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      const auto found = running_.find(message->easy_handle);
      if (found == running_.end()) continue;
      Running ended = std::move(found->second);
      running_.erase(found);
      End(std::move(ended), code);
    }
  }

  struct Running {
    CurlEasy easy;
    CallPtr call;
  };

  void End(Running ended, CURLcode code) {
    long connects = 0;
    curl_easy_getinfo(ended.easy.get(), CURLINFO_NUM_CONNECTS, &connects);
    Call& call = *ended.call;
    const absl::Status result = EndTransfer(code, ended.easy.get(), &call.transfer);
    curl_multi_remove_handle(multi_.get(), ended.easy.get());
    {
      absl::MutexLock lock(&mutex_);
      stats_.connections += connects;
    }
    curl_easy_reset(ended.easy.get());  // It points into the transfer.
    spare_.push_back(std::move(ended.easy));
    if (!result.ok()) return call.done(result);
    call.done(std::move(call.transfer.response));
  }

  void CancelAll() {
    std::vector<CallPtr> cancelled;
    for (auto& [handle, running] : running_) {
      curl_multi_remove_handle(multi_.get(), handle);
      running.easy.reset();  // It points into the transfer.
      cancelled.push_back(std::move(running.call));
    }
    running_.clear();
    {
      absl::MutexLock lock(&mutex_);
      for (CallPtr& call : queue_) cancelled.push_back(std::move(call));
      queue_.clear();
    }
    for (const CallPtr& call : cancelled) call->done(Cancelled());
  }

  const int max_in_flight_;
  const CurlSettings settings_;
  const Multi multi_;
  // Only the thread uses these.
  absl::flat_hash_map<CURL*, Running> running_;
  std::vector<CurlEasy> spare_;

  mutable absl::Mutex mutex_;
  std::deque<CallPtr> queue_ ABSL_GUARDED_BY(mutex_);
  // By due time.
  std::multimap<absl::Duration, std::function<void()>> timers_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool exit_ ABSL_GUARDED_BY(mutex_) = false;
  HttpStats stats_ ABSL_GUARDED_BY(mutex_);
  Thread thread_;  // The last member: the thread uses all the others.
};

}  // namespace

absl::StatusOr<HttpResponse> HttpClient::Send(const HttpRequest& request) {
  absl::Notification ended;
  absl::StatusOr<HttpResponse> response;
  SendAsync(request, [&](absl::StatusOr<HttpResponse> given) {
    response = std::move(given);
    ended.Notify();
  });
  ended.WaitForNotification();
  return response;
}

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Create(const HttpClientOptions& options) {
  RETURN_IF_ERROR(CheckBaseUrl(options.base_url, !options.bearer_token.empty()));
  if (options.max_in_flight < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("requests in flight is ", options.max_in_flight, ", want 1 or more"));
  }
  HttpClientOptions checked = options;
  while (absl::EndsWith(checked.base_url, "/")) checked.base_url.pop_back();
  if (checked.max_reply_bytes == 0) checked.max_reply_bytes = kMaxHttpReplyBytes;
  if (!checked.ca_file.empty()) {
    // For a missing file, libcurl only says that it cannot be used.
    RETURN_IF_ERROR(ReadFile(checked.ca_file, kMaxSpecBytes).status());
  }
  InitCurl();
  CURLM* const multi = curl_multi_init();
  if (multi == nullptr) return absl::ResourceExhaustedError("libcurl cannot be initialised");
  auto client = std::make_unique<CurlHttpClient>(std::move(checked), multi);
  RETURN_IF_ERROR(client->Start());
  return client;
}

}  // namespace quipu::inference
