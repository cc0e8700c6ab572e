// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/coordinator_service.h"

#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "google/protobuf/message_lite.h"
#include "grpc/compression.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "pipelines/rpc/auth.h"
#include "pipelines/rpc/call_limits.h"
#include "pipelines/rpc/grpc_status.h"
#include "pipelines/rpc/listener.h"
#include "protos/coordinator.grpc.pb.h"

namespace quipu::pipelines {
namespace {

using grpc::ByteBuffer;
using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

// Verbs get bytes and parse them themselves: gRPC would parse before it
// identifies the caller, and its error for unparsable bytes is misleading.
template <typename Base>
using RawFirst =
    v1::Coordinator::WithRawCallbackMethod_Hello<v1::Coordinator::WithRawCallbackMethod_Lease<
        v1::Coordinator::WithRawCallbackMethod_Renew<Base>>>;
using RawService = RawFirst<
    v1::Coordinator::WithRawCallbackMethod_Submit<v1::Coordinator::WithRawCallbackMethod_Status<
        v1::Coordinator::WithRawCallbackMethod_Control<v1::Coordinator::Service>>>>;

absl::string_view StageDescription(v1::Stage stage) {
  switch (stage) {
    case v1::STAGE_READ:
      return "reading the corpus";
    case v1::STAGE_PLAN:
      return "planning";
    case v1::STAGE_GENERATE:
      return "loading the plan";
    case v1::STAGE_DECONTAMINATE:
      return "comparing with benchmarks: no pair is left to make";
    case v1::STAGE_DEDUP:
    case v1::STAGE_PACK:
      return "packing: no pair is left to make";
    default:
      return "starting";
  }
}

Credentials CredentialsOf(const CallbackServerContext& context) {
  Credentials credentials;
  const std::shared_ptr<const grpc::AuthContext> auth = context.auth_context();
  if (auth != nullptr) {
    const auto certificates = auth->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
    if (certificates.size() == 1) {
      credentials.certificate.assign(certificates.front().data(), certificates.front().size());
    }
  }
  const auto header = context.client_metadata().find("authorization");
  if (header != context.client_metadata().end()) {
    credentials.authorization = std::string(header->second.data(), header->second.size());
  }
  return credentials;
}

absl::Status Parse(const ByteBuffer& bytes, Verb verb, google::protobuf::MessageLite* message) {
  ByteBuffer shared = bytes;  // Shares the slices; the reader needs a mutable buffer.
  grpc::ProtoBufferReader reader(&shared);
  if (reader.status().ok() && message->ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the ", bytes.Length(), " bytes of the request do not parse as ", VerbName(verb), "Request"));
}

template <typename Request>
absl::Status CheckSession(const Request& request) {
  if (request.session().size() <= kSessionBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("session has ", request.session().size(), " bytes, at most ", kSessionBytes));
}

// One call, from admission to its answer.
class Call {
 public:
  Call(CallbackServerContext* context, ByteBuffer* out)
      : context_(context), out_(out), reactor_(context->DefaultReactor()) {}

  Peer peer;
  CallLimits::Slot slot;

  ServerUnaryReactor* reactor() const { return reactor_; }
  bool cancelled() const { return context_->IsCancelled(); }

  // Call once. Everything that `context` refers to may be gone when it returns.
  void Fail(const absl::Status& status) {
    slot.Release();
    context_->AddTrailingMetadata(kAliveHeader, "1");
    reactor_->Finish(ToGrpcStatus(status));
  }

  template <typename Reply>
  void Finish(const absl::StatusOr<Reply>& reply) {
    if (!reply.ok()) return Fail(reply.status());
    bool own_buffer = false;
    const grpc::Status serialized =
        grpc::SerializationTraits<Reply>::Serialize(*reply, out_, &own_buffer);
    if (!serialized.ok()) return Fail(FromGrpcStatus(serialized));
    slot.Release();
    reactor_->Finish(grpc::Status::OK);
  }

 private:
  CallbackServerContext* const context_;
  ByteBuffer* const out_;
  ServerUnaryReactor* const reactor_;
};

// The worker has gone: releases its grants at once, before they expire.
void ReturnLeases(CoordinatorApi* coordinator, const Peer& peer, const std::string& session,
                  const v1::LeaseReply& reply) {
  v1::SubmitRequest request;
  request.set_session(session);
  for (const v1::LeasedChunk& chunk : reply.chunks()) {
    v1::LeaseResults* lease = request.add_leases();
    *lease->mutable_ticket() = chunk.ticket();
    lease->set_failure(v1::ATTEMPT_FAILURE_RETURNED);
    lease->set_message("the worker had gone when its lease was granted");
  }
  // If this fails, they expire.
  coordinator->Submit(peer, std::move(request), [](const absl::StatusOr<v1::SubmitReply>&) {});
}

}  // namespace

class CoordinatorService::Impl : public RawService {
 public:
  Impl(const CoordinatorServiceOptions& options, Address address, ServerSecurity security)
      : address_(std::move(address)),
        security_(std::move(security)),
        complete_status_(options.complete_status),
        limits_(options.max_calls_per_peer) {}

  absl::Status Listen();
  std::string address() const;
  void Shutdown(absl::Duration grace);

  void SetStage(v1::Stage stage) {
    absl::MutexLock lock(&mutex_);
    stage_ = stage;
  }

  void SetCoordinator(CoordinatorApi* coordinator) {
    {
      absl::WriterMutexLock lock(&coordinator_mutex_);
      coordinator_ = coordinator;
    }
    server_->GetHealthCheckService()->SetServingStatus(kCoordinatorServiceName,
                                                       coordinator != nullptr);
  }

  ServerUnaryReactor* Hello(CallbackServerContext* context, const ByteBuffer* in,
                            ByteBuffer* out) override {
    return Answer<v1::HelloRequest>(
        Verb::kHello, context, in, out,
        [](CoordinatorApi* coordinator, const std::shared_ptr<Call>& call,
           v1::HelloRequest request) { call->Finish(coordinator->Hello(call->peer, request)); });
  }

  ServerUnaryReactor* Lease(CallbackServerContext* context, const ByteBuffer* in,
                            ByteBuffer* out) override {
    return AnswerInSession<v1::LeaseRequest>(
        Verb::kLease, context, in, out,
        [](CoordinatorApi* coordinator, const std::shared_ptr<Call>& call,
           v1::LeaseRequest request) {
          coordinator->Lease(call->peer, request,
                             [coordinator, call, session = request.session()](
                                 const absl::StatusOr<v1::LeaseReply>& reply) {
                               if (reply.ok() && reply->chunks_size() > 0 && call->cancelled()) {
                                 ReturnLeases(coordinator, call->peer, session, *reply);
                               }
                               call->Finish(reply);
                             });
        });
  }

  ServerUnaryReactor* Renew(CallbackServerContext* context, const ByteBuffer* in,
                            ByteBuffer* out) override {
    return AnswerInSession<v1::RenewRequest>(
        Verb::kRenew, context, in, out,
        [](CoordinatorApi* coordinator, const std::shared_ptr<Call>& call,
           v1::RenewRequest request) { call->Finish(coordinator->Renew(call->peer, request)); });
  }

  ServerUnaryReactor* Submit(CallbackServerContext* context, const ByteBuffer* in,
                             ByteBuffer* out) override {
    return AnswerInSession<v1::SubmitRequest>(
        Verb::kSubmit, context, in, out,
        [](CoordinatorApi* coordinator, const std::shared_ptr<Call>& call,
           v1::SubmitRequest request) {
          coordinator->Submit(
              call->peer, std::move(request),
              [call](const absl::StatusOr<v1::SubmitReply>& reply) { call->Finish(reply); });
        });
  }

  ServerUnaryReactor* Status(CallbackServerContext* context, const ByteBuffer* in,
                             ByteBuffer* out) override {
    return Answer<v1::StatusRequest>(
        Verb::kStatus, context, in, out,
        [this](CoordinatorApi* coordinator, const std::shared_ptr<Call>& call, v1::StatusRequest) {
          v1::StatusReply reply = coordinator->Status();
          reply.set_stage(stage());
          if (complete_status_) complete_status_(&reply);
          call->Finish(absl::StatusOr<v1::StatusReply>(std::move(reply)));
        });
  }

  ServerUnaryReactor* Control(CallbackServerContext* context, const ByteBuffer* in,
                              ByteBuffer* out) override {
    return Answer<v1::ControlRequest>(
        Verb::kControl, context, in, out,
        [this](CoordinatorApi* coordinator, const std::shared_ptr<Call>& call,
               v1::ControlRequest request) {
          if (stage() > v1::STAGE_GENERATE) {
            return call->Fail(absl::FailedPreconditionError(StageDescription(stage())));
          }
          call->Finish(coordinator->Control(request));
        });
  }

 private:
  v1::Stage stage() const {
    absl::MutexLock lock(&mutex_);
    return stage_;
  }

  // Identifies, authorizes, counts, parses.
  template <typename Request>
  absl::Status Admit(Verb verb, const CallbackServerContext& context, const ByteBuffer& in,
                     Call* call, Request* request) {
    ASSIGN_OR_RETURN(const Caller caller,
                     Identify(CredentialsOf(context), security_.tokens, security_.open));
    RETURN_IF_ERROR(Authorize(caller, verb));
    call->peer.identity = caller.identity;
    return Parse(in, verb, request);
  }

  absl::Status Count(const std::string& key, Call* call) {
    ASSIGN_OR_RETURN(call->slot, limits_.Take(key));
    return absl::OkStatus();
  }

  template <typename Request, typename Fn>
  ServerUnaryReactor* Answer(Verb verb, CallbackServerContext* context, const ByteBuffer* in,
                             ByteBuffer* out, Fn fn) {
    const auto call = std::make_shared<Call>(context, out);
    ServerUnaryReactor* const reactor = call->reactor();
    Request request;
    absl::Status status = Admit(verb, *context, *in, call.get(), &request);
    if (status.ok()) status = Count(context->peer(), call.get());
    Dispatch(status, call, std::move(request), fn);
    return reactor;
  }

  // The same for verbs with a session, which distinguishes a worker's
  // processes: they may share a certificate, and over a unix socket an address,
  // too.
  template <typename Request, typename Fn>
  ServerUnaryReactor* AnswerInSession(Verb verb, CallbackServerContext* context,
                                      const ByteBuffer* in, ByteBuffer* out, Fn fn) {
    const auto call = std::make_shared<Call>(context, out);
    ServerUnaryReactor* const reactor = call->reactor();
    Request request;
    absl::Status status = Admit(verb, *context, *in, call.get(), &request);
    if (status.ok()) status = CheckSession(request);
    if (status.ok()) {
      status = Count(absl::StrCat(call->peer.identity, "/", request.session()), call.get());
    }
    Dispatch(status, call, std::move(request), fn);
    return reactor;
  }

  template <typename Request, typename Fn>
  void Dispatch(absl::Status status, const std::shared_ptr<Call>& call, Request request, Fn fn) {
    if (!status.ok()) return call->Fail(status);
    // Locked during the call, so that a replaced coordinator has no caller
    // inside.
    absl::ReaderMutexLock lock(&coordinator_mutex_);
    if (coordinator_ == nullptr) {
      return call->Fail(
          absl::UnavailableError(absl::StrCat("not ready: ", StageDescription(stage()))));
    }
    fn(coordinator_, call, std::move(request));
  }

  const Address address_;
  const ServerSecurity security_;
  const std::function<void(v1::StatusReply*)> complete_status_;
  CallLimits limits_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Listener> listener_;  // Calls the acceptor, until it is stopped.
  mutable absl::Mutex mutex_;
  v1::Stage stage_ ABSL_GUARDED_BY(mutex_) = v1::STAGE_UNSPECIFIED;
  absl::Mutex coordinator_mutex_;
  CoordinatorApi* coordinator_ ABSL_GUARDED_BY(coordinator_mutex_) = nullptr;
};

absl::Status CoordinatorService::Impl::Listen() {
  absl::StatusOr<std::unique_ptr<Listener>> listener = Listener::Bind(address_);
  if (!listener.ok()) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", Snippet(address_.target), ": ",
                                               listener.status().message()));
  }
  listener_ = *std::move(listener);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      security_.credentials);
  builder.RegisterService(this);
  builder.SetMaxReceiveMessageSize(kMaxRpcBytes);
  builder.SetMaxSendMessageSize(kMaxRpcBytes);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetResourceQuota(grpc::ResourceQuota("quipu").Resize(kMaxRpcMemoryBytes));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxRpcStreams);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxRpcMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 30 * 1000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 10 * 60 * 1000);
  // Detects workers that vanish silently while they poll.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60 * 1000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * 1000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 30 * 1000);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) return absl::UnavailableError("gRPC's server cannot be started");
  server_->GetHealthCheckService()->SetServingStatus(kCoordinatorServiceName, false);
  return listener_->Start([this](int listening, int connection) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters taken;
    taken.listener_fd = listening;
    taken.fd = connection;
    acceptor_->HandleNewConnection(&taken);
  });
}

std::string CoordinatorService::Impl::address() const {
  if (!address_.unix_path.empty()) return address_.target;
  const bool v6 = absl::StrContains(address_.host, ':');
  return absl::StrCat(v6 ? "[" : "", address_.host, v6 ? "]" : "", ":", listener_->port());
}

void CoordinatorService::Impl::Shutdown(absl::Duration grace) {
  if (server_ == nullptr) return;
  listener_->Stop();
  server_->Shutdown(absl::ToChronoTime(Clock::Real()->Now() + grace));
}

absl::StatusOr<std::unique_ptr<CoordinatorService>> CoordinatorService::Create(
    const CoordinatorServiceOptions& options) {
  ASSIGN_OR_RETURN(Address address, ParseAddress(options.listen));
  ASSIGN_OR_RETURN(ServerSecurity security, LoadServerSecurity(options.security, address));
  return std::unique_ptr<CoordinatorService>(new CoordinatorService(
      std::make_unique<Impl>(options, std::move(address), std::move(security))));
}

CoordinatorService::CoordinatorService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

CoordinatorService::~CoordinatorService() { Shutdown(absl::ZeroDuration()); }

absl::Status CoordinatorService::Listen() { return impl_->Listen(); }

std::string CoordinatorService::address() const { return impl_->address(); }

void CoordinatorService::SetStage(v1::Stage stage) { impl_->SetStage(stage); }

void CoordinatorService::SetCoordinator(CoordinatorApi* coordinator) {
  impl_->SetCoordinator(coordinator);
}

void CoordinatorService::Shutdown(absl::Duration grace) { impl_->Shutdown(grace); }

}  // namespace quipu::pipelines
