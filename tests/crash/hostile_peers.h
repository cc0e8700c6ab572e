// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Peers that do to a coordinator what docs/threat_model.md says that peers may do: each
// attack repeats in a thread of its own, under names of its own, until it is stopped.
//
//   HostilePeers peers("unix:/tmp/s", absl::Seconds(1));
//   ASSERT_TRUE(peers.Start());
//   ...  // A run under attack.
//   peers.Stop();
//   EXPECT_THAT(peers.Idle(), IsEmpty());  // Each attack has done something.
//
// They are on the coordinator's own socket, where everybody may do everything: that is the
// worst case. Thread-compatible.
#ifndef QUIPU_TESTS_CRASH_HOSTILE_PEERS_H_
#define QUIPU_TESTS_CRASH_HOSTILE_PEERS_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "base/thread.h"

namespace quipu::testing {

class HostilePeers {
 public:
  // `address`: "unix:PATH" of a coordinator; `ttl`: of its leases.
  HostilePeers(absl::string_view address, absl::Duration ttl);
  ~HostilePeers();  // Stops them.
  HostilePeers(const HostilePeers&) = delete;
  HostilePeers& operator=(const HostilePeers&) = delete;

  // Whether all threads have started.
  bool Start();
  void Stop();

  // Names of the attacks, with how often each was made: "idle 12".
  std::vector<std::string> Counts() const;
  // Names of the attacks that were never made.
  std::vector<std::string> Idle() const;

 private:
  struct Running;

  const std::string address_;
  const absl::Duration ttl_;
  absl::Notification stop_;
  std::vector<std::unique_ptr<Running>> running_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_CRASH_HOSTILE_PEERS_H_
