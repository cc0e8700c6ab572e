// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A bad network on one machine: a proxy on 127.0.0.1 in front of a server, which
// can be told, while connections are open, to do to them what networks do.
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
    // Each byte is passed on `delay` after it came, both ways.
    kDelay,
    // At most `bytes_per_second`, each way.
    kTrickle,
    // Connections are accepted and nothing is passed on; what was sent arrives
    // when the mode changes, as it does after a partition.
    kBlackhole,
    // Open connections, and every new one, are reset.
    kDrop,
    // Each connection ends, both ways, when `cut_after` more bytes have passed,
    // both ways together: inside a message, if that is less than one.
    kCut,
    // The client is told that the server sends no more; what the client sends
    // is passed on.
    kHalfCloseToClient,
    // The same the other way round.
    kHalfCloseToServer,
    // New connections are refused; open ones go on.
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
    int64_t open = 0;         // Of them, now.
    int64_t ended = 0;        // By a fault of the proxy's: reset or cut.
    int64_t unreachable = 0;  // Reset because the server could not be reached.
    int64_t bytes_to_server = 0;
    int64_t bytes_to_client = 0;
  };

  // `server` is "127.0.0.1:PORT" or "unix:PATH"; it need not be there yet. A
  // connection to a server that is not there is reset. INVALID_ARGUMENT for any
  // other address.
  static absl::StatusOr<std::unique_ptr<TcpProxy>> Start(absl::string_view server);
  virtual ~TcpProxy() = default;

  // "127.0.0.1:PORT", the same in every mode.
  virtual std::string address() const = 0;
  virtual int port() const = 0;
  // Changes what is done, from here on when it returns, to open connections too.
  virtual void Set(const Behaviour& behaviour) = 0;
  virtual Counts counts() const = 0;
  // Waits until `done` is true of the counts; false after `timeout`.
  virtual bool Await(absl::FunctionRef<bool(const Counts&)> done, absl::Duration timeout) const = 0;
  // Ends all connections and takes no more.
  virtual void Stop() = 0;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_TCP_PROXY_H_
