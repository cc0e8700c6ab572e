// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What strangers do to a listening socket without speaking its protocol. The input is
// harmless to a server that limits what it reads.
//
//   EXPECT_TRUE(SendNoise("/tmp/s"));  // Whether it could connect.
//
// Thread-safe.
#ifndef QUIPU_TESTS_CRASH_HOSTILE_CONNECTIONS_H_
#define QUIPU_TESTS_CRASH_HOSTILE_CONNECTIONS_H_

#include <string>

namespace quipu::testing {

// One connection each: random bytes, a request of HTTP/1.1, a frame of HTTP/2 that
// announces 16 MiB, the beginning of a TLS handshake.
bool SendNoise(const std::string& path);
// A correct beginning of HTTP/2, and 200 pings.
bool SendPings(const std::string& path);
// A correct beginning of HTTP/2, a byte every few milliseconds, never finished.
bool SendSlowly(const std::string& path);
// 50 connections that say nothing for a second.
bool HoldConnections(const std::string& path);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_CRASH_HOSTILE_CONNECTIONS_H_
