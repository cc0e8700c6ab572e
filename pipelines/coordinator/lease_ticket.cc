// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/lease_ticket.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/hmac.h"
#include "base/limits.h"

namespace quipu::pipelines {

v1::SignedTicket SignTicket(absl::string_view secret, const v1::LeaseTicket& ticket) {
  v1::SignedTicket out;
  out.set_ticket(ticket.SerializeAsString());
  out.set_hmac(HmacSha256(secret, out.ticket()));
  return out;
}

absl::StatusOr<v1::LeaseTicket> CheckTicket(absl::string_view secret, absl::string_view run_id,
                                            absl::string_view worker,
                                            const v1::SignedTicket& presented) {
  if (presented.ticket().size() > kMaxTicketBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a ticket of ", presented.ticket().size(), " bytes, limit ", kMaxTicketBytes));
  }
  if (presented.hmac().size() != kHmacBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a ticket's hmac of ", presented.hmac().size(), " bytes, want ", kHmacBytes));
  }
  if (!ConstantTimeEqual(HmacSha256(secret, presented.ticket()), presented.hmac())) {
    return absl::InvalidArgumentError("a ticket not signed by this coordinator");
  }
  v1::LeaseTicket ticket;
  if (!ticket.ParseFromString(presented.ticket())) {
    return absl::InvalidArgumentError("a signed ticket that does not parse");
  }
  if (ticket.run_id() != std::string(run_id)) {
    return absl::InvalidArgumentError("a ticket from another run");
  }
  if (ticket.worker() != std::string(worker)) {
    return absl::PermissionDeniedError(
        absl::StrCat("a ticket of worker ", ticket.worker(), ", presented by ", worker));
  }
  return ticket;
}

std::string ProveCommit(absl::string_view secret, absl::string_view run_id,
                        uint64_t commit_number) {
  // A ticket begins with a field's tag, never with this.
  return HmacSha256(secret, absl::StrCat("sequence ", commit_number, " of ", run_id));
}

bool IsCommitProof(absl::string_view secret, absl::string_view run_id, uint64_t commit_number,
                   absl::string_view proof) {
  return ConstantTimeEqual(ProveCommit(secret, run_id, commit_number), proof);
}

}  // namespace quipu::pipelines
