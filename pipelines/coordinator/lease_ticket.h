// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Lease tickets state what was granted to whom, signed with the run's secret.
// Workers carry them, so the coordinator need not remember them.
//
//   const v1::SignedTicket sent = SignTicket(secret, ticket);
//   ASSIGN_OR_RETURN(v1::LeaseTicket held, CheckTicket(secret, run_id, worker, got));
//
// Also proofs of the commit number reported as durable, for the worker to send
// back.
//
// Pure, thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_LEASE_TICKET_H_
#define QUIPU_PIPELINES_COORDINATOR_LEASE_TICKET_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/coordinator.pb.h"

namespace quipu::pipelines {

v1::SignedTicket SignTicket(absl::string_view secret, const v1::LeaseTicket& ticket);

// The ticket, if it was signed under `secret` for this run and this worker.
// INVALID_ARGUMENT for a ticket over kMaxTicketBytes, an HMAC that is not 32
// bytes or does not match, or another run; PERMISSION_DENIED for another
// worker's ticket. Nothing is parsed before the HMAC is verified.
absl::StatusOr<v1::LeaseTicket> CheckTicket(absl::string_view secret, absl::string_view run_id,
                                            absl::string_view worker,
                                            const v1::SignedTicket& presented);

// The proof sent with the number of the last durable write: 32 bytes that
// nobody without the secret can make for another number or run.
std::string ProveCommit(absl::string_view secret, absl::string_view run_id, uint64_t commit_number);
bool IsCommitProof(absl::string_view secret, absl::string_view run_id, uint64_t commit_number,
                   absl::string_view proof);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_LEASE_TICKET_H_
