// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// TCP ports that a process listens on, as the kernel reports them.
//
//   EXPECT_THAT(ListeningPorts(child->pid()), ElementsAre(port));
#ifndef QUIPU_TESTS_SUPPORT_LISTENING_PORTS_H_
#define QUIPU_TESTS_SUPPORT_LISTENING_PORTS_H_

#include <sys/types.h>

#include <vector>

namespace quipu::testing {

// Sorted, for IPv4 and IPv6; of this process if `pid` is 0.
std::vector<int> ListeningPorts(pid_t pid = 0);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_LISTENING_PORTS_H_
