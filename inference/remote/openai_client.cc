// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/remote/api_key.h"
#include "inference/remote/openai_protocol.h"

namespace quipu::inference {
namespace {

using Outcome = CircuitBreaker::Outcome;

// What one attempt came to.
struct Attempt {
  absl::Status status;
  bool again = false;  // Whether another may fare better.
  std::optional<absl::Duration> retry_after;
  Outcome outcome = Outcome::kSuccess;  // Whether the server is there.
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

// Jitter decides no result, and must differ between processes.
Rng JitterOf(Clock* clock) {
  return Rng(FingerprintBuilder("retry-jitter")
                 .Add(static_cast<uint64_t>(absl::ToUnixNanos(clock->Now())))
                 .Build(),
             "jitter");
}

class RetryingClient : public OpenAiClient {
 public:
  RetryingClient(OpenAiClientOptions options, std::unique_ptr<HttpClient> http)
      : options_(std::move(options)),
        policy_(options_.retry),
        http_(std::move(http)),
        breaker_(options_.breaker),
        jitter_(JitterOf(options_.clock)) {}

  absl::Status Call(const OpenAiCall& call,
                    absl::FunctionRef<absl::Status(absl::string_view)> parse) override {
    Enter();
    const absl::Status status = Attempts(call, parse);
    Leave();
    return status;
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
      changed_.SignalAll();
    }
    http_->Shutdown();
  }

 private:
  void Enter() {
    absl::MutexLock lock(&mutex_);
    ++calls_;
    if (in_progress_++ == 0) busy_since_ = options_.clock->Monotonic();
  }

  void Leave() {
    absl::MutexLock lock(&mutex_);
    if (--in_progress_ == 0) busy_ += options_.clock->Monotonic() - busy_since_;
  }

  absl::Status Attempts(const OpenAiCall& call,
                        absl::FunctionRef<absl::Status(absl::string_view)> parse) {
    const absl::Duration deadline = options_.clock->Monotonic() + options_.call_timeout;
    int failures = 0;
    while (true) {
      ASSIGN_OR_RETURN(const CircuitBreaker::Ticket ticket, WaitForTurn(deadline));
      const Attempt attempt = Try(call, deadline, parse);
      Report(ticket, attempt);
      if (!attempt.again) return attempt.status;
      ++failures;
      if (!policy_.TryAgain(failures))
        return GiveUp(absl::StrCat(failures, " attempts"), attempt.status);
      const absl::Duration wait = DelayAfter(failures, attempt.retry_after);
      if (options_.clock->Monotonic() + wait >= deadline) {
        return GiveUp(absl::FormatDuration(options_.call_timeout), attempt.status);
      }
      RETURN_IF_ERROR(Wait(wait));
    }
  }

  absl::Status GiveUp(absl::string_view after, const absl::Status& last) const {
    return absl::UnavailableError(absl::StrCat(Snippet(options_.http.base_url, 200),
                                               ": given up after ", after,
                                               "; last: ", last.message()));
  }

  Attempt Try(const OpenAiCall& call, absl::Duration deadline,
              absl::FunctionRef<absl::Status(absl::string_view)> parse) {
    const absl::Duration left = deadline - options_.clock->Monotonic();
    const absl::StatusOr<HttpResponse> response =
        http_->Send({call.path, call.body, std::min(options_.request_timeout, left)});
    if (!response.ok()) return AfterFailure(response.status());
    if (response->status == 200) {
      const absl::Status parsed = parse(response->body);
      if (parsed.ok()) return {};
      return AfterFailure(absl::UnavailableError(absl::StrCat(
          "a reply that cannot be read: ", Snippet(WithoutKey(parsed.message(), Key()), 300))));
    }
    Attempt attempt;
    attempt.status = StatusFromHttp(response->status, response->body, Key());
    if (call.is_probe && response->status == 500 && absl::IsUnavailable(attempt.status)) {
      attempt.status = absl::InternalError(attempt.status.message());
    }
    attempt.again = absl::IsUnavailable(attempt.status);
    // A server that says "not now" is there.
    if (attempt.again && response->status != 429) attempt.outcome = Outcome::kFailure;
    attempt.retry_after = ParseRetryAfter(response->retry_after, options_.clock->Now());
    return attempt;
  }

  const std::string& Key() const { return options_.http.bearer_token; }

  absl::StatusOr<CircuitBreaker::Ticket> WaitForTurn(absl::Duration deadline) {
    absl::MutexLock lock(&mutex_);
    while (!stopped_) {
      const absl::Duration now = options_.clock->Monotonic();
      if (now >= deadline) {
        return absl::UnavailableError(absl::StrCat(Snippet(options_.http.base_url, 200),
                                                   ": did not answer for ",
                                                   absl::FormatDuration(options_.call_timeout)));
      }
      const CircuitBreaker::Ticket ticket = breaker_.Admit(now);
      if (ticket.wait == absl::ZeroDuration()) return ticket;
      changed_.WaitWithTimeout(&mutex_, std::min(ticket.wait, deadline - now));
    }
    return Cancelled();
  }

  void Report(const CircuitBreaker::Ticket& ticket, const Attempt& attempt) {
    absl::MutexLock lock(&mutex_);
    if (attempt.again) ++retries_;
    const CircuitBreaker::State before = breaker_.state();
    breaker_.Report(ticket, attempt.outcome, options_.clock->Monotonic());
    const CircuitBreaker::State after = breaker_.state();
    if (before == after) return;
    changed_.SignalAll();
    // A probe that fails was told of when it opened.
    if (before == CircuitBreaker::State::kClosed) {
      LogWarning(absl::StrCat("server ", Snippet(options_.http.base_url, 200), " fails (",
                              attempt.status.message(), "); requests wait until it answers again"));
    } else if (after == CircuitBreaker::State::kClosed) {
      LogInfo(absl::StrCat("server ", Snippet(options_.http.base_url, 200), " answers again"));
    }
  }

  absl::Duration DelayAfter(int failures, std::optional<absl::Duration> retry_after) {
    absl::MutexLock lock(&mutex_);
    return policy_.Delay(failures, jitter_.Uniform(), retry_after);
  }

  absl::Status Wait(absl::Duration wait) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopped_), wait);
    return stopped_ ? Cancelled() : absl::OkStatus();
  }

  static absl::Status Cancelled() { return absl::CancelledError("the engine was shut down"); }

  const OpenAiClientOptions options_;
  const RetryPolicy policy_;
  const std::unique_ptr<HttpClient> http_;

  mutable absl::Mutex mutex_;
  absl::CondVar changed_;  // The breaker's state, or stopped_.
  CircuitBreaker breaker_ ABSL_GUARDED_BY(mutex_);
  Rng jitter_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t calls_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t retries_ ABSL_GUARDED_BY(mutex_) = 0;
  int in_progress_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration busy_ ABSL_GUARDED_BY(mutex_);
  absl::Duration busy_since_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<OpenAiClient>> OpenAiClient::Create(
    const OpenAiClientOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<HttpClient> http, HttpClient::Create(options.http));
  return std::make_unique<RetryingClient>(options, std::move(http));
}

}  // namespace quipu::inference
