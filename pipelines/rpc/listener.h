// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Accepts connections for a server that takes them as descriptors.
//
//   ASSIGN_OR_RETURN(auto listener, Listener::Bind(address));
//   RETURN_IF_ERROR(listener->Start([&](int listening, int connection) { Take(connection); }));
//
// gRPC 1.51 has a listener of its own, which ends for good at the first accept that fails, as
// one does when a process has no descriptor left. This one leaves some of the descriptors to
// the rest of the process: a connection that would take one of them is closed at once. If
// none is left all the same, it waits and tries again.
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_LISTENER_H_
#define QUIPU_PIPELINES_RPC_LISTENER_H_

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/thread.h"
#include "pipelines/rpc/address.h"
#include "pipelines/rpc/grpc_log.h"

namespace quipu::pipelines {

class Listener {
 public:
  // Gets a connection, non-blocking, and closes it in the end.
  using TakeFn = std::function<void(int listening, int connection)>;

  // Listens on every address of the name, and on IPv4 and IPv6 if it is 0.0.0.0 or [::]. A
  // unix socket replaces an earlier one, and only its owner may connect to it. UNAVAILABLE if
  // the address is in use or not of this machine.
  static absl::StatusOr<std::unique_ptr<Listener>> Bind(const Address& address);
  // Stops, and removes its unix socket.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // The actual port; 0 of a unix socket.
  int port() const { return port_; }

  // Accepts from a thread of its own. RESOURCE_EXHAUSTED if that cannot be started. Call once.
  absl::Status Start(TakeFn take);
  // Takes no more connections when it returns. Idempotent.
  void Stop();

 private:
  Listener() = default;

  absl::Status BindUnix(const std::string& path);
  absl::Status BindHost(const Address& address);
  void AcceptLoop();
  // Whether the next try has to wait.
  bool AcceptFrom(int listening);
  void Warn(const std::string& why);

  absl::Mutex stop_mutex_;  // Stop may be called from several threads.
  std::vector<int> sockets_;
  int wake_ = -1;  // An eventfd: readable when the thread has to end.
  int port_ = 0;
  std::string unix_path_;
  ino_t unix_inode_ = 0;
  TakeFn take_;
  LineLimit warnings_{3};  // Anybody who can connect can cause them.
  Thread thread_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_LISTENER_H_
