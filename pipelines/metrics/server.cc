// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/metrics/server.h"

#include <microhttpd.h>
#include <netdb.h>
#include <prometheus/text_serializer.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/core/http_connections.h"
#include "pipelines/rpc/address.h"

namespace quipu::pipelines {
namespace {

// Memory of one connection, for the request's headers and the reply's:
// Prometheus sends some 300 bytes. A longer request is answered with 431.
constexpr size_t kConnectionBytes = 16 << 10;

// The checked address to listen on.
struct ListenAddress {
  std::string text;
  sockaddr_storage socket = {};
};

// False for a name, a unix socket and anything else that is not numeric.
bool ToSocketAddress(const std::string& host, int port, sockaddr_storage* out) {
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), absl::StrCat(port).c_str(), &hints, &found) != 0) return false;
  std::memcpy(out, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  return true;
}

absl::StatusOr<ListenAddress> CheckedAddress(const MetricsOptions& options) {
  const auto address = ParseAddress(options.address);
  if (!address.ok()) return Annotate(address.status(), "--metrics");
  ListenAddress listen = {address->target};
  if (!ToSocketAddress(address->host, address->port, &listen.socket)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--metrics: \"", Snippet(options.address),
                     "\" is not a numeric address with a port, as 127.0.0.1:9464 or [::1]:9464"));
  }
  if (!address->local && !options.allow_public) {
    return absl::InvalidArgumentError(
        absl::StrCat("--metrics: ", address->target,
                     " is not on loopback, and metrics have no authentication; pass "
                     "--metrics-public if the network restricts access"));
  }
  return listen;
}

// Queues a reply after which the connection is closed.
MHD_Result Reply(MHD_Connection* connection, unsigned int code, const std::string& type,
                 const std::string& body, const char* allowed = nullptr) {
  MHD_Response* const response = MHD_create_response_from_buffer(
      body.size(), const_cast<char*>(body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;  // No memory: closes the connection.
  MHD_add_response_header(response, "Content-Type", type.c_str());
  MHD_add_response_header(response, "Cache-Control", "no-store");
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  MHD_add_response_header(response, "Connection", "close");
  if (allowed != nullptr) MHD_add_response_header(response, "Allow", allowed);
  const MHD_Result queued = MHD_queue_response(connection, code, response);
  MHD_destroy_response(response);
  return queued;
}

// Answers a request once its headers are complete; never reads a body. `url` is
// the path only.
MHD_Result Answer(void* collect, MHD_Connection* connection, const char* url, const char* method,
                  const char* /*version*/, const char* /*body*/, size_t* /*body_bytes*/,
                  void** /*state*/) {
  constexpr char kPlain[] = "text/plain; charset=utf-8";
  if (absl::string_view(url) != "/metrics") {
    return Reply(connection, MHD_HTTP_NOT_FOUND, kPlain, "404 Not Found\n");
  }
  const absl::string_view verb = method;
  if (verb != "GET" && verb != "HEAD") {
    return Reply(connection, MHD_HTTP_METHOD_NOT_ALLOWED, kPlain, "405 Method Not Allowed\n",
                 "GET, HEAD");
  }
  const auto families = (*static_cast<MetricsServer::CollectFn*>(collect))();
  return Reply(connection, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8",
               prometheus::TextSerializer().Serialize(families));
}

}  // namespace

struct MetricsServer::Daemon {
  Daemon(CollectFn c, size_t max_connections)
      : collect(std::move(c)), connections(max_connections) {}
  ~Daemon() {
    if (daemon != nullptr) MHD_stop_daemon(daemon);
  }

  CollectFn collect;
  HttpConnections connections;
  MHD_Daemon* daemon = nullptr;
};

absl::Status CheckMetricsAddress(const MetricsOptions& options) {
  return CheckedAddress(options).status();
}

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(const MetricsOptions& options,
                                                                    CollectFn collect) {
  ASSIGN_OR_RETURN(const ListenAddress address, CheckedAddress(options));
  auto daemon =
      std::make_unique<Daemon>(std::move(collect), static_cast<size_t>(options.max_connections));
  // The IPv6 wildcard address accepts IPv4 connections, too.
  const unsigned int flags = MHD_USE_AUTO_INTERNAL_THREAD |
                             (address.socket.ss_family == AF_INET6 ? MHD_USE_DUAL_STACK : 0);
  const auto idle_s = std::max<int64_t>(1, absl::ToInt64Seconds(options.idle_timeout));
  errno = 0;
  daemon->daemon = MHD_start_daemon(
      flags, /*port=*/0, nullptr, nullptr, &Answer, &daemon->collect,  //
      MHD_OPTION_SOCK_ADDR, reinterpret_cast<const sockaddr*>(&address.socket),
      MHD_OPTION_CONNECTION_LIMIT, static_cast<unsigned int>(options.max_connections),
      MHD_OPTION_NOTIFY_CONNECTION, &HttpConnections::Notify, &daemon->connections,
      MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned int>(idle_s),
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionBytes, MHD_OPTION_END);
  if (daemon->daemon == nullptr) {
    const int error = errno;
    if (error == EAGAIN) {  // From its thread: no socket waits here.
      return absl::ResourceExhaustedError(
          "--metrics: a thread cannot be started (check the limits on processes, ulimit -u, and "
          "memory, ulimit -v)");
    }
    return absl::UnavailableError(
        absl::StrCat("--metrics: ", address.text, " cannot be bound",
                     error != 0 ? absl::StrCat(": ", std::strerror(error)) : ""));
  }
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(daemon)));
}

MetricsServer::MetricsServer(std::unique_ptr<Daemon> daemon) : daemon_(std::move(daemon)) {}
MetricsServer::~MetricsServer() = default;

int MetricsServer::port() const {
  return MHD_get_daemon_info(daemon_->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

}  // namespace quipu::pipelines
