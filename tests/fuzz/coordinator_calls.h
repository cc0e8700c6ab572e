// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Calls to a coordinator as bytes, for the targets that make them: a verb, flags, a
// length of two bytes, a message.
//
//   KnownRun known;
//   for (const EncodedCall& call : DecodeCalls(input)) {
//     const CallVerb verb = VerbOf(call, kCancel);
//     Send(verb, FilledMessage(call, verb, known));
//   }
#ifndef QUIPU_TESTS_FUZZ_COORDINATOR_CALLS_H_
#define QUIPU_TESTS_FUZZ_COORDINATOR_CALLS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"
#include "protos/coordinator.pb.h"
#include "tests/fuzz/targets.h"
#include "tests/support/coordinator_fixture.h"

namespace quipu::fuzz {

enum CallVerb {
  kHello,
  kLease,
  kRenew,
  kSubmit,
  kControl,
  kPass,  // Time passes, 100 ms for each byte of the message.
  kStatus,
  kCancel,       // The last poll is cancelled.
  kStage,        // The service alone: the flags are the stage.
  kCoordinator,  // The service alone: its coordinator goes, or comes back (kBack).
};

enum CallFlags {
  kRealSession = 1,  // In place of the message's.
  kRealTicket = 2,   // Likewise.
  kBack = 4,
};

struct EncodedCall {
  uint8_t verb = 0;
  uint8_t flags = 0;
  std::string message;
};

// A coordinator of two chunks, and what a worker of it knows: one of them is its own.
struct KnownRun {
  testing::CoordinatorFixture run{/*chunks=*/2, /*tasks=*/2};
  std::string session = run.Hello("ann");
  v1::LeaseReply granted = run.Lease(session, 1);
};

std::string EncodeCall(CallVerb verb, int flags, const google::protobuf::MessageLite& message);
// At most 32 calls.
std::vector<EncodedCall> DecodeCalls(absl::string_view input);
// The call's verb among the first ones, up to `last`.
CallVerb VerbOf(const EncodedCall& call, CallVerb last);
// The message with what the flags say; as it is if it does not parse.
std::string FilledMessage(const EncodedCall& call, CallVerb verb, const KnownRun& known);
// Seeds for every verb but those of the service alone.
Seeds CallSeeds();
// Checks that every task has one state.
void CheckTasks(const testing::CoordinatorFixture& run);

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_COORDINATOR_CALLS_H_
