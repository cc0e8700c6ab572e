// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/service_targets.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/log.h"
#include "inference/remote/call_attempt.h"
#include "inference/remote/openai_errors.h"
#include "inference/remote/openai_protocol.h"
#include "inference/remote/reply_pattern.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "protos/coordinator.pb.h"
#include "tests/fuzz/targets.h"
#include "tests/support/coordinator_fixture.h"

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

void FuzzTicket(absl::string_view input) {
  v1::SignedTicket presented;
  if (!presented.ParseFromArray(input.data(), static_cast<int>(input.size()))) return;
  const auto ticket = pipelines::CheckTicket(kSecret, RunId(), "ann", presented);
  if (!ticket.ok()) return;
  QUIPU_CHECK(ticket->SerializeAsString() == TestTicket().SerializeAsString()) << "a forged ticket";
}

std::vector<std::string> TicketSeeds() {
  v1::LeaseTicket other = TestTicket();
  other.set_worker("bob");
  return {
      pipelines::SignTicket(kSecret, TestTicket()).SerializeAsString(),
      pipelines::SignTicket("another secret of thirty-two char", TestTicket()).SerializeAsString(),
      pipelines::SignTicket(kSecret, other).SerializeAsString()};
}

// The first byte chooses the HTTP status, the second the kind of call.
void FuzzHttpReply(absl::string_view input) {
  if (input.size() < 2) return;
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
    inference::MatchReply(text, reply_template);
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
}

std::vector<std::string> HttpReplySeeds() {
  const std::string ok("\0\0", 2);
  return {absl::StrCat(ok,
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
          absl::StrCat(std::string("\0\3", 2), "[{\"n_ctx\":4096}]"),
          absl::StrCat(std::string("\3\0", 2), "{\"error\":{\"message\":\"bad\",\"code\":400}}")};
}

namespace {

// Calls to a coordinator, as bytes: a verb, flags, a length of two bytes, a message.
constexpr size_t kCallHeader = 4;
constexpr size_t kMostCalls = 32;
enum Flags { kRealSession = 1, kRealTicket = 2 };

// A coordinator, and what a worker of it knows.
struct Service {
  testing::CoordinatorFixture run{/*chunks=*/2, /*tasks=*/2};
  std::string session = run.Hello("ann");
  v1::LeaseReply granted = run.Lease(session, 1);
  int pending = 0;

  template <typename Reply>
  auto Done() {
    ++pending;
    return [this](const absl::StatusOr<Reply>&) { --pending; };
  }
  template <typename Request>
  void Fill(int flags, Request* request) const {
    if (flags & kRealSession) request->set_session(session);
  }
};

void Call(int verb, int flags, const std::string& bytes, Service* service) {
  pipelines::Coordinator* const coordinator = service->run.coordinator.get();
  v1::HelloRequest hello;
  v1::LeaseRequest lease;
  v1::RenewRequest renew;
  v1::SubmitRequest submit;
  v1::ControlRequest control;
  if (verb == 0 && hello.ParseFromString(bytes)) {
    coordinator->Hello({}, hello).IgnoreError();
  } else if (verb == 1 && lease.ParseFromString(bytes)) {
    service->Fill(flags, &lease);
    coordinator->Lease({}, lease, service->Done<v1::LeaseReply>());
  } else if (verb == 2 && renew.ParseFromString(bytes)) {
    service->Fill(flags, &renew);
    coordinator->Renew({}, renew).IgnoreError();
  } else if (verb == 3 && submit.ParseFromString(bytes)) {
    service->Fill(flags, &submit);
    for (v1::LeaseResults& results : *submit.mutable_leases()) {
      if (flags & kRealTicket) *results.mutable_ticket() = service->granted.chunks(0).ticket();
    }
    coordinator->Submit({}, submit, service->Done<v1::SubmitReply>());
  } else if (verb == 4 && control.ParseFromString(bytes)) {
    coordinator->Control(control).IgnoreError();
  } else if (verb == 5) {
    service->run.Pass(absl::Milliseconds(bytes.size() * 100));
  } else if (verb == 6) {
    coordinator->Status();
  }
  service->run.Commit();
}

std::string Encode(int verb, int flags, const google::protobuf::MessageLite& message) {
  const std::string bytes = message.SerializeAsString();
  return absl::StrCat(std::string(1, static_cast<char>(verb)),
                      std::string(1, static_cast<char>(flags)),
                      std::string(1, static_cast<char>(bytes.size() & 0xff)),
                      std::string(1, static_cast<char>(bytes.size() >> 8)), bytes);
}

}  // namespace

void FuzzCoordinator(absl::string_view input) {
  Service service;
  for (size_t calls = 0; input.size() >= kCallHeader && calls < kMostCalls; ++calls) {
    const auto byte = [&](int i) { return static_cast<uint8_t>(input[i]); };
    const size_t size = std::min<size_t>(byte(2) | byte(3) << 8, input.size() - kCallHeader);
    Call(byte(0) % 7, byte(1), std::string(input.substr(kCallHeader, size)), &service);
    input.remove_prefix(kCallHeader + size);
  }
  // What was stored is correct or refused, every call is answered at the latest when its time is
  // over, and an honest worker can still finish unless an operator paused the run.
  service.run.Pass(absl::Minutes(10));
  QUIPU_CHECK(service.pending == 0) << service.pending << " calls were never answered";
  const v1::TaskCounts counts = service.run.coordinator->Status().tasks();
  QUIPU_CHECK(counts.planned() ==
              counts.accepted() + counts.rejected() + counts.leased() + counts.pending())
      << "tasks do not add up";
}

std::vector<std::string> CoordinatorSeeds() {
  Service service;
  v1::LeaseRequest lease;
  lease.set_max_chunks(1);
  lease.set_wait_ms(100);
  v1::RenewRequest renew;
  v1::SubmitRequest submit;
  *submit.add_leases() = service.run.Work(service.granted.chunks(0));
  v1::ControlRequest pause;
  pause.set_verb(v1::ControlRequest::PAUSE);
  v1::ControlRequest resume;
  resume.set_verb(v1::ControlRequest::RESUME);
  v1::SubmitRequest failed;
  failed.add_leases()->set_failure(v1::ATTEMPT_FAILURE_ENGINE);
  const int real = kRealSession | kRealTicket;
  return {Encode(0, 0, service.run.HelloOf("bob", 'b')),
          absl::StrCat(Encode(1, real, lease), Encode(3, real, submit), Encode(3, real, submit)),
          absl::StrCat(Encode(2, real, renew), Encode(5, 0, lease), Encode(3, real, failed)),
          absl::StrCat(Encode(4, 0, pause), Encode(1, real, lease), Encode(4, 0, resume),
                       Encode(6, 0, lease))};
}

}  // namespace quipu::fuzz
