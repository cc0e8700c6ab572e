// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The owner of a run while its pairs are made: checks what workers send, decides
// by the lease table, commits, applies, answers. protos/coordinator.proto tells
// the protocol. Knows no sockets and has no threads: a build calls it in the same
// process, coordinator_service calls it for gRPC, the simulation from one thread.
//
//   ASSIGN_OR_RETURN(auto coordinator, Coordinator::Start(options, ledger.get()));
//   coordinator->Submit(peer, request, [](absl::StatusOr<v1::SubmitReply> r) { ... });
//   while (!stopping) { coordinator->CommitSome(); ... coordinator->Tick(); }
//
// Results wait in a queue for CommitSome, which writes many with one sync and
// answers their callers; CoordinatorRunner has the two threads that call it and
// Tick. Callbacks are called without locks, from whatever thread made them
// ready, exactly once. Thread-safe, but that CommitSome is one thread's.
#ifndef QUIPU_PIPELINES_COORDINATOR_COORDINATOR_H_
#define QUIPU_PIPELINES_COORDINATOR_COORDINATOR_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "pipelines/coordinator/run_store.h"
#include "pipelines/lease/table.h"
#include "protos/coordinator.pb.h"
#include "protos/run_spec.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// Of protos/coordinator.proto: another major is refused, another minor is not.
inline constexpr uint32_t kProtocolMajor = 1;
inline constexpr uint32_t kProtocolMinor = 0;

// Who is calling, as the transport has established it. Roles are the
// transport's to check (pipelines/rpc/auth.h).
struct Peer {
  // Common name of the certificate; empty without TLS. A worker's name must be
  // this, or begin with it and "/".
  std::string identity;
};

// Results of a run and the work of its engines.
struct RunFigures {
  uint64_t accepted = 0;
  std::map<v1::RejectReason, uint64_t> rejects_by_reason;
  v1::EngineCounters work;
};

struct CoordinatorOptions {
  Clock* clock = Clock::Real();
  LeaseOptions leases;
  // Key of the tickets' HMAC, 32 bytes or more.
  std::string secret;
  int max_invalid_results = 10;
  // Whether workers of an earlier start may still be at work, so that its leases
  // are good until they end. Those of a build died with it.
  bool workers_outlive_it = true;
  // What workers are told: the spec as it is given now, whose behaviour is the
  // run's. Default: the header's.
  std::optional<v1::RunSpec> spec;
  // What the store has counted so far, for Status.
  RunFigures before;
  // What Status tells of the run beside what the coordinator counts: corpus, model,
  // stages.
  v1::StatusReply run;
  // Whether workers' results can be compared byte for byte: not those of a
  // remote engine.
  bool reproducible = true;
  // Called for every result that was stored, without locks.
  std::function<void(bool accepted)> on_result;
  // Called after every group that was written, without locks: how long its
  // oldest submit had waited when it was durable, and its results.
  std::function<void(absl::Duration latency, int results)> on_commit;
  // Draws sessions; replaced by the simulation. Returns so many random bytes.
  std::function<std::string(size_t)> random_bytes;
};

template <typename Reply>
using ReplyFn = std::function<void(absl::StatusOr<Reply>)>;

class Coordinator {
 public:
  // Loads the plan, what is done of it and the journal. `ledger` must outlive
  // it. Errors of the ledger; INVALID_ARGUMENT for a short secret.
  static absl::StatusOr<std::unique_ptr<Coordinator>> Start(const CoordinatorOptions& options,
                                                            RunStore* ledger);
  virtual ~Coordinator() = default;

  // The verbs of the protocol; errors as coordinator.proto says.
  virtual absl::StatusOr<v1::HelloReply> Hello(const Peer& peer,
                                               const v1::HelloRequest& request) = 0;
  virtual void Lease(const Peer& peer, const v1::LeaseRequest& request,
                     ReplyFn<v1::LeaseReply> done) = 0;
  // The session's caller waits no more: answers its poll with CANCELLED, if it
  // has one, so that nothing is granted to nobody.
  virtual void CancelLease(absl::string_view /*session*/) {}
  virtual absl::StatusOr<v1::RenewReply> Renew(const Peer& peer,
                                               const v1::RenewRequest& request) = 0;
  virtual void Submit(const Peer& peer, v1::SubmitRequest request,
                      ReplyFn<v1::SubmitReply> done) = 0;
  virtual v1::StatusReply Status() const = 0;
  virtual absl::StatusOr<v1::ControlReply> Control(const v1::ControlRequest& request) = 0;

  // Expires leases, answers polls whose wait is over or for which there is
  // something now, notices workers that have gone. Returns when it should be
  // called again at the latest (from now).
  virtual absl::Duration Tick() = 0;

  // Commits what has been submitted, in one group of at most 512 results or 8
  // MiB, with the changes to be journaled; answers the submits, and the leases
  // whose grants were written. Returns 0 if nothing waited. An error of the
  // ledger ends the run: it is what Failed returns, and what all who wait are
  // told.
  virtual int CommitSome() = 0;
  // Called, without locks, whenever CommitSome has something to do or Tick
  // should be called sooner than it said. Set once, before the first call.
  virtual void SetWake(std::function<void()> wake) = 0;

  // All tasks have results and no audit is open; all of that is durable.
  virtual bool Done() const = 0;
  // Why the run cannot go on; OK while it can.
  virtual absl::Status Failed() const = 0;
  // Why nothing is granted; empty if something is.
  virtual std::string Paused() const = 0;
  // Refuses new calls with UNAVAILABLE, and answers the polls that wait with it.
  // What was submitted before is committed and answered by CommitSome, until it
  // returns 0.
  virtual void Stop() = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_COORDINATOR_H_
