// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/grpc_coordinator_client.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/backoff.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "grpcpp/grpcpp.h"
#include "pipelines/coordinator/return_time.h"
#include "pipelines/rpc/address.h"
#include "pipelines/rpc/auth.h"
#include "pipelines/rpc/grpc_status.h"
#include "pipelines/rpc/return_plan.h"
#include "protos/coordinator.grpc.pb.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kLogEvery = absl::Minutes(1);

double RandomUniform() {
  uint64_t bits = 0;
  std::memcpy(&bits, RandomBytes(sizeof(bits)).data(), sizeof(bits));
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

// A client that lost its coordinator comes back within so many times the first backoff, if the
// coordinator does not say more.
constexpr int kLostFactor = 4;
// And within at most this share (1/n) of its patience, so that it tries a few times.
constexpr int kLeastTries = 4;

// How gRPC connects again by itself while calls wait.
struct Reconnection {
  absl::Duration first = absl::Milliseconds(100);
  absl::Duration most = absl::Seconds(5);
};

grpc::ChannelArguments ChannelArgs(const Reconnection& reconnection) {
  grpc::ChannelArguments args;
  args.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);  // We retry, below.
  // Each client of one process has its own connection.
  args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
              static_cast<int>(absl::ToInt64Milliseconds(reconnection.first)));
  args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS,
              static_cast<int>(absl::ToInt64Milliseconds(reconnection.most)));
  args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60 * 1000);
  args.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * 1000);
  args.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  // A poll is a call without data.
  args.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  args.SetMaxReceiveMessageSize(kMaxRpcBytes);
  args.SetMaxSendMessageSize(kMaxRpcBytes);
  return args;
}

// Whether a retry may succeed. `alive`: the error is from the coordinator
// itself; otherwise from gRPC, because of the network or a lost server.
bool CanTryAgain(absl::StatusCode code, bool alive) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return true;
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return !alive;
    default:
      return false;
  }
}

class GrpcClient : public GrpcCoordinatorClient {
 public:
  GrpcClient(const GrpcClientOptions& options, const Address& address, ClientSecurity security)
      : options_(options),
        target_(address.target),
        security_(std::move(security)),
        line_(NewLine(Reconnection())),
        plan_(kLostFactor * options.backoff_first,
              std::min(kLongestReturn, options.give_up_after / kLeastTries)) {
    if (!options_.uniform) options_.uniform = &RandomUniform;
  }
  ~GrpcClient() override { Cancel(); }

  absl::StatusOr<v1::HelloReply> Hello(const v1::HelloRequest& request) override {
    return Heard(
        Call<v1::HelloReply>(Verb::kHello, options_.deadlines.hello, request, &Stub::Hello));
  }
  absl::StatusOr<v1::LeaseReply> Lease(const v1::LeaseRequest& request) override {
    return Heard(Call<v1::LeaseReply>(
        Verb::kLease, absl::Milliseconds(request.wait_ms()) + options_.deadlines.lease_after_wait,
        request, &Stub::Lease));
  }
  absl::StatusOr<v1::RenewReply> Renew(const v1::RenewRequest& request) override {
    return Call<v1::RenewReply>(Verb::kRenew, options_.deadlines.renew, request, &Stub::Renew);
  }
  absl::StatusOr<v1::SubmitReply> Submit(const v1::SubmitRequest& request) override {
    return Call<v1::SubmitReply>(Verb::kSubmit, options_.deadlines.submit, request, &Stub::Submit);
  }
  absl::StatusOr<v1::StatusReply> Status() override {
    return Call<v1::StatusReply>(Verb::kStatus, options_.deadlines.status, v1::StatusRequest(),
                                 &Stub::Status);
  }
  absl::StatusOr<v1::ControlReply> Control(const v1::ControlRequest& request) override {
    return Call<v1::ControlReply>(Verb::kControl, options_.deadlines.control, request,
                                  &Stub::Control);
  }
  const std::string& identity() const override { return security_.identity; }

  void CancelLeases() override {
    absl::MutexLock lock(&mutex_);
    leases_cancelled_ = true;
    for (const auto& [context, verb] : active_) {
      if (verb == Verb::kLease) context->TryCancel();
    }
  }

  void Cancel() override {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
    for (const auto& [context, verb] : active_) context->TryCancel();
  }

 private:
  using Stub = v1::Coordinator::Stub;
  template <typename Request, typename Reply>
  using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Reply*);

  // One connection after the other, until one that was in use is lost: then the client has
  // another line, which connects at the times of its plan. So all calls come back together.
  struct Line {
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<Stub> stub;
  };

  // A call in progress, with its tries.
  struct Progress {
    Verb verb;
    absl::Duration began;
    int backoffs = 0;  // Waits since the last one for the client's own time.
    bool tried = false;
    std::shared_ptr<const Line> line = nullptr;  // Of the last try.
    bool alive = false;                          // Whether the coordinator answered the last try.
  };

  std::shared_ptr<const Line> NewLine(const Reconnection& reconnection) const {
    auto line = std::make_shared<Line>();
    line->channel =
        grpc::CreateCustomChannel(target_, security_.credentials, ChannelArgs(reconnection));
    line->stub = v1::Coordinator::NewStub(line->channel);
    return line;
  }

  // The reply, after the client has heard what it says of coming back.
  template <typename Reply>
  absl::StatusOr<Reply> Heard(absl::StatusOr<Reply> reply) {
    if (!reply.ok()) return reply;
    absl::MutexLock lock(&mutex_);
    plan_.Hear(absl::Milliseconds(reply->return_within_ms()), options_.clock->Monotonic());
    return reply;
  }

  bool Cancelled(Verb verb) const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return cancelled_ || (leases_cancelled_ && verb == Verb::kLease);
  }

  absl::Status CancelledStatus(Verb verb) const {
    return absl::CancelledError(absl::StrCat(VerbName(verb), " was cancelled"));
  }

  // Retries until an answer, a final error, the time limit or a cancel.
  template <typename Reply, typename Request>
  absl::StatusOr<Reply> Call(Verb verb, absl::Duration deadline, const Request& request,
                             Method<Request, Reply> method) {
    const size_t bytes = request.ByteSizeLong();
    if (bytes > static_cast<size_t>(kMaxRpcBytes)) {
      return absl::InvalidArgumentError(
          absl::StrCat(VerbName(verb), "Request has ", bytes, " bytes, limit ", kMaxRpcBytes));
    }
    Progress call{verb, options_.clock->Monotonic()};
    absl::Status why;  // The underlying cause: an expired deadline does not name one.
    for (;;) {
      Reply reply;
      const absl::Status status =
          TryOnce(call.tried ? std::min(deadline, PatienceLeft(call.began)) : deadline, &call,
                  [&](grpc::ClientContext* context) {
                    return (call.line->stub.get()->*method)(context, request, &reply);
                  });
      if (status.ok()) return reply;
      if (absl::IsCancelled(status) && WasCancelled(verb)) return status;
      if (!CanTryAgain(status.code(), call.alive)) return status;
      if (why.ok() || call.alive || !absl::IsDeadlineExceeded(status)) why = status;
      RETURN_IF_ERROR(WaitToTryAgain(&call, status.code(), why));
    }
  }

  template <typename Fn>
  absl::Status TryOnce(absl::Duration deadline, Progress* call, Fn send) {
    grpc::ClientContext context;
    if (security_.token.has_value()) {
      context.AddMetadata("authorization", absl::StrCat("Bearer ", *security_.token));
    }
    {
      absl::MutexLock lock(&mutex_);
      absl::Duration turn;
      do {
        turn = plan_.at();
        RETURN_IF_ERROR(WaitUntil(call->verb, turn));
      } while (turn != plan_.at());  // Lost once more meanwhile.
      call->line = line_;
      // The first try fails at once and reports the cause. Others wait for the connection.
      context.set_wait_for_ready(call->tried || away_);
      context.set_deadline(absl::ToChronoTime(Clock::Real()->Now() + deadline));
      active_.emplace(&context, call->verb);
    }
    call->tried = true;
    const grpc::Status sent = send(&context);
    call->alive = sent.ok() || context.GetServerTrailingMetadata().count(kAliveHeader) > 0;
    absl::MutexLock lock(&mutex_);
    active_.erase(&context);
    if (call->alive) NoteAlive(call->line);
    // Do not discard an answer that still arrived: it may be a grant.
    if (!sent.ok() && Cancelled(call->verb)) return CancelledStatus(call->verb);
    const absl::Status status = FromGrpcStatus(sent);
    if (call->alive || !absl::IsUnavailable(status)) return status;
    return absl::UnavailableError(
        absl::StrCat(status.message(), AdviceOnSecurity(options_.security, status.message())));
  }

  void NoteAlive(const std::shared_ptr<const Line>& line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const absl::Duration now = options_.clock->Monotonic();
    last_alive_ = std::max(last_alive_, now);
    if (!away_ || line != line_) return;
    away_ = false;
    plan_.Return(now);
  }

  absl::Duration PatienceLeft(absl::Duration began) const {
    absl::MutexLock lock(&mutex_);
    const absl::Duration silent = options_.clock->Monotonic() - std::max(began, last_alive_);
    return options_.give_up_after - silent;
  }

  bool WasCancelled(Verb verb) const {
    absl::MutexLock lock(&mutex_);
    return Cancelled(verb);
  }

  // Waits before the next try. UNAVAILABLE if the time limit is reached; CANCELLED.
  // `code`: of the last try. `why`: what to report.
  absl::Status WaitToTryAgain(Progress* call, absl::StatusCode code, const absl::Status& why) {
    absl::MutexLock lock(&mutex_);
    const absl::Duration now = options_.clock->Monotonic();
    const absl::Duration silent = now - std::max(call->began, last_alive_);
    if (silent >= options_.give_up_after) return GivenUp(call->verb, silent, why);
    if (now >= next_log_) {
      next_log_ = now + kLogEvery;
      LogWarning(absl::StrCat(VerbName(call->verb), " at ", Snippet(options_.address), ": ",
                              absl::StatusCodeToString(why.code()), ": ", why.message(),
                              "; retrying"));
    }
    return WaitUntil(call->verb, now + PauseAfter(call, code, now));
  }

  // How long to wait, beside the client's own time to connect.
  absl::Duration PauseAfter(Progress* call, absl::StatusCode code, absl::Duration now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const bool known = last_alive_ > -absl::InfiniteDuration();
    const bool late = code == absl::StatusCode::kDeadlineExceeded;
    if (call->alive || !known || code == absl::StatusCode::kResourceExhausted) {
      return Backoff({options_.backoff_first, options_.backoff_most}, ++call->backoffs,
                     options_.uniform());
    }
    if (call->line == line_ && !late) Lose(now);
    const bool unconnected = away_ && call->line->channel->GetState(false) != GRPC_CHANNEL_READY;
    if (call->line != line_ || unconnected) {
      call->backoffs = 0;
      return absl::ZeroDuration();
    }
    // Nothing connects: the request alone is repeated.
    if (call->backoffs++ == 0) return plan_.within() * options_.uniform();
    return Backoff({options_.backoff_first, options_.backoff_most}, call->backoffs,
                   options_.uniform());
  }

  // The connection is lost: a line that connects when the plan says.
  void Lose(absl::Duration now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    line_ = NewLine({plan_.within(), plan_.within()});
    away_ = true;
    plan_.Lose(now, options_.uniform());
  }

  // CANCELLED.
  absl::Status WaitUntil(Verb verb, absl::Duration time) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    WaitCondition wait{this, verb};
    mutex_.AwaitWithTimeout(absl::Condition(&wait, &WaitCondition::Over),
                            time - options_.clock->Monotonic());
    return Cancelled(verb) ? CancelledStatus(verb) : absl::OkStatus();
  }

  absl::Status GivenUp(Verb verb, absl::Duration silent, const absl::Status& status) const {
    const std::string where = absl::StrCat(VerbName(verb), " at ", Snippet(options_.address));
    if (options_.give_up_after == absl::ZeroDuration()) return Annotate(status, where);
    return absl::UnavailableError(absl::StrCat(
        where, ": ", absl::StatusCodeToString(status.code()), ": ", status.message(),
        "; given up after ", absl::FormatDuration(absl::Trunc(silent, absl::Milliseconds(1))),
        " without contact to the coordinator"));
  }

  struct WaitCondition {
    const GrpcClient* client;
    Verb verb;
    bool Over() const ABSL_NO_THREAD_SAFETY_ANALYSIS { return client->Cancelled(verb); }
  };

  GrpcClientOptions options_;  // Constant after construction.
  const std::string target_;
  const ClientSecurity security_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<const Line> line_ ABSL_GUARDED_BY(mutex_);
  ReturnPlan plan_ ABSL_GUARDED_BY(mutex_);
  bool away_ ABSL_GUARDED_BY(mutex_) = false;  // `line_` is not connected since the last loss.
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool leases_cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_map<grpc::ClientContext*, Verb> active_ ABSL_GUARDED_BY(mutex_);
  // When the coordinator was last heard from, and when to log the next failure.
  absl::Duration last_alive_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  absl::Duration next_log_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcCoordinatorClient>> GrpcCoordinatorClient::Create(
    const GrpcClientOptions& options) {
  ASSIGN_OR_RETURN(const Address address, ParseAddress(options.address));
  ASSIGN_OR_RETURN(ClientSecurity security, LoadClientSecurity(options.security, address));
  return std::unique_ptr<GrpcCoordinatorClient>(
      new GrpcClient(options, address, std::move(security)));
}

}  // namespace quipu::pipelines
