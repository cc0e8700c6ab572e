// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Requests from hostile or broken peers, and the service's answers.
#include "pipelines/rpc/coordinator_service.h"

#include <sys/stat.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "base/limits.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "pipelines/rpc/grpc_status.h"
#include "protos/coordinator.grpc.pb.h"
#include "tests/support/listening_ports.h"
#include "tests/support/random.h"
#include "tests/support/service_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::ElementsAre;
using testing::FakeCoordinator;
using ::testing::HasSubstr;
using testing::kLong;
using testing::RunningService;
using testing::StatusIs;
using testing::TempDir;

const std::vector<std::string> kVerbs = {"Hello", "Lease", "Renew", "Submit", "Status", "Control"};

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments args;
  args.SetMaxSendMessageSize(-1);
  args.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), args);
}

void SetDeadline(grpc::ClientContext* context) {
  context->set_deadline(absl::ToChronoTime(Clock::Real()->Now() + kLong));
}

// Sends any bytes to any method.
absl::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                     const std::string& bytes, grpc::ClientContext* context) {
  grpc::GenericStub stub(channel);
  SetDeadline(context);
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer reply;
  grpc::Status status;
  absl::Notification over;
  stub.UnaryCall(context, method, grpc::StubOptions(), &request, &reply, [&](grpc::Status result) {
    status = std::move(result);
    over.Notify();
  });
  over.WaitForNotification();
  return FromGrpcStatus(status);
}

absl::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                     const std::string& bytes) {
  grpc::ClientContext context;
  return CallRaw(channel, method, bytes, &context);
}

std::string MethodOf(absl::string_view verb) {
  return absl::StrCat("/quipu.v1.Coordinator/", verb);
}

bool Parses(const std::string& verb, const std::string& bytes) {
  if (verb == "Hello") return v1::HelloRequest().ParseFromString(bytes);
  if (verb == "Lease") return v1::LeaseRequest().ParseFromString(bytes);
  if (verb == "Renew") return v1::RenewRequest().ParseFromString(bytes);
  if (verb == "Submit") return v1::SubmitRequest().ParseFromString(bytes);
  if (verb == "Status") return v1::StatusRequest().ParseFromString(bytes);
  return v1::ControlRequest().ParseFromString(bytes);
}

// A HelloRequest of exactly `bytes` bytes.
std::string HelloOf(size_t bytes) {
  v1::HelloRequest request;
  request.set_build(std::string(bytes, 'b'));
  request.set_build(std::string(2 * bytes - request.ByteSizeLong(), 'b'));
  EXPECT_EQ(request.ByteSizeLong(), bytes);
  return request.SerializeAsString();
}

v1::LeaseRequest Poll(absl::string_view session) {
  v1::LeaseRequest request;
  request.set_session(std::string(session));
  request.set_max_chunks(1);
  request.set_wait_ms(20000);
  return request;
}

// "SERVING", "NOT_SERVING" or the error: the health protocol's message is one
// number, field 1 (grpc/health/v1/health.proto).
std::string Health(const std::string& address, const std::string& service) {
  grpc::GenericStub stub(Connect(address));
  grpc::ClientContext context;
  SetDeadline(&context);
  const std::string bytes =
      service.empty()
          ? ""
          : absl::StrCat("\n", std::string(1, static_cast<char>(service.size())), service);
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer reply;
  grpc::Status status;
  absl::Notification over;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request, &reply,
                 [&](grpc::Status result) {
                   status = std::move(result);
                   over.Notify();
                 });
  over.WaitForNotification();
  if (!status.ok()) return absl::StrCat("error ", int{status.error_code()});
  grpc::Slice whole;
  EXPECT_TRUE(reply.DumpToSingleSlice(&whole).ok());
  const std::string got(reinterpret_cast<const char*>(whole.begin()), whole.size());
  if (got == "\x08\x01") return "SERVING";
  return got == "\x08\x02" ? "NOT_SERVING" : "other";
}

class CoordinatorServiceTest : public ::testing::Test {
 protected:
  FakeCoordinator coordinator_;
  RunningService service_{&coordinator_};
};

TEST_F(CoordinatorServiceTest, RandomBytesAreRefusedAndTheServerLives) {
  Rng rng(testing::TestFingerprint(), "random-bytes");
  const auto channel = Connect(service_.address());
  for (const std::string& verb : kVerbs) {
    int refused = 0;
    for (int i = 0; i < 60; ++i) {
      std::string bytes(1 + rng.Below(400), '\0');
      for (char& c : bytes) c = static_cast<char>(rng.Below(256));
      // Bytes that parse by chance may get any answer.
      if (Parses(verb, bytes)) continue;
      ++refused;
      EXPECT_THAT(CallRaw(channel, MethodOf(verb), bytes),
                  StatusIs(absl::StatusCode::kInvalidArgument,
                           absl::StrCat("do not parse as ", verb, "Request")));
    }
    // Derived: half of all first bytes have a wire type that cannot begin a
    // field, so all 60 parse with a probability below 2^-60.
    EXPECT_GT(refused, 0) << verb;
  }
  EXPECT_OK(service_.Client()->Hello({}).status());
}

TEST_F(CoordinatorServiceTest, TextThatIsNoUtf8IsRefused) {
  // Field 2, `build`, of one byte that no UTF-8 text has.
  EXPECT_THAT(
      CallRaw(Connect(service_.address()), MethodOf("Hello"), "\x12\x01\xff"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("do not parse as HelloRequest")));
}

TEST_F(CoordinatorServiceTest, AMessageMayHaveSixteenMebibytesAndNoByteMore) {
  const auto channel = Connect(service_.address());

  // At the limit it is forwarded: this service answers, not gRPC.
  EXPECT_THAT(CallRaw(channel, MethodOf("Hello"), std::string(kMaxRpcBytes, '\0')),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       absl::StrCat("the ", kMaxRpcBytes, " bytes of the request")));
  EXPECT_THAT(CallRaw(channel, MethodOf("Hello"), std::string(kMaxRpcBytes + 1, '\0')),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(CallRaw(channel, MethodOf("Hello"), std::string(2 * kMaxRpcBytes, '\0')),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_OK(service_.Client()->Hello({}).status());
}

TEST_F(CoordinatorServiceTest, ASessionHasSixteenBytesAtMost) {
  v1::RenewRequest request;
  request.set_session(std::string(kSessionBytes, 's'));
  EXPECT_OK(service_.Client()->Renew(request).status());

  request.set_session(std::string(kSessionBytes + 1, 's'));

  EXPECT_THAT(service_.Client()->Renew(request).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("session has 17 bytes")));
}

TEST_F(CoordinatorServiceTest, MuchMetadataIsRefused) {
  const auto channel = Connect(service_.address());
  grpc::ClientContext small;
  small.AddMetadata("x-much", std::string(8 << 10, 'm'));
  EXPECT_OK(CallRaw(channel, MethodOf("Hello"), "", &small));
  grpc::ClientContext large;
  large.AddMetadata("x-much", std::string(kMaxRpcMetadataBytes + 1, 'm'));

  EXPECT_THAT(CallRaw(channel, MethodOf("Hello"), "", &large),
              StatusIs(absl::StatusCode::kResourceExhausted));
  // It may cost that connection, and no other.
  EXPECT_OK(CallRaw(Connect(service_.address()), MethodOf("Hello"), ""));
}

TEST_F(CoordinatorServiceTest, CompressedMessagesAreRefused) {
  const auto channel = Connect(service_.address());
  for (const auto algorithm : {GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    grpc::ClientContext context;
    context.set_compression_algorithm(algorithm);
    EXPECT_THAT(CallRaw(channel, MethodOf("Hello"), HelloOf(1 << 20), &context),
                StatusIs(absl::StatusCode::kUnimplemented));
  }
  EXPECT_OK(CallRaw(channel, MethodOf("Hello"), HelloOf(1 << 20)));
}

TEST_F(CoordinatorServiceTest, ThereIsNothingElseOnThePort) {
  const auto channel = Connect(service_.address());

  for (const char* method :
       {"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.channelz.v1.Channelz/GetServers", "/quipu.v1.Coordinator/Unknown"}) {
    EXPECT_THAT(CallRaw(channel, method, ""), StatusIs(absl::StatusCode::kUnimplemented)) << method;
  }
}

TEST_F(CoordinatorServiceTest, OnlyTheOnePortIsOpen) {
  int port = 0;
  const std::string address = service_.address();
  ASSERT_TRUE(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port));

  EXPECT_THAT(testing::ListeningPorts(), ElementsAre(port));
}

TEST_F(CoordinatorServiceTest, ASecondServerCannotTakeThePort) {
  CoordinatorServiceOptions options;
  options.listen = service_.address();
  ASSERT_OK_AND_ASSIGN(const auto second, CoordinatorService::Create(options));

  EXPECT_THAT(second->Listen(), StatusIs(absl::StatusCode::kUnavailable, service_.address()));
}

TEST_F(CoordinatorServiceTest, ASessionHasSoManyCallsInProgressAndOthersAreNotInItsWay) {
  std::vector<std::unique_ptr<GrpcCoordinatorClient>> clients;
  std::vector<std::thread> polls;
  for (int i = 0; i < kMaxCallsPerPeer; ++i) {
    clients.push_back(service_.Client());
    polls.emplace_back(
        [client = clients.back().get()] { EXPECT_OK(client->Lease(Poll("one")).status()); });
  }
  ASSERT_TRUE(coordinator_.AwaitPolls(kMaxCallsPerPeer));

  EXPECT_THAT(service_.Client()->Lease(Poll("one")).status(),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("8 calls in progress")));
  v1::RenewRequest other;
  other.set_session("two");
  EXPECT_OK(service_.Client()->Renew(other).status());

  coordinator_.AnswerPolls(v1::LeaseReply());
  for (std::thread& poll : polls) poll.join();
  v1::LeaseRequest again = Poll("one");
  again.set_wait_ms(0);
  EXPECT_OK(service_.Client()->Lease(again).status());
}

TEST_F(CoordinatorServiceTest, LeasesOfAWorkerThatHasGoneAreReturnedAtOnce) {
  const auto client = service_.Client();
  std::thread poll([&] {
    EXPECT_THAT(client->Lease(Poll("gone")).status(), StatusIs(absl::StatusCode::kCancelled));
  });
  ASSERT_TRUE(coordinator_.AwaitPolls(1));
  client->CancelLeases();
  poll.join();
  v1::LeaseReply grant;
  grant.add_chunks()->mutable_ticket()->set_ticket("ticket-7");

  // The server detects it soon, not at once: a poll answered before that looks
  // delivered, and its lease expires.
  const absl::Time deadline = Clock::Real()->Now() + kLong;
  while (coordinator_.submits().empty() && Clock::Real()->Now() < deadline) {
    coordinator_.AnswerPolls(grant);
    std::thread again([&] {
      const auto other = service_.Client();
      std::thread call([&] { other->Lease(Poll("gone")).status().IgnoreError(); });
      EXPECT_TRUE(coordinator_.AwaitPolls(1));
      other->CancelLeases();
      call.join();
    });
    again.join();
  }

  const std::vector<v1::SubmitRequest> submits = coordinator_.submits();
  ASSERT_FALSE(submits.empty());
  EXPECT_EQ(submits[0].session(), "gone");
  EXPECT_EQ(submits[0].leases(0).ticket().ticket(), "ticket-7");
  EXPECT_EQ(submits[0].leases(0).failure(), v1::ATTEMPT_FAILURE_RETURNED);
}

TEST_F(CoordinatorServiceTest, AGrantThatIsDeliveredIsNotReturned) {
  const auto client = service_.Client();
  std::thread poll([&] {
    const auto reply = client->Lease(Poll("here"));
    ASSERT_OK(reply.status());
    EXPECT_EQ(reply->chunks_size(), 1);
  });
  ASSERT_TRUE(coordinator_.AwaitPolls(1));
  v1::LeaseReply grant;
  grant.add_chunks()->mutable_ticket()->set_ticket("ticket-8");

  coordinator_.AnswerPolls(grant);
  poll.join();

  EXPECT_TRUE(coordinator_.submits().empty());
}

TEST_F(CoordinatorServiceTest, PastGeneratingStatusSaysSoAndControlIsRefused) {
  v1::ControlRequest pause;
  pause.set_verb(v1::ControlRequest::PAUSE);
  service_->SetStage(v1::STAGE_GENERATE);
  EXPECT_OK(service_.Client()->Control(pause).status());

  service_->SetStage(v1::STAGE_PACK);

  ASSERT_OK_AND_ASSIGN(const v1::StatusReply status, service_.Client()->Status());
  EXPECT_EQ(status.stage(), v1::STAGE_PACK);
  EXPECT_THAT(service_.Client()->Control(pause).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("packing")));

  service_->SetStage(v1::STAGE_DECONTAMINATE);

  EXPECT_THAT(service_.Client()->Control(pause).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("comparing with benchmarks: no pair is left to make")));
}

TEST(CoordinatorServiceStageTest, WithoutACoordinatorItSaysWhatItDoes) {
  RunningService service(nullptr);
  for (const auto& [stage, what] : {std::pair{v1::STAGE_READ, "not ready: reading the corpus"},
                                    std::pair{v1::STAGE_PLAN, "not ready: planning"},
                                    std::pair{v1::STAGE_GENERATE, "not ready: loading the plan"}}) {
    service->SetStage(stage);
    EXPECT_THAT(service.Client()->Hello({}).status(),
                StatusIs(absl::StatusCode::kUnavailable, HasSubstr(what)));
  }
}

TEST_F(CoordinatorServiceTest, StatusIsCompletedWithWhatTheCoordinatorDoesNotKnow) {
  FakeCoordinator coordinator;
  CoordinatorServiceOptions options;
  options.complete_status = [](v1::StatusReply* status) { status->set_seconds_left(72); };
  const RunningService service(&coordinator, options);

  ASSERT_OK_AND_ASSIGN(const v1::StatusReply status, service.Client()->Status());

  EXPECT_EQ(status.seconds_left(), 72);
}

TEST_F(CoordinatorServiceTest, StoppingAnswersThoseWhoWait) {
  const auto client = service_.Client();
  std::thread poll([&] {
    EXPECT_THAT(client->Lease(Poll("w")).status(),
                StatusIs(absl::StatusCode::kUnavailable, HasSubstr("stopping")));
  });
  ASSERT_TRUE(coordinator_.AwaitPolls(1));

  coordinator_.Stop();
  service_->Shutdown(kLong);
  poll.join();

  EXPECT_THAT(service_.Client()->Hello({}).status(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(CoordinatorServiceHealthTest, LivesFromTheStartAndIsReadyWithItsCoordinator) {
  FakeCoordinator coordinator;
  RunningService service(nullptr);
  EXPECT_EQ(Health(service.address(), ""), "SERVING");
  EXPECT_EQ(Health(service.address(), kCoordinatorServiceName), "NOT_SERVING");
  EXPECT_EQ(Health(service.address(), "other"), "error 5");
  EXPECT_THAT(service.Client()->Hello({}).status(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("not ready: starting")));

  service->SetCoordinator(&coordinator);

  EXPECT_EQ(Health(service.address(), kCoordinatorServiceName), "SERVING");
  EXPECT_OK(service.Client()->Hello({}).status());
}

TEST(CoordinatorServiceSocketTest, AUnixSocketIsItsOwnersAlone) {
  const TempDir dir(TempDir::Length::kShort);
  FakeCoordinator coordinator;
  CoordinatorServiceOptions options;
  options.listen = absl::StrCat("unix:", dir.Path("s"));
  RunningService service(&coordinator, options);
  struct stat info = {};
  ASSERT_EQ(stat(dir.Path("s").c_str(), &info), 0);

  EXPECT_TRUE(S_ISSOCK(info.st_mode));
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_OK(service.Client()->Hello({}).status());
  EXPECT_THAT(testing::ListeningPorts(), ElementsAre());
}

TEST(CoordinatorServiceSocketTest, PlaintextOffLoopbackIsRefusedBeforeItListens) {
  for (const char* listen : {"0.0.0.0:0", "[::]:0", "localhost:0", "10.0.0.1:0"}) {
    CoordinatorServiceOptions options;
    options.listen = listen;
    EXPECT_THAT(CoordinatorService::Create(options).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("TLS is required")))
        << listen;
  }
  EXPECT_THAT(testing::ListeningPorts(), ElementsAre());
}

}  // namespace
}  // namespace quipu::pipelines
