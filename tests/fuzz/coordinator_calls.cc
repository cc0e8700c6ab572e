// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/coordinator_calls.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace quipu::fuzz {
namespace {

constexpr size_t kHeader = 4;
constexpr size_t kMostCalls = 32;

void SetSession(int flags, const KnownRun& known, std::string* session) {
  if (flags & kRealSession) *session = known.session;
}

v1::SubmitRequest FailedSubmit() {
  v1::SubmitRequest failed;
  failed.add_leases()->set_failure(v1::ATTEMPT_FAILURE_ENGINE);
  return failed;
}

v1::ControlRequest ControlOf(v1::ControlRequest::Verb verb) {
  v1::ControlRequest control;
  control.set_verb(verb);
  control.set_reason("r");
  return control;
}

}  // namespace

std::string EncodeCall(CallVerb verb, int flags, const google::protobuf::MessageLite& message) {
  const std::string bytes = message.SerializeAsString();
  const std::string header = {static_cast<char>(verb), static_cast<char>(flags),
                              static_cast<char>(bytes.size() & 0xff),
                              static_cast<char>(bytes.size() >> 8)};
  return absl::StrCat(header, bytes);
}

std::vector<EncodedCall> DecodeCalls(absl::string_view input) {
  std::vector<EncodedCall> calls;
  while (input.size() >= kHeader && calls.size() < kMostCalls) {
    const auto byte = [&](int i) { return static_cast<uint8_t>(input[i]); };
    const size_t size = std::min<size_t>(byte(2) | byte(3) << 8, input.size() - kHeader);
    calls.push_back({byte(0), byte(1), std::string(input.substr(kHeader, size))});
    input.remove_prefix(kHeader + size);
  }
  return calls;
}

CallVerb VerbOf(const EncodedCall& call, CallVerb last) {
  return static_cast<CallVerb>(call.verb % (last + 1));
}

std::string FilledMessage(const EncodedCall& call, CallVerb verb, const KnownRun& known) {
  const v1::SignedTicket& ticket = known.granted.chunks(0).ticket();
  v1::LeaseRequest lease;
  v1::RenewRequest renew;
  v1::SubmitRequest submit;
  if (verb == kLease && lease.ParseFromString(call.message)) {
    SetSession(call.flags, known, lease.mutable_session());
    return lease.SerializeAsString();
  }
  if (verb == kRenew && renew.ParseFromString(call.message)) {
    SetSession(call.flags, known, renew.mutable_session());
    for (v1::SignedTicket& presented : *renew.mutable_tickets()) {
      if (call.flags & kRealTicket) presented = ticket;
    }
    return renew.SerializeAsString();
  }
  if (verb == kSubmit && submit.ParseFromString(call.message)) {
    SetSession(call.flags, known, submit.mutable_session());
    for (v1::LeaseResults& results : *submit.mutable_leases()) {
      if (call.flags & kRealTicket) *results.mutable_ticket() = ticket;
    }
    return submit.SerializeAsString();
  }
  return call.message;
}

Seeds CallSeeds() {
  const KnownRun known;
  const int real = kRealSession | kRealTicket;
  v1::LeaseRequest poll;
  poll.set_max_chunks(1);
  poll.set_wait_ms(100);
  v1::LeaseRequest long_poll = poll;
  long_poll.set_wait_ms(20000);
  v1::RenewRequest renew;
  renew.add_tickets();
  v1::SubmitRequest submit;
  *submit.add_leases() = known.run.Work(known.granted.chunks(0));
  const std::string lease = EncodeCall(kLease, real, poll);
  const std::string second_lease = EncodeCall(kLease, real, long_poll);
  const std::string results = EncodeCall(kSubmit, real, submit);
  return {{EncodeCall(kHello, 0, known.run.HelloOf("bob", 'b')),
           absl::StrCat(lease, second_lease, EncodeCall(kCancel, real, poll)),
           absl::StrCat(lease, results, results),
           absl::StrCat(EncodeCall(kRenew, real, renew), EncodeCall(kPass, 0, poll),
                        EncodeCall(kSubmit, real, FailedSubmit())),
           absl::StrCat(EncodeCall(kControl, 0, ControlOf(v1::ControlRequest::PAUSE)), lease,
                        EncodeCall(kControl, 0, ControlOf(v1::ControlRequest::RESUME)),
                        EncodeCall(kStatus, 0, v1::StatusRequest()))},
          {absl::StrCat(EncodeCall(kHello, 0, known.run.HelloOf("ann", 'c')),
                        EncodeCall(kRenew, real, renew)),
           EncodeCall(kSubmit, kRealTicket, submit)}};
}

void CheckTasks(const testing::CoordinatorFixture& run) {
  const v1::TaskCounts counts = run.coordinator->Status().tasks();
  QUIPU_CHECK(counts.planned() ==
              counts.accepted() + counts.rejected() + counts.leased() + counts.pending())
      << "tasks do not add up";
}

}  // namespace quipu::fuzz
