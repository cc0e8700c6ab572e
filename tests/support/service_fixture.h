// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// For tests of the path between a worker and a coordinator: a coordinator that
// records what reaches it, and a service before it.
//
//   FakeCoordinator coordinator;
//   RunningService service(&coordinator);
//   auto client = service.Client();
#ifndef QUIPU_TESTS_SUPPORT_SERVICE_FIXTURE_H_
#define QUIPU_TESTS_SUPPORT_SERVICE_FIXTURE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/api.h"
#include "pipelines/rpc/coordinator_service.h"
#include "pipelines/rpc/grpc_coordinator_client.h"
#include "tests/support/status_matchers.h"

namespace quipu::testing {

inline constexpr absl::Duration kLong = absl::Minutes(2);  // Longer than any test waits.

// Answers every verb by echoing the request; polls wait until they are granted.
class FakeCoordinator : public pipelines::CoordinatorApi {
 public:
  absl::StatusOr<v1::HelloReply> Hello(const pipelines::Peer& peer,
                                       const v1::HelloRequest& request) override {
    Note("Hello", peer);
    v1::HelloReply reply;
    reply.set_build(request.build());
    reply.set_session("0123456789abcdef");
    return reply;
  }
  void Lease(const pipelines::Peer& peer, const v1::LeaseRequest& request,
             pipelines::ReplyFn<v1::LeaseReply> done) override {
    Note("Lease", peer);
    if (request.wait_ms() == 0) return done(v1::LeaseReply());
    absl::MutexLock lock(&mutex_);
    polls_.push_back(std::move(done));
  }
  absl::StatusOr<v1::RenewReply> Renew(const pipelines::Peer& peer,
                                       const v1::RenewRequest& request) override {
    Note("Renew", peer);
    v1::RenewReply reply;
    for (int i = 0; i < request.tickets_size(); ++i) reply.add_ttl_ms(60000);
    return reply;
  }
  void Submit(const pipelines::Peer& peer, v1::SubmitRequest request,
              pipelines::ReplyFn<v1::SubmitReply> done) override {
    Note("Submit", peer);
    v1::SubmitReply reply;
    for (int i = 0; i < request.leases_size(); ++i) reply.add_leases()->set_over(true);
    {
      absl::MutexLock lock(&mutex_);
      submits_.push_back(std::move(request));
    }
    done(reply);
  }
  v1::StatusReply Status() const override {
    v1::StatusReply reply;
    reply.set_build("fake");
    return reply;
  }
  absl::StatusOr<v1::ControlReply> Control(const v1::ControlRequest& request) override {
    v1::ControlReply reply;
    reply.set_message(absl::StrCat("did ", int{request.verb()}));
    return reply;
  }
  // Answers the waiting polls, like a coordinator that stops.
  void Stop() { AnswerPolls(absl::UnavailableError("stopping")); }

  // Answers all waiting calls.
  void AnswerPolls(const absl::StatusOr<v1::LeaseReply>& reply) {
    std::vector<pipelines::ReplyFn<v1::LeaseReply>> polls;
    {
      absl::MutexLock lock(&mutex_);
      polls.swap(polls_);
    }
    for (const auto& done : polls) done(reply);
  }
  bool AwaitPolls(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&] {
      mutex_.AssertHeld();
      return polls_.size() >= count;
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), kLong);
  }
  bool AwaitSubmits(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&] {
      mutex_.AssertHeld();
      return submits_.size() >= count;
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), kLong);
  }
  std::vector<v1::SubmitRequest> submits() const {
    absl::MutexLock lock(&mutex_);
    return submits_;
  }
  // "Verb identity" for each call of a worker's verbs.
  std::vector<std::string> calls() const {
    absl::MutexLock lock(&mutex_);
    return calls_;
  }

 private:
  void Note(absl::string_view verb, const pipelines::Peer& peer) {
    absl::MutexLock lock(&mutex_);
    calls_.push_back(absl::StrCat(verb, " ", peer.identity));
  }

  mutable absl::Mutex mutex_;
  std::vector<pipelines::ReplyFn<v1::LeaseReply>> polls_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::SubmitRequest> submits_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> calls_ ABSL_GUARDED_BY(mutex_);
};

// A listening service; without a coordinator it is not ready yet.
class RunningService {
 public:
  explicit RunningService(FakeCoordinator* coordinator,
                          pipelines::CoordinatorServiceOptions options = {})
      : coordinator_(coordinator) {
    if (options.listen.empty()) options.listen = "127.0.0.1:0";
    auto service = pipelines::CoordinatorService::Create(options);
    EXPECT_OK(service.status());
    if (!service.ok()) return;
    service_ = *std::move(service);
    EXPECT_OK(service_->Listen());
    if (coordinator != nullptr) service_->SetCoordinator(coordinator);
  }
  ~RunningService() {
    if (coordinator_ != nullptr) coordinator_->Stop();
    if (service_ != nullptr) service_->Shutdown(absl::ZeroDuration());
  }

  pipelines::CoordinatorService* operator->() { return service_.get(); }
  std::string address() const { return service_->address(); }

  // By default, a client that tries each call once.
  std::unique_ptr<pipelines::GrpcCoordinatorClient> Client(
      pipelines::GrpcClientOptions options = Once()) const {
    options.address = address();
    auto client = pipelines::GrpcCoordinatorClient::Create(options);
    EXPECT_OK(client.status());
    return client.ok() ? *std::move(client) : nullptr;
  }
  std::unique_ptr<pipelines::GrpcCoordinatorClient> Client(
      const pipelines::SecurityFiles& files) const {
    pipelines::GrpcClientOptions options = Once();
    options.security = files;
    return Client(options);
  }

  static pipelines::GrpcClientOptions Once() {
    pipelines::GrpcClientOptions options;
    options.give_up_after = absl::ZeroDuration();
    return options;
  }

 private:
  FakeCoordinator* const coordinator_;
  std::unique_ptr<pipelines::CoordinatorService> service_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_SERVICE_FIXTURE_H_
