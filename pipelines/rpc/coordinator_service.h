// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The coordinator's verbs over gRPC: identifies callers, checks their roles and
// limits, and maps errors. CoordinatorApi implements the verbs.
//
//   ASSIGN_OR_RETURN(auto service, CoordinatorService::Create(options));
//   RETURN_IF_ERROR(service->Listen());
//   service->SetStage(v1::STAGE_READ);           // "not ready: reading the corpus"
//   service->SetCoordinator(coordinator.get());  // Ready.
//   Use("until the run is done");
//   coordinator->Stop();
//   service->Shutdown(absl::Seconds(2));
//
// One port, with only this service and gRPC's health service, where "" serves
// as long as the process lives and "quipu.v1.Coordinator" only while there is a
// coordinator. No reflection, no channelz, no compression (a compressed message
// may be a bomb). Callers are identified and authorized before anything that
// they sent is parsed. Handlers do not block: a poll takes memory, but no
// thread.
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_COORDINATOR_SERVICE_H_
#define QUIPU_PIPELINES_RPC_COORDINATOR_SERVICE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "pipelines/coordinator/api.h"
#include "pipelines/rpc/credentials.h"
#include "protos/coordinator.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// Name of the service, for gRPC's health service.
inline constexpr char kCoordinatorServiceName[] = "quipu.v1.Coordinator";

struct CoordinatorServiceOptions {
  std::string listen;  // In the syntax of ParseAddress; port 0: any free port.
  SecurityFiles security;
  // Limit of calls in progress per session, or per connection outside of
  // sessions.
  int max_calls_per_peer = kMaxCallsPerPeer;
  // Completes each reply to Status with what the coordinator does not know. Called from several
  // threads; must not block. May be empty.
  std::function<void(v1::StatusReply*)> complete_status;
};

class CoordinatorService {
 public:
  // Reads and checks address and files; does not listen yet. Errors of
  // ParseAddress and LoadServerSecurity.
  static absl::StatusOr<std::unique_ptr<CoordinatorService>> Create(
      const CoordinatorServiceOptions& options);
  // Calls Shutdown, if that was not called.
  ~CoordinatorService();

  // UNAVAILABLE if the address cannot be listened on; RESOURCE_EXHAUSTED if a thread cannot
  // be started. Call once.
  absl::Status Listen();
  // The address that it listens on, with the actual port. REQUIRES: Listen
  // returned OK.
  std::string address() const;

  // Sets the process's current stage: callers get it until there is a
  // coordinator, and Status reports it. After STAGE_GENERATE, Control is
  // refused: it could remove results that are being packed.
  void SetStage(v1::Stage stage);
  // Forwards calls to this coordinator. When this returns, no call is being
  // forwarded to the previous one; its Stop answers the polls and submits that
  // wait there. The coordinator has to live until it is replaced and stopped,
  // or until Shutdown has returned.
  void SetCoordinator(CoordinatorApi* coordinator);

  // Refuses new calls, waits `grace` for those in progress, then cancels them.
  // Waits for the coordinator to answer the calls that wait there, so stop it
  // first. Idempotent.
  void Shutdown(absl::Duration grace);

 private:
  class Impl;
  explicit CoordinatorService(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_COORDINATOR_SERVICE_H_
