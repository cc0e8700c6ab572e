// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/http_client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "absl/base/call_once.h"
#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/thread.h"

namespace quipu::inference {
namespace {

constexpr absl::string_view kRetryAfter = "retry-after:";
// A wake-up ends the wait early; this bounds the cost of a lost one.
constexpr int kPollMs = 1000;

// Both handle types are void in C++.
struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using Multi = std::unique_ptr<CURLM, MultiDeleter>;
using Headers = std::unique_ptr<curl_slist, ListDeleter>;

void InitCurl() {
  static absl::once_flag once;
  absl::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// One call in progress.
struct Transfer {
  HttpRequest request;
  HttpClient::Done done;
  std::string url;
  uint64_t max_reply_bytes = 0;
  bool too_long = false;
  HttpResponse response;
  char error[CURL_ERROR_SIZE] = "";
};
using TransferPtr = std::unique_ptr<Transfer>;

size_t OnBody(char* data, size_t size, size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  const size_t bytes = size * count;
  std::string& body = transfer->response.body;
  if (bytes > transfer->max_reply_bytes - body.size()) {
    transfer->too_long = true;
    return 0;
  }
  body.append(data, bytes);
  return bytes;
}

size_t OnHeader(char* data, size_t size, size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  const absl::string_view line(data, size * count);
  if (absl::StartsWithIgnoreCase(line, kRetryAfter)) {
    transfer->response.retry_after =
        std::string(absl::StripAsciiWhitespace(line.substr(kRetryAfter.size())).substr(0, 64));
  }
  return line.size();
}

// `untrusted`: OpenSSL rejected the server's certificate, whatever error
// libcurl makes of it.
absl::Status StatusOf(CURLcode code, bool untrusted, const Transfer& transfer) {
  if (code == CURLE_OK) return absl::OkStatus();
  if (transfer.too_long) {
    return absl::FailedPreconditionError(
        absl::StrCat("the reply has more than ", transfer.max_reply_bytes, " bytes"));
  }
  const std::string what =
      Snippet(transfer.error[0] != '\0' ? transfer.error : curl_easy_strerror(code), 200);
  if (untrusted || code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
      code == CURLE_SSL_ISSUER_ERROR) {
    return absl::FailedPreconditionError(
        absl::StrCat("the server's certificate is not trusted: ", what));
  }
  if (code == CURLE_OPERATION_TIMEDOUT) return absl::DeadlineExceededError(what);
  return absl::UnavailableError(what);
}

class CurlHttpClient : public HttpClient {
 public:
  CurlHttpClient(HttpClientOptions options, CURLM* multi)
      : options_(std::move(options)), loopback_(IsLoopbackUrl(options_.base_url)), multi_(multi) {
    AddHeader("Content-Type: application/json");
    AddHeader("Accept: application/json");
    // Without it, curl asks before it sends a body, and waits.
    AddHeader("Expect:");
    if (!options_.bearer_token.empty()) {
      AddHeader(absl::StrCat("Authorization: Bearer ", options_.bearer_token));
    }
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS,
                      static_cast<long>(options_.max_in_flight));
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
    auto transfer = std::make_unique<Transfer>();
    transfer->request = std::move(request);
    transfer->done = std::move(done);
    transfer->url = absl::StrCat(options_.base_url, transfer->request.path);
    transfer->max_reply_bytes = options_.max_reply_bytes;
    {
      absl::MutexLock lock(&mutex_);
      if (!stopped_) {
        queue_.push_back(std::move(transfer));
        ++stats_.requests;
      }
    }
    if (transfer != nullptr) return transfer->done(Cancelled());
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

  void AddHeader(const std::string& line) {
    headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  }

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
    while (running_.size() < static_cast<size_t>(options_.max_in_flight)) {
      TransferPtr transfer;
      {
        absl::MutexLock lock(&mutex_);
        if (queue_.empty()) return;
        transfer = std::move(queue_.front());
        queue_.pop_front();
        stats_.most_in_flight =
            std::max(stats_.most_in_flight, static_cast<int>(running_.size()) + 1);
      }
      Easy easy = Prepare(transfer.get());
      const CURLMcode added =
          easy == nullptr ? CURLM_OUT_OF_MEMORY : curl_multi_add_handle(multi_.get(), easy.get());
      if (added != CURLM_OK) {
        transfer->done(absl::UnavailableError(curl_multi_strerror(added)));
        continue;
      }
      CURL* const key = easy.get();
      running_.emplace(key, Running{std::move(easy), std::move(transfer)});
    }
  }

  // Reusing a handle saves its buffers. All its options are reset.
  Easy Prepare(Transfer* transfer) {
    Easy easy;
    if (spare_.empty()) {
      easy.reset(curl_easy_init());
      if (easy == nullptr) return nullptr;
    } else {
      easy = std::move(spare_.back());
      spare_.pop_back();
      curl_easy_reset(easy.get());
    }
    CURL* const handle = easy.get();
    const HttpRequest& request = transfer->request;
    curl_easy_setopt(handle, CURLOPT_URL, transfer->url.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_.get());
    if (!request.body.empty()) {
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &OnBody);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &OnHeader);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->error);
    SetLimits(request, handle);
    return easy;
  }

  void SetLimits(const HttpRequest& request, CURL* handle) {
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                     std::max<long>(1, absl::ToInt64Milliseconds(request.timeout)));
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                     std::max<long>(1, absl::ToInt64Milliseconds(options_.connect_timeout)));
    // To a proxy, "localhost" is another machine.
    if (loopback_) curl_easy_setopt(handle, CURLOPT_PROXY, "");
    if (!options_.ca_file.empty()) {
      curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
      curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    }
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
    Easy easy;
    TransferPtr transfer;
  };

  void End(Running ended, CURLcode code) {
    long connects = 0;
    long status = 0;
    long verified = 0;
    curl_easy_getinfo(ended.easy.get(), CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_getinfo(ended.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(ended.easy.get(), CURLINFO_SSL_VERIFYRESULT, &verified);
    curl_multi_remove_handle(multi_.get(), ended.easy.get());
    ended.transfer->response.status = static_cast<int>(status);
    {
      absl::MutexLock lock(&mutex_);
      stats_.connections += connects;
    }
    const absl::Status result = StatusOf(code, verified != 0, *ended.transfer);
    curl_easy_reset(ended.easy.get());  // It points into the transfer.
    spare_.push_back(std::move(ended.easy));
    if (!result.ok()) return ended.transfer->done(result);
    ended.transfer->done(std::move(ended.transfer->response));
  }

  void CancelAll() {
    std::vector<TransferPtr> cancelled;
    for (auto& [handle, running] : running_) {
      curl_multi_remove_handle(multi_.get(), handle);
      running.easy.reset();  // It points into the transfer.
      cancelled.push_back(std::move(running.transfer));
    }
    running_.clear();
    {
      absl::MutexLock lock(&mutex_);
      for (TransferPtr& transfer : queue_) cancelled.push_back(std::move(transfer));
      queue_.clear();
    }
    for (const TransferPtr& transfer : cancelled) transfer->done(Cancelled());
  }

  const HttpClientOptions options_;
  const bool loopback_;
  const Multi multi_;
  Headers headers_;
  // Only the thread uses these.
  absl::flat_hash_map<CURL*, Running> running_;
  std::vector<Easy> spare_;

  mutable absl::Mutex mutex_;
  std::deque<TransferPtr> queue_ ABSL_GUARDED_BY(mutex_);
  // By due time.
  std::multimap<absl::Duration, std::function<void()>> timers_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool exit_ ABSL_GUARDED_BY(mutex_) = false;
  HttpStats stats_ ABSL_GUARDED_BY(mutex_);
  Thread thread_;  // The last member: the thread uses all the others.
};

// The host of a URL, without port; empty if it has none.
absl::string_view HostOf(absl::string_view url) {
  if (!absl::ConsumePrefix(&url, "http://") && !absl::ConsumePrefix(&url, "https://")) {
    return "";
  }
  url = url.substr(0, url.find('/'));
  if (absl::StartsWith(url, "[")) {
    const size_t end = url.find(']');
    return end == absl::string_view::npos ? "" : url.substr(0, end + 1);
  }
  return url.substr(0, url.find(':'));
}

absl::Status CheckUrl(const HttpClientOptions& options) {
  const std::string& url = options.base_url;
  if (HostOf(url).empty() || url.find_first_of("@?# \t\r\n") != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", Snippet(url), "\" is not a plain http or https URL (no user name, no query)"));
  }
  if (!options.bearer_token.empty() && absl::StartsWith(url, "http://") && !IsLoopbackUrl(url)) {
    return absl::InvalidArgumentError(
        absl::StrCat(Snippet(url), ": keys are sent to other machines over https only"));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsLoopbackUrl(absl::string_view url) {
  const std::string host = absl::AsciiStrToLower(HostOf(url));
  if (host == "localhost" || host == "[::1]") return true;
  // A name may begin like an address: "127.example.org".
  return absl::StartsWith(host, "127.") &&
         host.find_first_not_of("0123456789.") == std::string::npos;
}

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
  RETURN_IF_ERROR(CheckUrl(options));
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
