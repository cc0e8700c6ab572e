// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Fuzz targets for what workers and servers send; see targets.h. Each takes any bytes, and its
// seeds are valid inputs.
//
//   FuzzTicket(TicketSeeds()[0]);
//
// Not thread-safe.
#ifndef QUIPU_TESTS_FUZZ_SERVICE_TARGETS_H_
#define QUIPU_TESTS_FUZZ_SERVICE_TARGETS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tests/fuzz/targets.h"

namespace quipu::fuzz {

absl::Status FuzzTicket(absl::string_view input);
Seeds TicketSeeds();
absl::Status FuzzHttpReply(absl::string_view input);
Seeds HttpReplySeeds();
absl::Status FuzzCoordinator(absl::string_view input);
Seeds CoordinatorSeeds();

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_SERVICE_TARGETS_H_
