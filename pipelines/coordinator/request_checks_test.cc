// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/request_checks.h"

#include <string>

#include "base/limits.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

v1::HelloRequest Hello() {
  v1::HelloRequest request;
  request.set_worker("ann");
  request.set_incarnation(std::string(16, 'i'));
  request.set_run_id(std::string(16, 'r'));
  return request;
}

TEST(CheckHelloTest, TakesWorkersNamesOfTheirCharactersAlone) {
  v1::HelloRequest request = Hello();
  for (const char* name : {"a", "A-z_0.9", "host.example/7", "a/b"}) {
    request.set_worker(name);
    EXPECT_OK(CheckHello(request)) << name;
  }
  for (const char* name :
       {"", "/", "a/", "/a", "a/b/c", "a b", "a\nb", "caf\xc3\xa9", "a:b", "a\\b"}) {
    request.set_worker(name);
    EXPECT_THAT(CheckHello(request), StatusIs(kInvalid, "worker: ")) << name;
  }
  request.set_worker(std::string("a\0b", 3));
  EXPECT_THAT(CheckHello(request), StatusIs(kInvalid, "worker: "));
  request.set_worker(std::string(kMaxWorkerNameBytes, 'w'));
  EXPECT_OK(CheckHello(request));
  request.set_worker(std::string(kMaxWorkerNameBytes + 1, 'w'));
  EXPECT_THAT(CheckHello(request), StatusIs(kInvalid, "want 1 to 64"));
}

TEST(CheckHelloTest, TakesABuildThatIsPrintableAlone) {
  v1::HelloRequest request = Hello();
  request.set_build("0.1.0 (a build)");
  EXPECT_OK(CheckHello(request));
  for (const char* build : {"0.1\n", "\x1b[2J", "caf\xc3\xa9",
                            "\xe2\x80\xae"
                            "1.0"}) {
    request.set_build(build);
    EXPECT_THAT(CheckHello(request), StatusIs(kInvalid, "build: ")) << build;
  }
}

TEST(CheckHelloTest, BoundsEveryField) {
  v1::HelloRequest request = Hello();
  request.set_build(std::string(kMaxBuildBytes, 'b'));
  EXPECT_OK(CheckHello(request));
  request.mutable_build()->push_back('b');
  EXPECT_THAT(CheckHello(request), StatusIs(kInvalid, "build, bytes: 129, limit 128"));

  for (const size_t size : {0, 15, 17}) {
    request = Hello();
    request.set_incarnation(std::string(size, 'i'));
    EXPECT_THAT(CheckHello(request), StatusIs(kInvalid, "incarnation: ")) << size;
    if (size == 0) continue;
    request = Hello();
    request.set_run_id(std::string(size, 'r'));
    EXPECT_THAT(CheckHello(request), StatusIs(kInvalid, "run_id: ")) << size;
  }
  request = Hello();
  request.clear_run_id();
  EXPECT_OK(CheckHello(request));  // The first one has none.
  request.mutable_model();
  EXPECT_THAT(CheckHello(request), StatusIs(kInvalid, "run_id: 0 bytes, want 16"));

  request = Hello();
  // Tag and length take 3 bytes.
  request.mutable_model()->set_name(std::string(kMaxModelIdentityBytes - 3, 'n'));
  ASSERT_EQ(request.model().ByteSizeLong(), kMaxModelIdentityBytes);
  EXPECT_OK(CheckHello(request));
  request.mutable_model()->mutable_name()->push_back('n');
  EXPECT_THAT(CheckHello(request), StatusIs(kInvalid, "model, bytes: 16385, limit 16384"));
}

TEST(CheckLeaseTest, BoundsEveryField) {
  v1::LeaseRequest request;
  request.set_session(std::string(16, 's'));
  request.set_max_chunks(8);
  request.set_wait_ms(kMaxLeaseWaitMs);
  EXPECT_OK(CheckLease(request, 8));
  request.set_max_chunks(9);
  EXPECT_THAT(CheckLease(request, 8), StatusIs(kInvalid, "max_chunks: 9, limit 8"));
  request.set_max_chunks(0);
  EXPECT_THAT(CheckLease(request, 8), StatusIs(kInvalid, "max_chunks: 0"));
  request.set_max_chunks(1);
  request.set_wait_ms(kMaxLeaseWaitMs + 1);
  EXPECT_THAT(CheckLease(request, 8), StatusIs(kInvalid, "wait_ms: 30001, limit 30000"));
  request.set_wait_ms(0);
  for (const size_t size : {0, 15, 17, 1 << 20}) {
    request.set_session(std::string(size, 's'));
    EXPECT_THAT(CheckLease(request, 8), StatusIs(kInvalid, "session: ")) << size;
  }
}

TEST(CheckRenewTest, BoundsTheTickets) {
  v1::RenewRequest request;
  request.set_session(std::string(16, 's'));
  for (int i = 0; i < kMaxLeasesPerCall; ++i) request.add_tickets();
  EXPECT_OK(CheckRenew(request));
  request.add_tickets();
  EXPECT_THAT(CheckRenew(request), StatusIs(kInvalid, "tickets: 1025, limit 1024"));
  request.clear_tickets();
  request.set_session("short");
  EXPECT_THAT(CheckRenew(request), StatusIs(kInvalid, "session: 5 bytes, want 16"));
}

TEST(CheckSubmitTest, BoundsLeasesAndResults) {
  v1::SubmitRequest request;
  request.set_session(std::string(16, 's'));
  for (int i = 0; i < kMaxLeasesPerCall; ++i) request.add_leases();
  EXPECT_OK(CheckSubmit(request));
  for (int i = 0; i < kMaxResultsPerSubmit; ++i) request.mutable_leases(i)->add_results();
  EXPECT_OK(CheckSubmit(request));
  request.mutable_leases(7)->add_results();
  EXPECT_THAT(CheckSubmit(request), StatusIs(kInvalid, "results: 513, limit 512"));
  request.mutable_leases(7)->clear_results();
  request.add_leases();
  EXPECT_THAT(CheckSubmit(request), StatusIs(kInvalid, "leases: 1025, limit 1024"));
  request.clear_leases();
  request.clear_session();
  EXPECT_THAT(CheckSubmit(request), StatusIs(kInvalid, "session: 0 bytes, want 16"));
}

TEST(CheckControlTest, TakesTheVerbsItKnows) {
  v1::ControlRequest request;
  EXPECT_THAT(CheckControl(request), StatusIs(kInvalid, "verb: 0"));
  request.set_verb(static_cast<v1::ControlRequest::Verb>(9));
  EXPECT_THAT(CheckControl(request), StatusIs(kInvalid, "verb: 9"));
  request.set_verb(v1::ControlRequest::RESUME);
  EXPECT_OK(CheckControl(request));
  request.set_verb(v1::ControlRequest::PAUSE);
  EXPECT_THAT(CheckControl(request), StatusIs(kInvalid, "reason: empty"));
  request.set_reason(std::string(kMaxAttemptMessageBytes, 'r'));
  EXPECT_OK(CheckControl(request));
  request.mutable_reason()->push_back('r');
  EXPECT_THAT(CheckControl(request), StatusIs(kInvalid, "reason, bytes: 501, limit 500"));
  request.clear_reason();
  request.set_verb(v1::ControlRequest::REINSTATE_WORKER);
  EXPECT_THAT(CheckControl(request), StatusIs(kInvalid, "worker: "));
  request.set_worker("eve");
  EXPECT_OK(CheckControl(request));
}

TEST(CheckWorkerIsPeerTest, WantsTheWholeIdentityInFront) {
  EXPECT_OK(CheckWorkerIsPeer("anything", Peer{}));
  EXPECT_OK(CheckWorkerIsPeer("ann", Peer{"ann"}));
  EXPECT_OK(CheckWorkerIsPeer("ann/3", Peer{"ann"}));
  for (const char* name : {"", "an", "anna", "ann-3", "bob/ann", "/ann"}) {
    EXPECT_THAT(CheckWorkerIsPeer(name, Peer{"ann"}), StatusIs(absl::StatusCode::kPermissionDenied))
        << name;
  }
}

TEST(CheckModel, TakesAFileUnderAnyName) {
  v1::ModelIdentity run;
  run.set_name("model.gguf");
  run.set_file_sha256("ab12");
  v1::ModelIdentity worker = run;
  worker.set_name("elsewhere.gguf");
  EXPECT_OK(CheckModel(run, worker));

  worker.set_file_sha256("cd34");
  EXPECT_THAT(CheckModel(run, worker),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "file_sha256: the run has \"ab12\", the worker \"cd34\""));
}

}  // namespace
}  // namespace quipu::pipelines
