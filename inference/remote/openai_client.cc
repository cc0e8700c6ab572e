// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_client.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/remote/api_key.h"
#include "inference/remote/openai_protocol.h"

namespace quipu::inference {
namespace {

using Outcome = CircuitBreaker::Outcome;

// The outcome of one attempt.
struct Attempt {
  absl::Status status;
  bool again = false;  // Whether another attempt may succeed.
  std::optional<absl::Duration> retry_after;
  Outcome outcome = Outcome::kSuccess;  // Whether the server is up.
};

Attempt AfterFailure(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return {status, true, std::nullopt, Outcome::kFailure};
    case absl::StatusCode::kCancelled:
      return {status, false, std::nullopt, Outcome::kAbandoned};
    default:
      return {status, false, std::nullopt, Outcome::kFailure};
  }
}

// Jitter affects no result, and must differ between processes.
Rng JitterOf(Clock* clock) {
  return Rng(FingerprintBuilder("retry-jitter")
                 .Add(static_cast<uint64_t>(absl::ToUnixNanos(clock->Now())))
                 .Build(),
             "jitter");
}

// A call, until it has ended.
struct CallState {
  OpenAiCall call;
  OpenAiClient::Parse parse;
  OpenAiClient::Done done;
  absl::Duration deadline;
  int failures = 0;
};
using CallPtr = std::shared_ptr<CallState>;

// A call runs from TakeTurn (which may wait for the breaker) to Send, to
// OnResponse, and from there to End or, after a delay, to TakeTurn again.
class RetryingClient : public OpenAiClient {
 public:
  RetryingClient(OpenAiClientOptions options, std::unique_ptr<HttpClient> http)
      : options_(std::move(options)),
        policy_(options_.retry),
        breaker_(options_.breaker),
        jitter_(JitterOf(options_.clock)),
        http_(std::move(http)) {}

  ~RetryingClient() override {
    Shutdown();
    http_.reset();  // Ends all calls, which use the other members.
  }

  void CallAsync(OpenAiCall call, Parse parse, Done done) override {
    auto state = std::make_shared<CallState>();
    state->call = std::move(call);
    state->parse = std::move(parse);
    state->done = std::move(done);
    state->deadline = options_.clock->Monotonic() + options_.call_timeout;
    Enter();
    TakeTurn(state);
  }

  OpenAiClientStats stats() const override {
    OpenAiClientStats stats;
    stats.http = http_->stats();
    absl::MutexLock lock(&mutex_);
    stats.calls = calls_;
    stats.retries = retries_;
    stats.busy = busy_;
    if (in_progress_ > 0) stats.busy += options_.clock->Monotonic() - busy_since_;
    return stats;
  }

  void Shutdown() override {
    {
      absl::MutexLock lock(&mutex_);
      stopped_ = true;
    }
    // A call is in a transfer, has a timer, or waits for the breaker.
    http_->RunAfter(absl::ZeroDuration(), [this] { WakeWaiting(); });
    http_->Shutdown();
  }

 private:
  void Enter() {
    absl::MutexLock lock(&mutex_);
    ++calls_;
    if (in_progress_++ == 0) busy_since_ = options_.clock->Monotonic();
  }

  void End(const CallPtr& call, absl::Status status) {
    {
      absl::MutexLock lock(&mutex_);
      if (--in_progress_ == 0) busy_ += options_.clock->Monotonic() - busy_since_;
    }
    call->done(std::move(status));
  }

  void TakeTurn(const CallPtr& call) {
    const absl::StatusOr<CircuitBreaker::Ticket> ticket = Admit(call);
    if (!ticket.ok()) return End(call, ticket.status());
    if (ticket->wait == absl::ZeroDuration()) Send(call, *ticket);
  }

  // A ticket with a wait: the call is queued with the others that wait.
  absl::StatusOr<CircuitBreaker::Ticket> Admit(const CallPtr& call) {
    absl::MutexLock lock(&mutex_);
    if (stopped_) return absl::CancelledError("the engine was shut down");
    const absl::Duration now = options_.clock->Monotonic();
    if (now >= call->deadline) {
      return absl::UnavailableError(absl::StrCat(Snippet(options_.http.base_url, 200),
                                                 ": did not answer for ",
                                                 absl::FormatDuration(options_.call_timeout)));
    }
    const CircuitBreaker::Ticket ticket = breaker_.Admit(now);
    if (ticket.wait == absl::ZeroDuration()) return ticket;
    waiting_.push_back(call);
    const absl::Duration wait = std::min(ticket.wait, call->deadline - now);
    if (now + wait < next_wake_) {
      next_wake_ = now + wait;
      http_->RunAfter(wait, [this] { WakeWaiting(); });
    }
    return ticket;
  }

  // Makes every call that waits for the breaker retry it.
  void WakeWaiting() {
    std::vector<CallPtr> woken;
    {
      absl::MutexLock lock(&mutex_);
      woken.swap(waiting_);
      next_wake_ = absl::InfiniteDuration();
    }
    for (const CallPtr& call : woken) TakeTurn(call);
  }

  void Send(const CallPtr& call, const CircuitBreaker::Ticket& ticket) {
    const absl::Duration left = call->deadline - options_.clock->Monotonic();
    http_->SendAsync({call->call.path, call->call.body, std::min(options_.request_timeout, left)},
                     [this, call, ticket](const absl::StatusOr<HttpResponse>& response) {
                       OnResponse(call, ticket, response);
                     });
  }

  void OnResponse(const CallPtr& call, const CircuitBreaker::Ticket& ticket,
                  const absl::StatusOr<HttpResponse>& response) {
    Attempt attempt = AttemptOf(*call, response);
    Report(ticket, attempt);
    if (!attempt.again) return End(call, std::move(attempt.status));
    ++call->failures;
    if (!policy_.TryAgain(call->failures)) {
      return End(call, GiveUp(absl::StrCat(call->failures, " attempts"), attempt.status));
    }
    const absl::Duration wait = DelayAfter(call->failures, attempt.retry_after);
    if (options_.clock->Monotonic() + wait >= call->deadline) {
      return End(call, GiveUp(absl::FormatDuration(options_.call_timeout), attempt.status));
    }
    http_->RunAfter(wait, [this, call] { TakeTurn(call); });
  }

  Attempt AttemptOf(const CallState& call, const absl::StatusOr<HttpResponse>& response) const {
    if (!response.ok()) return AfterFailure(response.status());
    if (response->status == 200) {
      const absl::Status parsed = call.parse(response->body);
      if (parsed.ok()) return {};
      return AfterFailure(absl::UnavailableError(
          absl::StrCat("invalid reply: ", Snippet(WithoutKey(parsed.message(), Key()), 300))));
    }
    Attempt attempt;
    attempt.status = StatusFromHttp(response->status, response->body, Key());
    if (call.call.is_probe && response->status == 500 && absl::IsUnavailable(attempt.status)) {
      attempt.status = absl::InternalError(attempt.status.message());
    }
    attempt.again = absl::IsUnavailable(attempt.status);
    // A server that says "not now" is up.
    if (attempt.again && response->status != 429) attempt.outcome = Outcome::kFailure;
    attempt.retry_after = ParseRetryAfter(response->retry_after, options_.clock->Now());
    return attempt;
  }

  void Report(const CircuitBreaker::Ticket& ticket, const Attempt& attempt) {
    CircuitBreaker::State before;
    CircuitBreaker::State after;
    {
      absl::MutexLock lock(&mutex_);
      if (attempt.again) ++retries_;
      before = breaker_.state();
      breaker_.Report(ticket, attempt.outcome, options_.clock->Monotonic());
      after = breaker_.state();
    }
    if (before == after) return;
    // A failed probe is not logged: the opening was.
    if (before == CircuitBreaker::State::kClosed) {
      LogWarning(absl::StrCat("server ", Snippet(options_.http.base_url, 200), " fails (",
                              attempt.status.message(), "); requests wait until it answers again"));
    } else if (after == CircuitBreaker::State::kClosed) {
      LogInfo(absl::StrCat("server ", Snippet(options_.http.base_url, 200), " answers again"));
    }
    WakeWaiting();
  }

  absl::Status GiveUp(absl::string_view after, const absl::Status& last) const {
    return absl::UnavailableError(absl::StrCat(Snippet(options_.http.base_url, 200),
                                               ": given up after ", after,
                                               "; last: ", last.message()));
  }

  const std::string& Key() const { return options_.http.bearer_token; }

  absl::Duration DelayAfter(int failures, std::optional<absl::Duration> retry_after) {
    absl::MutexLock lock(&mutex_);
    return policy_.Delay(failures, jitter_.Uniform(), retry_after);
  }

  const OpenAiClientOptions options_;
  const RetryPolicy policy_;

  mutable absl::Mutex mutex_;
  CircuitBreaker breaker_ ABSL_GUARDED_BY(mutex_);
  // Calls that wait for the breaker, and when they retry it.
  std::vector<CallPtr> waiting_ ABSL_GUARDED_BY(mutex_);
  absl::Duration next_wake_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteDuration();
  Rng jitter_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t calls_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t retries_ ABSL_GUARDED_BY(mutex_) = 0;
  int in_progress_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration busy_ ABSL_GUARDED_BY(mutex_);
  absl::Duration busy_since_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<HttpClient> http_;  // The last member: its thread uses the others.
};

}  // namespace

absl::Status OpenAiClient::Call(const OpenAiCall& call, const Parse& parse) {
  absl::Notification ended;
  absl::Status status;
  CallAsync(call, parse, [&](absl::Status given) {
    status = std::move(given);
    ended.Notify();
  });
  ended.WaitForNotification();
  return status;
}

absl::StatusOr<std::unique_ptr<OpenAiClient>> OpenAiClient::Create(
    const OpenAiClientOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<HttpClient> http, HttpClient::Create(options.http));
  return std::make_unique<RetryingClient>(options, std::move(http));
}

}  // namespace quipu::inference
