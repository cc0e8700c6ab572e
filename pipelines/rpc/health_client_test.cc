// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Against a real service on loopback, without and with TLS.
#include "pipelines/rpc/health_client.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/rpc/coordinator_service.h"
#include "tests/support/child_process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::StatusIs;
using testing::TempDir;

constexpr absl::Duration kLimit = absl::Minutes(2);  // Ends only what hangs.

absl::Status NotHere() { return absl::UnimplementedError("only its presence is looked at"); }

class PresentCoordinator : public CoordinatorApi {
 public:
  absl::StatusOr<v1::HelloReply> Hello(const Peer&, const v1::HelloRequest&) override {
    return NotHere();
  }
  void Lease(const Peer&, const v1::LeaseRequest&, ReplyFn<v1::LeaseReply> done) override {
    done(NotHere());
  }
  absl::StatusOr<v1::RenewReply> Renew(const Peer&, const v1::RenewRequest&) override {
    return NotHere();
  }
  void Submit(const Peer&, v1::SubmitRequest, ReplyFn<v1::SubmitReply> done) override {
    done(NotHere());
  }
  v1::StatusReply Status() const override { return {}; }
  absl::StatusOr<v1::ControlReply> Control(const v1::ControlRequest&) override { return NotHere(); }
};

class HealthClientTest : public ::testing::Test {
 protected:
  void Listen(const CoordinatorServiceOptions& options) {
    ASSERT_OK_AND_ASSIGN(service_, CoordinatorService::Create(options));
    ASSERT_OK(service_->Listen());
  }
  void ListenInTheOpen() {
    CoordinatorServiceOptions options;
    options.listen = "127.0.0.1:0";
    Listen(options);
  }
  absl::Status Check(absl::string_view service) const {
    return CheckHealth(service_->address(), files_, service, kLimit);
  }

  TempDir dir_;
  PresentCoordinator coordinator_;
  std::unique_ptr<CoordinatorService> service_;
  SecurityFiles files_;
};

TEST_F(HealthClientTest, TellsLivingFromReady) {
  ListenInTheOpen();

  EXPECT_OK(Check(""));
  EXPECT_THAT(Check(kCoordinatorServiceName), StatusIs(absl::StatusCode::kUnavailable));

  service_->SetCoordinator(&coordinator_);
  EXPECT_OK(Check(kCoordinatorServiceName));

  const std::string address = service_->address();
  service_->Shutdown(absl::Seconds(1));
  EXPECT_THAT(CheckHealth(address, files_, "", kLimit), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(HealthClientTest, RefusesAServiceThatIsNotKnown) {
  ListenInTheOpen();

  EXPECT_THAT(Check("quipu.v1.Other"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Check(std::string(127, 'a')), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Check(std::string(128, 'a')), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(HealthClientTest, IsUnavailableWhereNobodyListens) {
  EXPECT_THAT(CheckHealth("127.0.0.1:1", files_, "", kLimit),
              StatusIs(absl::StatusCode::kUnavailable));
}

// Makes the certificates of a deployment, as an operator does.
std::string MakeCertificates(const std::string& directory) {
  EXPECT_THAT(
      testing::RunChild({"deploy/make_certificates.sh", directory, "127.0.0.1"}, {}, kLimit),
      testing::IsOkAndHolds(0));
  return directory;
}

TEST_F(HealthClientTest, SpeaksTlsWithTheCertificatesOfADeployment) {
  const std::string mine = MakeCertificates(dir_.Path("mine"));
  const std::string other = MakeCertificates(dir_.Path("other"));
  CoordinatorServiceOptions options;
  options.listen = "127.0.0.1:0";
  options.security.cert = mine + "/coordinator.crt";
  options.security.key = mine + "/coordinator.key";
  options.security.ca = mine + "/ca.crt";
  Listen(options);

  // Clients must show a certificate ...
  files_.ca = mine + "/ca.crt";
  EXPECT_THAT(Check(""), StatusIs(absl::StatusCode::kUnavailable));
  for (const char* role : {"viewer", "operator", "workers"}) {
    files_.cert = absl::StrCat(mine, "/", role, ".crt");
    files_.key = absl::StrCat(mine, "/", role, ".key");
    EXPECT_OK(Check("")) << role;
  }
  // ... that this authority has signed, and so must the server.
  files_.cert = other + "/viewer.crt";
  files_.key = other + "/viewer.key";
  EXPECT_THAT(Check(""), StatusIs(absl::StatusCode::kUnavailable));
  files_.ca = other + "/ca.crt";
  EXPECT_THAT(Check(""), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(HealthClientTest, PassesOnWhatIsWrongWithAddressAndFiles) {
  EXPECT_THAT(CheckHealth("nonsense", files_, "", kLimit),
              StatusIs(absl::StatusCode::kInvalidArgument));
  // Not on this machine, and no TLS.
  EXPECT_THAT(CheckHealth("10.0.0.1:7447", files_, "", kLimit),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace quipu::pipelines
