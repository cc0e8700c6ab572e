// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The target for the coordinator's service: bytes in calls over gRPC to a real
// server, behind which is a real coordinator (coordinator_calls.h says how calls are
// written). Every call is answered, and tasks add up. targets.h says how targets are run.
//
//   FuzzRpc(input);
#ifndef QUIPU_TESTS_FUZZ_RPC_TARGET_H_
#define QUIPU_TESTS_FUZZ_RPC_TARGET_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tests/fuzz/targets.h"

namespace quipu::fuzz {

absl::Status FuzzRpc(absl::string_view input);
Seeds RpcSeeds();

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_RPC_TARGET_H_
