// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The connections of an HTTP server of libmicrohttpd, which accepts no more when it has as
// many as it may have. A peer that sends a byte now and then would keep all of them for ever,
// because only silence ends one. So the oldest is closed when the last one is taken.
//
//   HttpConnections connections(128);
//   MHD_start_daemon(flags, port, nullptr, nullptr, answer, nullptr, MHD_OPTION_CONNECTION_LIMIT,
//                    128u, MHD_OPTION_NOTIFY_CONNECTION, &HttpConnections::Notify, &connections,
//                    MHD_OPTION_END);
//
// Must outlive the daemon. Only for daemons with one thread.
#ifndef QUIPU_PIPELINES_CORE_HTTP_CONNECTIONS_H_
#define QUIPU_PIPELINES_CORE_HTTP_CONNECTIONS_H_

#include <microhttpd.h>

#include <cstddef>
#include <list>

namespace quipu::pipelines {

class HttpConnections {
 public:
  // `most`: the daemon's limit. With a limit of 1, only silence ends a connection.
  explicit HttpConnections(size_t most) : most_(most) {}
  HttpConnections(const HttpConnections&) = delete;
  HttpConnections& operator=(const HttpConnections&) = delete;

  static void Notify(void* self, MHD_Connection* connection, void** state,
                     MHD_ConnectionNotificationCode code);

 private:
  struct Open {
    MHD_Connection* connection;
    MHD_socket socket;
  };

  void Started(MHD_Connection* connection);
  void Closed(MHD_Connection* connection);

  const size_t most_;
  std::list<Open> open_;  // The oldest first; without those that were told to end.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_HTTP_CONNECTIONS_H_
