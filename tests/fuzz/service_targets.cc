// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/service_targets.h"

#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "inference/remote/call_attempt.h"
#include "inference/remote/openai_errors.h"
#include "inference/remote/openai_protocol.h"
#include "inference/remote/reply_pattern.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "protos/coordinator.pb.h"
#include "tests/fuzz/coordinator_calls.h"

namespace quipu::fuzz {
namespace {

constexpr char kSecret[] = "a secret of thirty-two characters";
const std::string& RunId() {
  static const std::string* const id = new std::string(16, 'r');
  return *id;
}

v1::LeaseTicket TestTicket() {
  v1::LeaseTicket ticket;
  ticket.set_run_id(RunId());
  ticket.set_worker("ann");
  ticket.set_token(7);
  ticket.set_document_id(std::string(16, 'd'));
  return ticket;
}

}  // namespace

absl::Status FuzzTicket(absl::string_view input) {
  v1::SignedTicket presented;
  if (!presented.ParseFromArray(input.data(), static_cast<int>(input.size()))) {
    return Refused("no message");
  }
  ASSIGN_OR_RETURN(const v1::LeaseTicket ticket,
                   pipelines::CheckTicket(kSecret, RunId(), "ann", presented));
  QUIPU_CHECK(ticket.SerializeAsString() == TestTicket().SerializeAsString()) << "a forged ticket";
  return absl::OkStatus();
}

Seeds TicketSeeds() {
  v1::LeaseTicket other = TestTicket();
  other.set_worker("bob");
  return {
      {pipelines::SignTicket(kSecret, TestTicket()).SerializeAsString()},
      {pipelines::SignTicket("another secret of thirty-two char", TestTicket()).SerializeAsString(),
       pipelines::SignTicket(kSecret, other).SerializeAsString()}};
}

// The first byte chooses the HTTP status, the second the kind of call.
absl::Status FuzzHttpReply(absl::string_view input) {
  if (input.size() < 2) return Refused("no status");
  constexpr int kStatuses[] = {200, 200, 200, 400, 404, 429, 500, 503};
  const int status = kStatuses[static_cast<uint8_t>(input[0]) % std::size(kStatuses)];
  const int kind = static_cast<uint8_t>(input[1]) % 4;
  const absl::string_view body = input.substr(2);
  const auto parse = [kind](absl::string_view text) -> absl::Status {
    if (kind == 1) return inference::ParseEchoReply(text).status();
    if (kind == 2) return inference::ParseModels(text).status();
    if (kind == 3) return inference::ParseSlots(text).status();
    const auto reply = inference::ParseChatReply(text);
    if (!reply.ok()) return reply.status();
    const std::vector<inference::Slot> reply_template = {
        inference::Slot::Literal("<q>"), inference::Slot::Free("question", 2, 9, "</q>"),
        inference::Slot::Literal("</q>")};
    inference::MatchReply(reply->text, reply_template);
    return absl::OkStatus();
  };
  inference::HttpResponse response;
  response.status = status;
  response.body = std::string(body);
  response.retry_after = std::string(body.substr(0, 20));
  const inference::Attempt attempt =
      inference::AttemptOf(response, parse, /*is_probe=*/false, "sk-key", absl::UnixEpoch());
  QUIPU_CHECK(status == 200 || !attempt.status.ok()) << "a refusal counts as a reply";
  QUIPU_CHECK(!attempt.retry_after.has_value() || *attempt.retry_after >= absl::ZeroDuration());
  inference::StatusFromHttp(status, body, "sk-key").IgnoreError();
  return attempt.status;
}

Seeds HttpReplySeeds() {
  const std::string ok("\0\0", 2);
  return {
      {absl::StrCat(ok,
                    "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
                    "\"<q>hi</q>\"},\"finish_reason\":\"stop\",\"logprobs\":{\"content\":[{"
                    "\"token\":\"a\",\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":[{"
                    "\"token\":\"a\",\"logprob\":-0.5}]}]}}],\"usage\":{\"prompt_tokens\":3,"
                    "\"completion_tokens\":1}}"),
       absl::StrCat(std::string("\0\1", 2),
                    "{\"choices\":[{\"text\":\"ab\",\"logprobs\":{\"tokens\":[\"a\",\"b\"],"
                    "\"token_logprobs\":[null,-1.5],\"text_offset\":[0,1]}}]}"),
       absl::StrCat(std::string("\0\2", 2),
                    "{\"object\":\"list\",\"data\":[{\"id\":\"m\",\"max_model_len\":4096}]}"),
       absl::StrCat(std::string("\0\3", 2), "{\"total_slots\":4}")},
      {absl::StrCat(std::string("\3\0", 2), "{\"error\":{\"message\":\"bad\",\"code\":400}}")}};
}

namespace {

// A coordinator, the calls that wait for its answer, and what it said to the first that it refused.
struct CalledRun {
  KnownRun known;
  int pending = 0;
  absl::Status refused;
  template <typename Reply>
  auto Done() {
    ++pending;
    return [this](const absl::StatusOr<Reply>& reply) {
      --pending;
      if (!absl::IsCancelled(reply.status())) refused.Update(reply.status());
    };
  }
};

void Call(CallVerb verb, int flags, const std::string& message, CalledRun* called) {
  pipelines::Coordinator* const coordinator = called->known.run.coordinator.get();
  v1::HelloRequest hello;
  v1::LeaseRequest lease;
  v1::RenewRequest renew;
  v1::SubmitRequest submit;
  v1::ControlRequest control;
  if (verb == kHello && hello.ParseFromString(message)) {
    called->refused.Update(coordinator->Hello({}, hello).status());
  } else if (verb == kLease && lease.ParseFromString(message)) {
    coordinator->Lease({}, lease, called->Done<v1::LeaseReply>());
  } else if (verb == kRenew && renew.ParseFromString(message)) {
    called->refused.Update(coordinator->Renew({}, renew).status());
  } else if (verb == kSubmit && submit.ParseFromString(message)) {
    coordinator->Submit({}, submit, called->Done<v1::SubmitReply>());
  } else if (verb == kControl && control.ParseFromString(message)) {
    called->refused.Update(coordinator->Control(control).status());
  } else if (verb == kPass) {
    called->known.run.Pass(absl::Milliseconds(message.size() * 100));
  } else if (verb == kStatus) {
    coordinator->Status();
  } else if (verb == kCancel) {
    coordinator->CancelLease(flags & kRealSession ? called->known.session : message);
  } else {
    called->refused.Update(Refused("no message"));
  }
}

}  // namespace

absl::Status FuzzCoordinator(absl::string_view input) {
  CalledRun called;
  for (const EncodedCall& call : DecodeCalls(input)) {
    const CallVerb verb = VerbOf(call, kCancel);
    Call(verb, call.flags, FilledMessage(call, verb, called.known), &called);
    called.known.run.Commit();
  }
  // What was stored is correct or refused, every call is answered at the latest when its time is
  // over, and an honest worker can still finish unless an operator paused the run.
  called.known.run.Pass(absl::Minutes(10));
  QUIPU_CHECK(called.pending == 0) << called.pending << " calls were never answered";
  CheckTasks(called.known.run);
  return called.refused;
}

Seeds CoordinatorSeeds() { return CallSeeds(); }

}  // namespace quipu::fuzz
