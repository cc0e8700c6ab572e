// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The coordinator's verbs over gRPC: who is calling, what he may do, how much he
// may ask for, and how errors travel. What the verbs do is the CoordinatorApi's.
//
//   ASSIGN_OR_RETURN(auto service, CoordinatorService::Create(options));
//   RETURN_IF_ERROR(service->Listen());
//   service->SetStage(v1::STAGE_READ);           // "not ready: reading the corpus"
//   service->SetCoordinator(coordinator.get());  // ready
//   ...
//   coordinator->Stop();
//   service->Shutdown(absl::Seconds(2));
//
// One port and nothing on it but the service and gRPC's health service, where ""
// serves as long as the process lives and "quipu.v1.Coordinator" only when there
// is a coordinator: no reflection, no channelz, no compression (a compressed
// message is a bomb). A caller is identified and authorized before anything that
// he sent is parsed. Handlers do not block: a poll holds memory and no thread.
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_COORDINATOR_SERVICE_H_
#define QUIPU_PIPELINES_RPC_COORDINATOR_SERVICE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "pipelines/coordinator/api.h"
#include "pipelines/rpc/credentials.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// Name of the service, for gRPC's health service.
inline constexpr char kCoordinatorServiceName[] = "quipu.v1.Coordinator";

struct CoordinatorServiceOptions {
  std::string listen;  // As ParseGrpcAddress takes it; port 0: any that is free.
  SecurityFiles security;
  // Calls in progress of one session, or of one connection outside of sessions.
  int max_calls_per_peer = kMaxCallsPerPeer;
};

class CoordinatorService {
 public:
  // Reads and checks address and files; does not listen yet. Errors of
  // ParseGrpcAddress and LoadServerSecurity.
  static absl::StatusOr<std::unique_ptr<CoordinatorService>> Create(
      const CoordinatorServiceOptions& options);
  // Shutdown, if that was not called.
  ~CoordinatorService();

  // UNAVAILABLE if the address cannot be listened on. Call once.
  absl::Status Listen();
  // Where it listens, with the port that it got. REQUIRES: Listen returned OK.
  std::string address() const;

  // What the process is working on: what those are told who come before there is
  // a coordinator, and what Status says. Past STAGE_GENERATE, Control is refused:
  // it could take results away that are being packed.
  void SetStage(v1::Stage stage);
  // Hands calls on to it. When this returns, no call is being handed to the one
  // before; polls and submits that wait there are answered by its Stop. It must
  // live until it is replaced and stopped, or until Shutdown has returned.
  void SetCoordinator(CoordinatorApi* coordinator);

  // Takes no new calls, waits `grace` for those in progress, then cancels them.
  // Waits for answers of the coordinator to calls that wait there, so stop it
  // first. Idempotent.
  void Shutdown(absl::Duration grace);

 private:
  class Impl;
  explicit CoordinatorService(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_COORDINATOR_SERVICE_H_
