// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/finished.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/random_bytes.h"
#include "pipelines/core/version.h"

namespace quipu::pipelines {
namespace {

constexpr char kDone[] = "all pairs of the run are made";

v1::StatusReply Ended(v1::StatusReply status) {
  status.clear_paused();
  status.clear_results_per_s();
  return status;
}

}  // namespace

FinishedCoordinator::FinishedCoordinator(v1::StatusReply status)
    : status_(Ended(std::move(status))) {}

absl::StatusOr<v1::HelloReply> FinishedCoordinator::Hello(const Peer& /*peer*/,
                                                          const v1::HelloRequest& request) {
  if (request.version().major() != kProtocolMajor) {
    return absl::FailedPreconditionError(
        absl::StrCat("the worker speaks version ", request.version().major(),
                     " of the protocol, the coordinator ", kProtocolMajor));
  }
  v1::HelloReply reply;
  reply.mutable_version()->set_major(kProtocolMajor);
  reply.mutable_version()->set_minor(kProtocolMinor);
  reply.set_build(kQuipuVersion);
  reply.set_run_id(status_.run_id());
  reply.set_session(RandomBytes(kSessionBytes));
  reply.set_lease_ttl_ms(1000 * v1::ServiceSpec().lease_ttl_s());  // No leases are granted.
  reply.set_max_leases(1);
  return reply;
}

void FinishedCoordinator::Lease(const Peer& /*peer*/, const v1::LeaseRequest& /*request*/,
                                ReplyFn<v1::LeaseReply> done) {
  v1::LeaseReply reply;
  reply.set_run_done(true);
  done(reply);
}

absl::StatusOr<v1::RenewReply> FinishedCoordinator::Renew(const Peer& /*peer*/,
                                                          const v1::RenewRequest& request) {
  v1::RenewReply reply;
  for (int i = 0; i < request.tickets_size(); ++i) reply.add_ttl_ms(0);
  return reply;
}

void FinishedCoordinator::Submit(const Peer& /*peer*/, v1::SubmitRequest request,
                                 ReplyFn<v1::SubmitReply> done) {
  v1::SubmitReply reply;
  for (const v1::LeaseResults& lease : request.leases()) {
    v1::LeaseOutcome* outcome = reply.add_leases();
    outcome->set_over(true);
    outcome->set_message(kDone);
    outcome->set_ticket(v1::SUBMIT_OUTCOME_STALE);
    for (int i = 0; i < lease.results_size(); ++i) {
      outcome->add_results(v1::SUBMIT_OUTCOME_STALE);
    }
  }
  done(reply);
}

absl::StatusOr<v1::ControlReply> FinishedCoordinator::Control(
    const v1::ControlRequest& /*request*/) {
  return absl::FailedPreconditionError(absl::StrCat(
      kDone, "; when this process has ended, `quipu control STORE retry-quarantined` makes ",
      "quarantined pairs pending again"));
}

}  // namespace quipu::pipelines
