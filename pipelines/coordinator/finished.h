// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Answers workers when all pairs are made and the coordinator is gone, telling
// them that the run is done. Does not use the store, so that the run can be
// packed, exported and closed meanwhile.
//
//   FinishedCoordinator finished(coordinator->Status());
//   service->SetCoordinator(&finished);
//
// Hello returns no spec, so that a late worker does not load a model in vain;
// Lease says that the run is done; Renew, that every lease is lost; Submit,
// that every lease is stale; Status returns the last known state. Thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_FINISHED_H_
#define QUIPU_PIPELINES_COORDINATOR_FINISHED_H_

#include <string>

#include "pipelines/coordinator/api.h"
#include "protos/coordinator.pb.h"

namespace quipu::pipelines {

class FinishedCoordinator : public CoordinatorApi {
 public:
  explicit FinishedCoordinator(v1::StatusReply status);

  absl::StatusOr<v1::HelloReply> Hello(const Peer& peer, const v1::HelloRequest& request) override;
  void Lease(const Peer& peer, const v1::LeaseRequest& request,
             ReplyFn<v1::LeaseReply> done) override;
  absl::StatusOr<v1::RenewReply> Renew(const Peer& peer, const v1::RenewRequest& request) override;
  void Submit(const Peer& peer, v1::SubmitRequest request, ReplyFn<v1::SubmitReply> done) override;
  v1::StatusReply Status() const override { return status_; }
  absl::StatusOr<v1::ControlReply> Control(const v1::ControlRequest& request) override;

 private:
  const v1::StatusReply status_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_FINISHED_H_
