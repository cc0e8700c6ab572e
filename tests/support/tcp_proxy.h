// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A bad network on one machine: a proxy on 127.0.0.1 before a server. While
// connections are open, it can be told to do to them what networks do.
//
//   ASSERT_OK_AND_ASSIGN(auto proxy, TcpProxy::Start("unix:" + socket));
//   client.Connect(proxy->address());               // "127.0.0.1:PORT"
//   proxy->Set({TcpProxy::Mode::kBlackhole});       // A partition ...
//   proxy->Set({TcpProxy::Mode::kPass});            // ... that heals.
//
// One thread, joined by Stop or the destructor. Thread-safe.
#ifndef QUIPU_TESTS_SUPPORT_TCP_PROXY_H_
#define QUIPU_TESTS_SUPPORT_TCP_PROXY_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace quipu::testing {

class TcpProxy {
 public:
  enum class Mode {
    kPass,
    // Passes each byte on `delay` after it arrived, in both directions.
    kDelay,
    // At most `bytes_per_second` in each direction.
    kTrickle,
    // Accepts connections and passes nothing on; bytes sent arrive when the
    // mode changes, as after a partition.
    kBlackhole,
    // Resets open connections and every new one.
    kDrop,
    // Each connection ends in both directions after `cut_after` more bytes in
    // both directions together: inside a message, if that is less than one.
    kCut,
    // Tells the client that the server sends no more, but still passes on what
    // the client sends.
    kHalfCloseToClient,
    // The same in the other direction.
    kHalfCloseToServer,
    // Refuses new connections; open ones continue.
    kRefuse,
  };

  struct Behaviour {
    Mode mode = Mode::kPass;
    absl::Duration delay = absl::ZeroDuration();
    int64_t bytes_per_second = 0;
    int64_t cut_after = 0;
  };

  struct Counts {
    int64_t connections = 0;  // Accepted so far.
    int64_t open = 0;         // Open now.
    int64_t ended = 0;        // By a fault of the proxy: reset or cut.
    int64_t unreachable = 0;  // Reset because the server could not be reached.
    int64_t bytes_to_server = 0;
    int64_t bytes_to_client = 0;
  };

  // `server` is "127.0.0.1:PORT" or "unix:PATH"; it need not exist yet.
  // Connections are reset while it does not exist. INVALID_ARGUMENT for any
  // other address.
  static absl::StatusOr<std::unique_ptr<TcpProxy>> Start(absl::string_view server);
  virtual ~TcpProxy() = default;

  // "127.0.0.1:PORT", the same in every mode.
  virtual std::string address() const = 0;
  virtual int port() const = 0;
  // Changes the mode, from the return of this call on, for open connections
  // too.
  virtual void Set(const Behaviour& behaviour) = 0;
  virtual Counts counts() const = 0;
  // Waits until `done` returns true for the counts; false after `timeout`.
  virtual bool Await(absl::FunctionRef<bool(const Counts&)> done, absl::Duration timeout) const = 0;
  // Ends all connections and accepts no more.
  virtual void Stop() = 0;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_TCP_PROXY_H_
