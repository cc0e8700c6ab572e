// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/http/page_server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/secret_file.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/core/http_connections.h"
#include "pipelines/rpc/address.h"
#include "pipelines/rpc/auth.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kConnectionBytes = 32 << 10;
constexpr unsigned int kMaxConnections = 32;
constexpr unsigned int kIdleSeconds = 30;

constexpr char kCookie[] = "quipu_token";
constexpr char kJson[] = "application/json";

// What the options come to.
struct Listen {
  sockaddr_storage socket = {};
  std::string host;  // As in a URL.
  bool local = false;
  TokenTable tokens;
  std::string cert;
  std::string key;
};

absl::Status SetAddress(absl::string_view text, Listen* listen) {
  ASSIGN_OR_RETURN(const Address address, ParseAddress(text));
  auto* v4 = reinterpret_cast<sockaddr_in*>(&listen->socket);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&listen->socket);
  listen->local = address.local;
  if (inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(address.port));
    listen->host = address.host;
    return absl::OkStatus();
  }
  listen->socket = {};
  if (inet_pton(AF_INET6, address.host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<uint16_t>(address.port));
    listen->host = absl::StrCat("[", address.host, "]");
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", Snippet(text), "\" is no numeric address with a port, as 127.0.0.1:8123"));
}

absl::StatusOr<Listen> Resolve(const PageServerOptions& options) {
  Listen listen;
  RETURN_IF_ERROR(SetAddress(options.address, &listen));
  if (options.cert.empty() != options.key.empty()) {
    return absl::InvalidArgumentError("TLS needs both a certificate and its key");
  }
  if (!listen.local && (options.tokens.empty() || options.cert.empty())) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", Snippet(options.address),
        "\" is not on loopback, as 127.0.0.1:8123: other machines need tokens and TLS "
        "(--token-file, --cert, --key), or a tunnel (ssh -L 8123:127.0.0.1:8123 HOST)"));
  }
  if (!options.tokens.empty()) {
    ASSIGN_OR_RETURN(listen.tokens, TokenTable::Load(options.tokens));
  }
  if (!options.cert.empty()) {
    ASSIGN_OR_RETURN(listen.cert, ReadFile(options.cert, kMaxSecretFileBytes));
    ASSIGN_OR_RETURN(listen.key, ReadSecretFile(options.key, kMaxSecretFileBytes));
  }
  return listen;
}

absl::string_view ValueOf(MHD_Connection* connection, MHD_ValueKind kind, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, kind, name);
  return value == nullptr ? "" : absl::string_view(value).substr(0, kMaxTokenChars);
}

MHD_Result Queue(MHD_Connection* connection, const PageReply& reply, absl::string_view cookie) {
  MHD_Response* const response = MHD_create_response_from_buffer(
      reply.body.size(), const_cast<char*>(reply.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;  // No memory: closes the connection.
  MHD_add_response_header(response, "Content-Type", reply.type.c_str());
  MHD_add_response_header(response, "Cache-Control", "no-store");
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  MHD_add_response_header(response, "X-Frame-Options", "DENY");
  MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
  MHD_add_response_header(response, "Connection", "close");
  if (!cookie.empty()) {
    MHD_add_response_header(response, "Set-Cookie", std::string(cookie).c_str());
    MHD_add_response_header(response, "Location", "/");
  }
  const MHD_Result queued = MHD_queue_response(connection, reply.code, response);
  MHD_destroy_response(response);
  return queued;
}

PageReply Refusal(unsigned int code, absl::string_view why) {
  PageReply reply;
  reply.code = code;
  reply.body = absl::StrCat(code, " ", why, "\n");
  return reply;
}

// What was received of a request's body.
struct Body {
  std::string text;
  bool too_long = false;
};

}  // namespace

PageReply ErrorPage(const absl::Status& status) {
  PageReply reply;
  reply.code = MHD_HTTP_INTERNAL_SERVER_ERROR;
  if (absl::IsInvalidArgument(status)) reply.code = MHD_HTTP_BAD_REQUEST;
  if (absl::IsNotFound(status)) reply.code = MHD_HTTP_NOT_FOUND;
  reply.body = absl::StrCat(std::string(status.message()), "\n");
  return reply;
}

struct PageServer::Daemon {
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
      body->too_long |= body->text.size() + *data_bytes > kMaxPageBodyBytes;
      if (!body->too_long) body->text.append(data, *data_bytes);
      *data_bytes = 0;
      return MHD_YES;
    }
    return static_cast<Daemon*>(self)->Answer(connection, {method, url, "", body->text},
                                              body->too_long);
  }

  MHD_Result Answer(MHD_Connection* connection, PageRequest request, bool too_long) const {
    // A name that resolves to this machine would be the page of another site.
    if (listen.local && ValueOf(connection, MHD_HEADER_KIND, "Host") != Host()) {
      return Queue(connection, Refusal(MHD_HTTP_FORBIDDEN, "Forbidden: another host"), "");
    }
    if (!listen.tokens.empty()) {
      const absl::string_view given = ValueOf(connection, MHD_GET_ARGUMENT_KIND, "token");
      const absl::string_view kept = ValueOf(connection, MHD_COOKIE_KIND, kCookie);
      const absl::StatusOr<Caller> caller = listen.tokens.Find(given.empty() ? kept : given);
      if (!caller.ok() || !Authorize(*caller, Verb::kStatus).ok()) {
        return Queue(connection, Refusal(MHD_HTTP_UNAUTHORIZED, "a token is needed: /?token=TOKEN"),
                     "");
      }
      // The token leaves the address line, and with it the browser's history.
      if (!given.empty()) return Queue(connection, {MHD_HTTP_SEE_OTHER, "", ""}, CookieOf(given));
      request.user = caller->identity;
    }
    if (request.method == "POST") {
      if (!absl::StartsWith(ValueOf(connection, MHD_HEADER_KIND, "Content-Type"), kJson)) {
        return Queue(connection, Refusal(MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "want application/json"),
                     "");
      }
      if (too_long) return Queue(connection, Refusal(MHD_HTTP_CONTENT_TOO_LARGE, "too long"), "");
    } else if (request.method != "GET") {
      return Queue(connection, Refusal(MHD_HTTP_METHOD_NOT_ALLOWED, "Method Not Allowed"), "");
    }
    return Queue(connection, answer(request), "");
  }

  std::string CookieOf(absl::string_view token) const {
    return absl::StrCat(kCookie, "=", token, "; HttpOnly; SameSite=Strict; Path=/",
                        listen.cert.empty() ? "" : "; Secure");
  }

  static void Complete(void* /*self*/, MHD_Connection* /*connection*/, void** state,
                       MHD_RequestTerminationCode /*code*/) {
    delete static_cast<Body*>(*state);
    *state = nullptr;
  }

  absl::Status Start(absl::string_view address) {
    std::vector<MHD_OptionItem> tls;
    unsigned int flags = MHD_USE_AUTO_INTERNAL_THREAD;
    if (listen.socket.ss_family == AF_INET6) flags |= MHD_USE_IPv6;
    if (!listen.cert.empty()) {
      flags |= MHD_USE_TLS;
      tls.push_back({MHD_OPTION_HTTPS_MEM_KEY, 0, listen.key.data()});
      tls.push_back({MHD_OPTION_HTTPS_MEM_CERT, 0, listen.cert.data()});
    }
    tls.push_back({MHD_OPTION_END, 0, nullptr});
    errno = 0;
    daemon = MHD_start_daemon(
        flags, /*port=*/0, nullptr, nullptr, &Daemon::Handle, this,  //
        MHD_OPTION_SOCK_ADDR, reinterpret_cast<const sockaddr*>(&listen.socket),
        MHD_OPTION_NOTIFY_COMPLETED, &Daemon::Complete, nullptr, MHD_OPTION_NOTIFY_CONNECTION,
        &HttpConnections::Notify, &connections, MHD_OPTION_CONNECTION_LIMIT, kMaxConnections,
        MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        kConnectionBytes, MHD_OPTION_ARRAY, tls.data(), MHD_OPTION_END);
    if (daemon != nullptr) return absl::OkStatus();
    const int error = errno;
    return absl::UnavailableError(absl::StrCat(
        Snippet(address), listen.cert.empty() ? " cannot be bound" : " cannot be served",
        error != 0 ? absl::StrCat(": ", std::strerror(error)) : ""));
  }

  int Port() const { return MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port; }
  std::string Host() const { return absl::StrCat(listen.host, ":", Port()); }

  Listen listen;
  AnswerFn answer;
  HttpConnections connections{kMaxConnections};
  MHD_Daemon* daemon = nullptr;
};

absl::Status PageServer::Check(const PageServerOptions& options) {
  return Resolve(options).status();
}

absl::StatusOr<std::unique_ptr<PageServer>> PageServer::Start(const PageServerOptions& options,
                                                              AnswerFn answer) {
  auto daemon = std::make_unique<Daemon>();
  ASSIGN_OR_RETURN(daemon->listen, Resolve(options));
  daemon->answer = std::move(answer);
  RETURN_IF_ERROR(daemon->Start(options.address));
  return std::unique_ptr<PageServer>(new PageServer(std::move(daemon)));
}

PageServer::PageServer(std::unique_ptr<Daemon> daemon) : daemon_(std::move(daemon)) {}
PageServer::~PageServer() = default;

int PageServer::port() const { return daemon_->Port(); }
std::string PageServer::url() const {
  return absl::StrCat(daemon_->listen.cert.empty() ? "http" : "https", "://", daemon_->Host(), "/");
}
bool PageServer::needs_token() const { return !daemon_->listen.tokens.empty(); }

}  // namespace quipu::pipelines
