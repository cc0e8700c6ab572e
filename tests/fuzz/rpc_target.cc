// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/rpc_target.h"

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/log.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "pipelines/coordinator/api.h"
#include "pipelines/rpc/coordinator_service.h"
#include "pipelines/rpc/grpc_status.h"
#include "tests/fuzz/coordinator_calls.h"

namespace quipu::fuzz {
namespace {

using pipelines::CoordinatorService;
using pipelines::Peer;

// A hang, also on a machine that is busy with other work.
constexpr absl::Duration kStuck = absl::Minutes(1);

// Lets one thread at a time into a coordinator, whose store in memory is for one alone, and
// counts the calls that have been inside.
class Gate : public pipelines::CoordinatorApi {
 public:
  explicit Gate(testing::CoordinatorFixture* run) : run_(run) {}

  absl::StatusOr<v1::HelloReply> Hello(const Peer& peer, const v1::HelloRequest& request) override {
    const Visit visit(this);
    return run_->coordinator->Hello(peer, request);
  }
  void Lease(const Peer& peer, const v1::LeaseRequest& request,
             pipelines::ReplyFn<v1::LeaseReply> done) override {
    const Visit visit(this);
    run_->coordinator->Lease(peer, request, std::move(done));
  }
  absl::StatusOr<v1::RenewReply> Renew(const Peer& peer, const v1::RenewRequest& request) override {
    const Visit visit(this);
    return run_->coordinator->Renew(peer, request);
  }
  void Submit(const Peer& peer, v1::SubmitRequest request,
              pipelines::ReplyFn<v1::SubmitReply> done) override {
    const Visit visit(this);
    run_->coordinator->Submit(peer, std::move(request), std::move(done));
  }
  v1::StatusReply Status() const override {
    const Visit visit(this);
    return run_->coordinator->Status();
  }
  absl::StatusOr<v1::ControlReply> Control(const v1::ControlRequest& request) override {
    const Visit visit(this);
    return run_->coordinator->Control(request);
  }

  void Pass(absl::Duration time) {
    const std::lock_guard<std::recursive_mutex> lock(inside_);
    run_->Pass(time);
  }
  void Commit() { Pass(absl::ZeroDuration()); }
  void Stop() {
    const std::lock_guard<std::recursive_mutex> lock(inside_);
    run_->coordinator->Stop();
    run_->Commit();
  }

  int visits() const {
    absl::MutexLock lock(&mutex_);
    return visits_;
  }
  // Until a call was inside after the first `before`, or is over.
  bool AwaitVisit(int before, const bool& over) const {
    absl::MutexLock lock(&mutex_);
    const auto inside_or_over = [&] {
      mutex_.AssertHeld();
      return visits_ > before || over;
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&inside_or_over), kStuck);
  }
  // Guards what calls say of themselves, too.
  absl::Mutex* mutex() const { return &mutex_; }

 private:
  class Visit {
   public:
    explicit Visit(const Gate* gate) : gate_(gate), lock_(gate->inside_) {}
    ~Visit() {
      absl::MutexLock lock(&gate_->mutex_);
      ++gate_->visits_;
    }

   private:
    const Gate* const gate_;
    // An answer may call again: leases of a worker that has gone are returned.
    const std::lock_guard<std::recursive_mutex> lock_;
  };

  testing::CoordinatorFixture* const run_;
  mutable std::recursive_mutex inside_;
  mutable absl::Mutex mutex_;
  mutable int visits_ ABSL_GUARDED_BY(mutex_) = 0;
};

// One server and one connection for all inputs: they take as long as hundreds of calls.
struct Server {
  std::unique_ptr<CoordinatorService> service;
  std::unique_ptr<grpc::GenericStub> stub;

  Server() {
    pipelines::CoordinatorServiceOptions options;
    options.listen = "127.0.0.1:0";
    options.complete_status = [](v1::StatusReply* status) { status->set_seconds_left(1); };
    auto created = CoordinatorService::Create(options);
    QUIPU_CHECK(created.ok()) << created.status().ToString();
    service = *std::move(created);
    const absl::Status listening = service->Listen();
    QUIPU_CHECK(listening.ok()) << listening.ToString();
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    stub = std::make_unique<grpc::GenericStub>(grpc::CreateCustomChannel(
        service->address(), grpc::InsecureChannelCredentials(), arguments));
  }
};

Server& TheServer() {
  static Server* const server = new Server;
  return *server;
}

const char* MethodOf(CallVerb verb) {
  switch (verb) {
    case kHello:
      return "Hello";
    case kLease:
      return "Lease";
    case kRenew:
      return "Renew";
    case kSubmit:
      return "Submit";
    case kControl:
      return "Control";
    default:
      return "Status";
  }
}

// The calls of one input.
class Client {
 public:
  explicit Client(Gate* gate) : gate_(gate) {}

  // Returns when the coordinator has it, or it is over.
  void Send(CallVerb verb, const std::string& message) {
    SentCall& call = calls_.emplace_back();
    call.verb = verb;
    const grpc::Slice slice(message);
    call.request = grpc::ByteBuffer(&slice, 1);
    const int before = gate_->visits();
    TheServer().stub->UnaryCall(
        &call.context, absl::StrCat("/quipu.v1.Coordinator/", MethodOf(verb)), grpc::StubOptions(),
        &call.request, &call.reply, [this, &call](const grpc::Status& status) {
          absl::MutexLock lock(gate_->mutex());
          call.status = pipelines::FromGrpcStatus(status);
          call.over = true;
        });
    QUIPU_CHECK(gate_->AwaitVisit(before, call.over)) << MethodOf(verb) << " is stuck";
  }
  void CancelLastPoll() {
    for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
      if (call->verb == kLease) return call->context.TryCancel();
    }
  }
  // What waits is answered when its time is over.
  void Finish() {
    for (SentCall& call : calls_) {
      gate_->Pass(absl::Minutes(10));
      absl::MutexLock lock(gate_->mutex());
      const bool over = gate_->mutex()->AwaitWithTimeout(absl::Condition(&call.over), kStuck);
      QUIPU_CHECK(over) << MethodOf(call.verb) << " was never answered";
    }
  }
  // What was said to the first call that was refused. After Finish.
  absl::Status refused() const {
    absl::MutexLock lock(gate_->mutex());
    absl::Status refused;
    for (const SentCall& call : calls_) {
      if (!absl::IsCancelled(call.status)) refused.Update(call.status);
    }
    return refused;
  }

 private:
  struct SentCall {
    CallVerb verb = kStatus;
    grpc::ClientContext context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer reply;
    absl::Status status;
    bool over = false;
  };

  Gate* const gate_;
  std::deque<SentCall> calls_;
};

}  // namespace

absl::Status FuzzRpc(absl::string_view input) {
  CoordinatorService& service = *TheServer().service;
  KnownRun known;
  Gate gate(&known.run);
  Client client(&gate);
  service.SetStage(v1::STAGE_GENERATE);
  service.SetCoordinator(&gate);
  for (const EncodedCall& call : DecodeCalls(input)) {
    const CallVerb verb = VerbOf(call, kCoordinator);
    if (verb == kPass) {
      gate.Pass(absl::Milliseconds(call.message.size() * 100));
    } else if (verb == kCancel) {
      client.CancelLastPoll();
    } else if (verb == kStage) {
      service.SetStage(static_cast<v1::Stage>(call.flags % v1::Stage_ARRAYSIZE));
    } else if (verb == kCoordinator) {
      service.SetCoordinator(call.flags & kBack ? &gate : nullptr);
    } else {
      client.Send(verb, FilledMessage(call, verb, known));
      gate.Commit();
    }
  }
  client.Finish();
  service.SetCoordinator(nullptr);
  gate.Stop();
  CheckTasks(known.run);
  return client.refused();
}

Seeds RpcSeeds() {
  Seeds seeds = CallSeeds();
  const KnownRun known;
  const std::string hello = EncodeCall(kHello, 0, known.run.HelloOf("bob", 'b'));
  v1::ControlRequest pause;
  pause.set_verb(v1::ControlRequest::PAUSE);
  v1::LeaseRequest unknown;
  unknown.set_session("seventeen bytes..");
  seeds.valid.push_back(absl::StrCat(EncodeCall(kCoordinator, 0, pause),
                                     EncodeCall(kCoordinator, kBack, pause), hello));
  for (const v1::Stage stage : {v1::STAGE_READ, v1::STAGE_PLAN, v1::STAGE_GENERATE}) {
    seeds.refused.push_back(
        absl::StrCat(EncodeCall(kCoordinator, 0, pause), EncodeCall(kStage, stage, pause), hello));
  }
  seeds.refused.push_back(
      absl::StrCat(EncodeCall(kStage, v1::STAGE_PACK, pause), EncodeCall(kControl, 0, pause)));
  seeds.refused.push_back(EncodeCall(kLease, 0, unknown));
  seeds.refused.push_back(std::string("\0\0\2\0\xff\xff", 6));
  return seeds;
}

}  // namespace quipu::fuzz
