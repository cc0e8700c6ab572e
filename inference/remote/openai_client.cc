// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_client.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/remote/call_attempt.h"
#include "inference/remote/send_queue.h"

namespace quipu::inference {
namespace {

using Outcome = CircuitBreaker::Outcome;

// While the breaker is open, this is asked: it costs a server nothing, however long its
// prompts take.
constexpr char kProbePath[] = "/models";
constexpr absl::Duration kProbeTimeout = absl::Seconds(10);
// Calls in flight until one of them succeeds after that.
constexpr int kRecoveringInFlight = 4;

// Whether the server is up, by the answer to that. 404 is as good as a list.
Outcome OutcomeOfProbe(const absl::StatusOr<HttpResponse>& response) {
  if (absl::IsCancelled(response.status())) return Outcome::kAbandoned;
  if (!response.ok()) return Outcome::kFailure;
  const bool down = response->status >= 502 && response->status <= 504;
  return down ? Outcome::kFailure : Outcome::kReachable;
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
  uint64_t id = 0;
  OpenAiCall call;
  OpenAiClient::Parse parse;
  OpenAiClient::Done done;
  absl::Duration began;
  std::optional<absl::Duration> first_sent;
  int failures = 0;   // Attempts that count.
  int delays = 0;     // Attempts after which the wait grows.
  absl::Status last;  // Of its attempts.
};
using CallPtr = std::shared_ptr<CallState>;

// What an attempt was allowed by.
struct Permit {
  CircuitBreaker::Ticket ticket;
  int64_t round = 0;  // Of the limit of requests in flight.
  int in_flight = 0;  // With it.
  absl::Duration sent;
};

// A call waits in the queue until Pump sends it; OnResponse ends it or, after a
// delay, queues it again.
class RetryingClient : public OpenAiClient {
 public:
  RetryingClient(OpenAiClientOptions options, std::unique_ptr<HttpClient> http)
      : options_(std::move(options)),
        policy_(options_.retry),
        breaker_(options_.breaker),
        limit_(options_.in_flight),
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
    state->began = options_.clock->Monotonic();
    Enter(state);
    Queue(state, /*again=*/false);
  }

  void SetSlots(int slots) override {
    absl::MutexLock lock(&mutex_);
    limit_.SetMost(slots);
    queue_.SetOneForEachPrefix(true);
  }

  OpenAiClientStats stats() const override {
    OpenAiClientStats stats;
    stats.http = http_->stats();
    absl::MutexLock lock(&mutex_);
    stats.calls = calls_;
    stats.retries = retries_;
    stats.crowded = crowded_;
    stats.in_flight_limit = limit_.limit();
    stats.busy = busy_;
    if (in_progress_ > 0) stats.busy += options_.clock->Monotonic() - busy_since_;
    return stats;
  }

  void Shutdown() override {
    {
      absl::MutexLock lock(&mutex_);
      stopped_ = true;
    }
    // A call is in a transfer, has a timer, or waits in the queue.
    http_->RunAfter(absl::ZeroDuration(), [this] { Pump(); });
    http_->Shutdown();
  }

 private:
  void Enter(const CallPtr& call) {
    absl::MutexLock lock(&mutex_);
    call->id = static_cast<uint64_t>(++calls_);
    if (in_progress_++ == 0) busy_since_ = options_.clock->Monotonic();
  }

  void End(const CallPtr& call, const absl::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      if (--in_progress_ == 0) busy_ += options_.clock->Monotonic() - busy_since_;
    }
    if (status.ok() || absl::IsCancelled(status)) return call->done(status);
    call->done(Annotate(status, absl::StrCat("server ", Snippet(options_.http.base_url, 200))));
  }

  void Queue(const CallPtr& call, bool again) {
    {
      absl::MutexLock lock(&mutex_);
      queue_.Add({call->id, call->call.prefix, call->call.kind}, again);
      waiting_[call->id] = call;
    }
    Pump();
  }

  // Sends what may be sent, and ends what has waited too long.
  void Pump() {
    std::vector<std::pair<CallPtr, absl::Status>> ended;
    while (true) {
      CallPtr call;
      Permit permit;
      {
        absl::MutexLock lock(&mutex_);
        if (stopped_) {
          for (const CallPtr& waiting : TakeWaiting())
            ended.emplace_back(waiting, absl::CancelledError("the engine was shut down"));
        }
        call = TakeNext(&permit, &ended);
      }
      if (call != nullptr) {
        Send(call, permit);
      } else {
        if (permit.ticket.probe) SendProbe(permit.ticket);
        break;
      }
    }
    for (const auto& [call, status] : ended) End(call, status);
  }

  std::vector<CallPtr> TakeWaiting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::vector<CallPtr> calls;
    for (const uint64_t id : queue_.TakeAll()) calls.push_back(waiting_[id]);
    waiting_.clear();
    return calls;
  }

  // The next call, if one may be sent now; or a ticket for a probe.
  CallPtr TakeNext(Permit* permit, std::vector<std::pair<CallPtr, absl::Status>>* ended)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const std::optional<uint64_t> next = queue_.Next();
    const int most =
        breaker_.recovering() ? std::min(limit_.limit(), kRecoveringInFlight) : limit_.limit();
    if (!next.has_value() || in_flight_ >= most) return nullptr;
    const absl::Duration now = options_.clock->Monotonic();
    const CircuitBreaker::Ticket ticket = breaker_.Admit(now);
    if (ticket.wait > absl::ZeroDuration()) {
      WaitForBreaker(now, ticket.wait, ended);
      return nullptr;
    }
    if (ticket.probe) {
      permit->ticket = ticket;
      return nullptr;
    }
    queue_.Take(*next);
    const auto found = waiting_.find(*next);
    CallPtr call = std::move(found->second);
    waiting_.erase(found);
    *permit = {ticket, limit_.round(), ++in_flight_, now};
    if (!call->first_sent.has_value()) call->first_sent = now;
    return call;
  }

  absl::Duration DeadlineOf(const CallState& call) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return call.first_sent.value_or(std::max(call.began, last_answer_)) + options_.call_timeout;
  }

  void WaitForBreaker(absl::Duration now, absl::Duration wait,
                      std::vector<std::pair<CallPtr, absl::Status>>* ended)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    absl::Duration wake = now + wait;
    for (auto it = waiting_.begin(); it != waiting_.end();) {
      const absl::Duration deadline = DeadlineOf(*it->second);
      if (deadline > now) {
        wake = std::min(wake, deadline);
        ++it;
        continue;
      }
      queue_.Remove(it->first);
      ended->emplace_back(it->second, NoAnswer(*it->second));
      waiting_.erase(it++);
    }
    if (waiting_.empty() || wake >= next_wake_) return;
    next_wake_ = wake;
    http_->RunAfter(wake - now, [this] {
      {
        absl::MutexLock lock(&mutex_);
        next_wake_ = absl::InfiniteDuration();
      }
      Pump();
    });
  }

  absl::Status NoAnswer(const CallState& call) const {
    const std::string time = absl::FormatDuration(options_.call_timeout);
    if (!call.last.ok()) return GiveUp(time, call.last);
    return absl::UnavailableError(absl::StrCat("did not answer for ", time));
  }

  void Send(const CallPtr& call, const Permit& permit) {
    http_->SendAsync({call->call.path, call->call.body, options_.request_timeout},
                     [this, call, permit](const absl::StatusOr<HttpResponse>& response) {
                       OnResponse(call, permit, response);
                     });
  }

  void SendProbe(const CircuitBreaker::Ticket& ticket) {
    http_->SendAsync({kProbePath, "", kProbeTimeout},
                     [this, ticket](const absl::StatusOr<HttpResponse>& response) {
                       {
                         absl::MutexLock lock(&mutex_);
                         const absl::Duration now = options_.clock->Monotonic();
                         breaker_.Report(ticket, OutcomeOfProbe(response), now);
                         if (breaker_.state() == CircuitBreaker::State::kClosed) LogAnswers();
                       }
                       Pump();
                     });
  }

  // Once, until a call has succeeded.
  void LogAnswers() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (std::exchange(told_back_, true)) return;
    LogInfo(absl::StrCat("server ", Snippet(options_.http.base_url, 200), " answers again"));
  }

  void OnResponse(const CallPtr& call, const Permit& permit,
                  const absl::StatusOr<HttpResponse>& response) {
    Attempt attempt = AttemptOf(response, call->parse, call->call.is_probe,
                                options_.http.bearer_token, options_.clock->Now());
    Report(*call, permit, &attempt);
    if (!attempt.again) {
      End(call, attempt.status);
      return Pump();
    }
    call->last = attempt.status;
    if (attempt.counts) ++call->failures;
    // While the server is down, the breaker says when.
    if (attempt.counts || attempt.outcome == Outcome::kSuccess) ++call->delays;
    if (!policy_.TryAgain(call->failures)) {
      End(call, GiveUp(absl::StrCat(call->failures, " attempts"), attempt.status));
      return Pump();
    }
    const absl::Duration wait = DelayAfter(std::max(1, call->delays), attempt.retry_after);
    if (options_.clock->Monotonic() + wait >= *call->first_sent + options_.call_timeout) {
      End(call, GiveUp(absl::FormatDuration(options_.call_timeout), attempt.status));
      return Pump();
    }
    http_->RunAfter(wait, [this, call] { Queue(call, /*again=*/true); });
    Pump();
  }

  void Report(const CallState& call, const Permit& permit, Attempt* attempt) {
    absl::MutexLock lock(&mutex_);
    const absl::Duration now = options_.clock->Monotonic();
    --in_flight_;
    if (attempt->again) ++retries_;
    ReportRoom(permit, now, attempt);
    queue_.Ended(call.call.prefix, attempt->status.ok());
    if (attempt->outcome == Outcome::kSuccess) last_answer_ = now;
    // While the server is down, its failures are no call's.
    if (permit.ticket.recovering && !call.call.is_probe) attempt->counts = false;
    const CircuitBreaker::State before = breaker_.state();
    breaker_.Report(permit.ticket, attempt->outcome, now);
    const CircuitBreaker::State after = breaker_.state();
    if (before != CircuitBreaker::State::kClosed && after == CircuitBreaker::State::kClosed) {
      LogAnswers();
    } else if (before == CircuitBreaker::State::kClosed && before != after && !told_back_) {
      LogWarning(absl::StrCat("server ", Snippet(options_.http.base_url, 200), " fails (",
                              attempt->status.message(),
                              "); requests wait until it answers again"));
    }
    if (attempt->outcome == Outcome::kSuccess) told_back_ = false;
  }

  // Fewer or more in flight. A request that takes half of its time is a sign of
  // too many before any is lost.
  void ReportRoom(const Permit& permit, absl::Duration now, Attempt* attempt)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const bool slow = attempt->status.ok() && now - permit.sent > options_.request_timeout / 2;
    if (!attempt->crowded && !slow) {
      if (attempt->status.ok()) limit_.Answered(permit.in_flight);
      return;
    }
    if (attempt->crowded) ++crowded_;
    if (permit.ticket.recovering) return;  // The server is down.
    // Alone, it was not crowded by us; then its attempts count.
    if (permit.in_flight == 1 && limit_.limit() == 1) attempt->counts = attempt->counts_alone;
    if (!limit_.Crowded(permit.round)) return;
    LogInfo(absl::StrCat(
        "server ", Snippet(options_.http.base_url, 200),
        slow ? " is slow" : absl::StrCat(" is crowded (", attempt->status.message(), ")"),
        ": at most ", limit_.limit(), " requests in flight"));
  }

  static absl::Status GiveUp(absl::string_view after, const absl::Status& last) {
    return absl::UnavailableError(
        absl::StrCat("given up after ", after, "; last: ", last.message()));
  }

  absl::Duration DelayAfter(int failures, std::optional<absl::Duration> retry_after) {
    absl::MutexLock lock(&mutex_);
    return policy_.Delay(failures, jitter_.Uniform(), retry_after);
  }

  const OpenAiClientOptions options_;
  const RetryPolicy policy_;

  mutable absl::Mutex mutex_;
  CircuitBreaker breaker_ ABSL_GUARDED_BY(mutex_);
  InFlightLimit limit_ ABSL_GUARDED_BY(mutex_);
  SendQueue queue_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint64_t, CallPtr> waiting_ ABSL_GUARDED_BY(mutex_);  // In the queue.
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  // When the queue is looked at again because the breaker is open.
  absl::Duration next_wake_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteDuration();
  absl::Duration last_answer_ ABSL_GUARDED_BY(mutex_);
  bool told_back_ ABSL_GUARDED_BY(mutex_) = false;  // That it answers; no call has succeeded since.
  Rng jitter_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t calls_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t retries_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t crowded_ ABSL_GUARDED_BY(mutex_) = 0;
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
