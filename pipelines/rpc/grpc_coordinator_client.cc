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
#include "pipelines/rpc/address.h"
#include "pipelines/rpc/auth.h"
#include "pipelines/rpc/grpc_status.h"
#include "protos/coordinator.grpc.pb.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kLogEvery = absl::Minutes(1);

double RandomUniform() {
  uint64_t bits = 0;
  std::memcpy(&bits, RandomBytes(sizeof(bits)).data(), sizeof(bits));
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

// Workers lose a coordinator together, and must not come back together: the first wait of
// a call that lost it is drawn from so many times the first backoff. Then 200 workers make
// about 50 connections a second, and later ones stay as far apart.
constexpr int kLostFactor = 4;

grpc::ChannelArguments ChannelArgs() {
  grpc::ChannelArguments args;
  args.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);  // We retry, below.
  // Each client of one process has its own connection.
  args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000);
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
        security_(std::move(security)),
        channel_(grpc::CreateCustomChannel(address.target, security_.credentials, ChannelArgs())),
        stub_(v1::Coordinator::NewStub(channel_)) {
    if (!options_.uniform) options_.uniform = &RandomUniform;
  }
  ~GrpcClient() override { Cancel(); }

  absl::StatusOr<v1::HelloReply> Hello(const v1::HelloRequest& request) override {
    return Call<v1::HelloReply>(Verb::kHello, options_.deadlines.hello, request, &Stub::Hello);
  }
  absl::StatusOr<v1::LeaseReply> Lease(const v1::LeaseRequest& request) override {
    return Call<v1::LeaseReply>(
        Verb::kLease, absl::Milliseconds(request.wait_ms()) + options_.deadlines.lease_after_wait,
        request, &Stub::Lease);
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
    const absl::Duration began = options_.clock->Monotonic();
    absl::Status why;  // The underlying cause: an expired deadline does not name one.
    for (int failures = 0;; ++failures) {
      Reply reply;
      bool alive = false;
      const absl::Status status = TryOnce(
          verb, failures == 0 ? deadline : std::min(deadline, PatienceLeft(began)),
          [&](grpc::ClientContext* context) {
            // The first try fails at once and reports the cause. Later ones
            // wait for the connection, which gRPC restores sooner than they
            // would retry.
            context->set_wait_for_ready(failures > 0);
            return (stub_.get()->*method)(context, request, &reply);
          },
          &alive);
      if (status.ok()) return reply;
      if (absl::IsCancelled(status) && WasCancelled(verb)) return status;
      if (!CanTryAgain(status.code(), alive)) return status;
      if (why.ok() || alive || !absl::IsDeadlineExceeded(status)) why = status;
      RETURN_IF_ERROR(WaitToTryAgain(verb, failures, alive, began, why));
    }
  }

  // `alive`: whether the coordinator itself answered.
  template <typename Fn>
  absl::Status TryOnce(Verb verb, absl::Duration deadline, Fn call, bool* alive) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(Clock::Real()->Now() + deadline));
    if (security_.token.has_value()) {
      context.AddMetadata("authorization", absl::StrCat("Bearer ", *security_.token));
    }
    {
      absl::MutexLock lock(&mutex_);
      if (Cancelled(verb)) return CancelledStatus(verb);
      active_.emplace(&context, verb);
    }
    const grpc::Status sent = call(&context);
    *alive = sent.ok() || context.GetServerTrailingMetadata().count(kAliveHeader) > 0;
    absl::MutexLock lock(&mutex_);
    active_.erase(&context);
    if (*alive) last_alive_ = std::max(last_alive_, options_.clock->Monotonic());
    // Do not discard an answer that still arrived: it may be a grant.
    if (!sent.ok() && Cancelled(verb)) return CancelledStatus(verb);
    const absl::Status status = FromGrpcStatus(sent);
    if (*alive || !absl::IsUnavailable(status)) return status;
    return absl::UnavailableError(
        absl::StrCat(status.message(), AdviceOnSecurity(options_.security, status.message())));
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

  // Waits before the next try. UNAVAILABLE if the time limit is reached;
  // CANCELLED.
  absl::Status WaitToTryAgain(Verb verb, int failures, bool alive, absl::Duration began,
                              const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    const absl::Duration now = options_.clock->Monotonic();
    const absl::Duration silent = now - std::max(began, last_alive_);
    if (silent >= options_.give_up_after) return GivenUp(verb, silent, status);
    if (now >= next_log_) {
      next_log_ = now + kLogEvery;
      LogWarning(absl::StrCat(VerbName(verb), " at ", Snippet(options_.address), ": ",
                              absl::StatusCodeToString(status.code()), ": ", status.message(),
                              "; retrying"));
    }
    const bool lost = failures == 0 && !alive && last_alive_ > -absl::InfiniteDuration();
    const absl::Duration pause =
        (lost ? kLostFactor : 1) *
        Backoff({options_.backoff_first, options_.backoff_most}, failures + 1, options_.uniform());
    WaitCondition wait{this, verb};
    mutex_.AwaitWithTimeout(absl::Condition(&wait, &WaitCondition::Over), pause);
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
  const ClientSecurity security_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<Stub> stub_;
  mutable absl::Mutex mutex_;
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
