// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/review/server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/rpc/address.h"

namespace quipu::pipelines {
namespace {

// A label is some hundred bytes.
constexpr size_t kMaxBodyBytes = 4096;
constexpr size_t kConnectionBytes = 32 << 10;
constexpr unsigned int kMaxConnections = 32;
constexpr unsigned int kIdleSeconds = 30;

constexpr char kPlain[] = "text/plain; charset=utf-8";
constexpr char kJson[] = "application/json";

struct ListenAddress {
  sockaddr_storage socket = {};
  std::string host;  // As in a URL.
};

absl::StatusOr<ListenAddress> LoopbackAddress(absl::string_view text) {
  ASSIGN_OR_RETURN(const GrpcAddress address, ParseGrpcAddress(text));
  ListenAddress listen;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&listen.socket);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&listen.socket);
  if (address.local && inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(address.port));
    listen.host = address.host;
    return listen;
  }
  listen.socket = {};
  if (address.local && inet_pton(AF_INET6, address.host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<uint16_t>(address.port));
    listen.host = absl::StrCat("[", address.host, "]");
    return listen;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", Snippet(text),
                   "\" is not on loopback, as 127.0.0.1:8123; a review has no "
                   "authentication (from another machine: ssh -L 8123:127.0.0.1:8123 HOST)"));
}

struct Reply {
  unsigned int code = MHD_HTTP_OK;
  const char* type = kPlain;
  std::string body;
};

Reply ErrorReply(const absl::Status& status) {
  unsigned int code = MHD_HTTP_INTERNAL_SERVER_ERROR;
  if (absl::IsInvalidArgument(status)) code = MHD_HTTP_BAD_REQUEST;
  if (absl::IsNotFound(status)) code = MHD_HTTP_NOT_FOUND;
  return {code, kPlain, absl::StrCat(std::string(status.message()), "\n")};
}

Reply StateReply(const Review& review) {
  const absl::StatusOr<std::string> state = review.StateJson();
  return state.ok() ? Reply{MHD_HTTP_OK, kJson, *state} : ErrorReply(state.status());
}

absl::Status TakeLabel(absl::string_view body, Review* review) {
  const std::string padded = absl::StrCat(body, std::string(simdjson::SIMDJSON_PADDING, ' '));
  JsonParser parser;
  ASSIGN_OR_RETURN(const simdjson::dom::object object,
                   parser.ParseObject(absl::string_view(padded).substr(0, body.size())));
  ASSIGN_OR_RETURN(const absl::string_view id, RequiredString(object, "id"));
  ASSIGN_OR_RETURN(const absl::string_view label, RequiredString(object, "label"));
  ASSIGN_OR_RETURN(const absl::string_view fault, OptionalString(object, "fault"));
  return review->Label(id, label, fault);
}

struct Request {
  absl::string_view method;
  absl::string_view path;
  absl::string_view host;
  absl::string_view type;
  absl::string_view body;
  bool too_long = false;
};

Reply Answer(const Request& request, absl::string_view host, Review* review) {
  // A name that resolves to this machine would be the page of another site.
  if (request.host != host) return {MHD_HTTP_FORBIDDEN, kPlain, "403 Forbidden: another host\n"};
  const bool get = request.method == "GET";
  if (request.path == "/" && get) return {MHD_HTTP_OK, "text/html; charset=utf-8", review->Page()};
  if (request.path == "/state" && get) return StateReply(*review);
  if (request.path == "/label" && request.method == "POST") {
    if (!absl::StartsWith(request.type, kJson)) {
      return {MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, kPlain, "415 want application/json\n"};
    }
    if (request.too_long) return {MHD_HTTP_CONTENT_TOO_LARGE, kPlain, "413 too long\n"};
    const absl::Status status = TakeLabel(request.body, review);
    return status.ok() ? StateReply(*review) : ErrorReply(status);
  }
  if (request.path == "/" || request.path == "/state" || request.path == "/label") {
    return {MHD_HTTP_METHOD_NOT_ALLOWED, kPlain, "405 Method Not Allowed\n"};
  }
  return {MHD_HTTP_NOT_FOUND, kPlain, "404 Not Found\n"};
}

MHD_Result Queue(MHD_Connection* connection, const Reply& reply) {
  MHD_Response* const response = MHD_create_response_from_buffer(
      reply.body.size(), const_cast<char*>(reply.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;  // No memory: closes the connection.
  MHD_add_response_header(response, "Content-Type", reply.type);
  MHD_add_response_header(response, "Cache-Control", "no-store");
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  MHD_add_response_header(response, "X-Frame-Options", "DENY");
  MHD_add_response_header(response, "Connection", "close");
  const MHD_Result queued = MHD_queue_response(connection, reply.code, response);
  MHD_destroy_response(response);
  return queued;
}

absl::string_view HeaderOf(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

// What was received of a request's body.
struct Body {
  std::string text;
  bool too_long = false;
};

}  // namespace

struct ReviewServer::Daemon {
  ~Daemon() {
    if (daemon != nullptr) MHD_stop_daemon(daemon);
  }

  // Called with the headers, then with each piece of the body, then once more.
  static MHD_Result Handle(void* self, MHD_Connection* connection, const char* url,
                           const char* method, const char* /*version*/, const char* data,
                           size_t* data_bytes, void** state) {
    if (*state == nullptr) {
      *state = new Body;
      return MHD_YES;
    }
    auto* body = static_cast<Body*>(*state);
    if (*data_bytes > 0) {
      body->too_long |= body->text.size() + *data_bytes > kMaxBodyBytes;
      if (!body->too_long) body->text.append(data, *data_bytes);
      *data_bytes = 0;
      return MHD_YES;
    }
    const Daemon& server = *static_cast<Daemon*>(self);
    const Request request = {method,
                             url,
                             HeaderOf(connection, "Host"),
                             HeaderOf(connection, "Content-Type"),
                             body->text,
                             body->too_long};
    return Queue(connection, Answer(request, server.Host(), server.review));
  }

  static void Complete(void* /*self*/, MHD_Connection* /*connection*/, void** state,
                       MHD_RequestTerminationCode /*code*/) {
    delete static_cast<Body*>(*state);
    *state = nullptr;
  }

  int Port() const { return MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port; }
  std::string Host() const { return absl::StrCat(host, ":", Port()); }

  std::string host;
  Review* review = nullptr;
  MHD_Daemon* daemon = nullptr;
};

absl::StatusOr<std::unique_ptr<ReviewServer>> ReviewServer::Start(absl::string_view address,
                                                                  Review* review) {
  ASSIGN_OR_RETURN(const ListenAddress listen, LoopbackAddress(address));
  auto daemon = std::make_unique<Daemon>();
  daemon->host = listen.host;
  daemon->review = review;
  const unsigned int flags =
      MHD_USE_AUTO_INTERNAL_THREAD | (listen.socket.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0);
  errno = 0;
  daemon->daemon = MHD_start_daemon(
      flags, /*port=*/0, nullptr, nullptr, &Daemon::Handle, daemon.get(),  //
      MHD_OPTION_SOCK_ADDR, reinterpret_cast<const sockaddr*>(&listen.socket),
      MHD_OPTION_NOTIFY_COMPLETED, &Daemon::Complete, nullptr, MHD_OPTION_CONNECTION_LIMIT,
      kMaxConnections, MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionBytes, MHD_OPTION_END);
  if (daemon->daemon == nullptr) {
    return absl::UnavailableError(
        absl::StrCat(Snippet(address), " cannot be bound",
                     errno != 0 ? absl::StrCat(": ", std::strerror(errno)) : ""));
  }
  return std::unique_ptr<ReviewServer>(new ReviewServer(std::move(daemon)));
}

ReviewServer::ReviewServer(std::unique_ptr<Daemon> daemon) : daemon_(std::move(daemon)) {}
ReviewServer::~ReviewServer() = default;

int ReviewServer::port() const { return daemon_->Port(); }
std::string ReviewServer::url() const { return absl::StrCat("http://", daemon_->Host(), "/"); }

}  // namespace quipu::pipelines
