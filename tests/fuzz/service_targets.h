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

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::fuzz {

void FuzzTicket(absl::string_view input);
std::vector<std::string> TicketSeeds();
void FuzzHttpReply(absl::string_view input);
std::vector<std::string> HttpReplySeeds();
void FuzzCoordinator(absl::string_view input);
std::vector<std::string> CoordinatorSeeds();

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_SERVICE_TARGETS_H_
