// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "pipelines/coordinator/client.h"

namespace quipu::pipelines {
namespace {

// Calls in progress, which may be cancelled before their reply arrives. Shared
// by the client and its callbacks, which may run after the client is gone.
class Calls {
 public:
  enum class Kind { kLease, kOther };

  // Waits for the reply to the call that `start` makes, or for its
  // cancellation.
  template <typename Reply, typename Start>
  static absl::StatusOr<Reply> Wait(const std::shared_ptr<Calls>& calls, Kind kind, Start start) {
    auto waiting = std::make_shared<Waiting<Reply>>();
    start([calls, waiting](absl::StatusOr<Reply> reply) {
      absl::MutexLock lock(&calls->mutex_);
      waiting->reply = std::move(reply);
      waiting->answered = true;
    });
    absl::MutexLock lock(&calls->mutex_);
    const auto over = [&calls, &waiting, kind] {
      calls->mutex_.AssertHeld();
      return waiting->answered || calls->RefusedLocked(kind);
    };
    calls->mutex_.Await(absl::Condition(&over));
    if (waiting->answered) return std::move(waiting->reply);
    return absl::CancelledError("the call was cancelled");
  }

  bool Refused(Kind kind) {
    absl::MutexLock lock(&mutex_);
    return RefusedLocked(kind);
  }
  void Cancel(bool all) {
    absl::MutexLock lock(&mutex_);
    no_leases_ = true;
    if (all) nothing_ = true;
  }

 private:
  template <typename Reply>
  struct Waiting {
    bool answered = false;
    absl::StatusOr<Reply> reply = absl::UnknownError("no reply");
  };

  bool RefusedLocked(Kind kind) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return nothing_ || (no_leases_ && kind == Kind::kLease);
  }

  absl::Mutex mutex_;
  bool no_leases_ ABSL_GUARDED_BY(mutex_) = false;
  bool nothing_ ABSL_GUARDED_BY(mutex_) = false;
};

class LocalCoordinatorClient : public CoordinatorClient {
 public:
  explicit LocalCoordinatorClient(CoordinatorApi* coordinator) : coordinator_(coordinator) {}

  absl::StatusOr<v1::HelloReply> Hello(const v1::HelloRequest& request) override {
    if (calls_->Refused(Calls::Kind::kOther)) return Cancelled();
    return coordinator_->Hello(Peer{}, request);
  }
  absl::StatusOr<v1::LeaseReply> Lease(const v1::LeaseRequest& request) override {
    if (calls_->Refused(Calls::Kind::kLease)) return Cancelled();
    absl::StatusOr<v1::LeaseReply> reply =
        Calls::Wait<v1::LeaseReply>(calls_, Calls::Kind::kLease, [&](ReplyFn<v1::LeaseReply> done) {
          coordinator_->Lease(Peer{}, request, std::move(done));
        });
    if (absl::IsCancelled(reply.status())) coordinator_->CancelLease(request.session());
    return reply;
  }
  absl::StatusOr<v1::RenewReply> Renew(const v1::RenewRequest& request) override {
    if (calls_->Refused(Calls::Kind::kOther)) return Cancelled();
    return coordinator_->Renew(Peer{}, request);
  }
  absl::StatusOr<v1::SubmitReply> Submit(const v1::SubmitRequest& request) override {
    if (calls_->Refused(Calls::Kind::kOther)) return Cancelled();
    return Calls::Wait<v1::SubmitReply>(calls_, Calls::Kind::kOther,
                                        [&](ReplyFn<v1::SubmitReply> done) {
                                          coordinator_->Submit(Peer{}, request, std::move(done));
                                        });
  }
  void CancelLeases() override { calls_->Cancel(/*all=*/false); }
  void Cancel() override { calls_->Cancel(/*all=*/true); }

 private:
  static absl::Status Cancelled() { return absl::CancelledError("the client was cancelled"); }

  CoordinatorApi* const coordinator_;
  const std::shared_ptr<Calls> calls_ = std::make_shared<Calls>();
};

}  // namespace

std::unique_ptr<CoordinatorClient> MakeLocalCoordinatorClient(CoordinatorApi* coordinator) {
  return std::make_unique<LocalCoordinatorClient>(coordinator);
}

}  // namespace quipu::pipelines
