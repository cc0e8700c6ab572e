// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/metrics/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <prometheus/text_serializer.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <list>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/clock.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/thread_name.h"
#include "pipelines/rpc/address.h"

namespace quipu::pipelines {
namespace {

// Prometheus sends some 300 bytes.
constexpr size_t kMaxRequestBytes = 8 << 10;

// Closes what it holds.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = 0;
  int family = 0;
};

// Nothing for a name.
bool ToSocketAddress(const GrpcAddress& address, SocketAddress* out) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out->storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out->storage);
  if (inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_port = htons(static_cast<uint16_t>(address.port));
    out->size = sizeof(*v4);
    out->family = v4->sin_family = AF_INET;
    return true;
  }
  if (inet_pton(AF_INET6, address.host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_port = htons(static_cast<uint16_t>(address.port));
    out->size = sizeof(*v6);
    out->family = v6->sin6_family = AF_INET6;
    return true;
  }
  return false;
}

absl::StatusOr<GrpcAddress> CheckedAddress(const MetricsOptions& options) {
  absl::StatusOr<GrpcAddress> address = ParseGrpcAddress(options.address);
  if (!address.ok()) return Annotate(address.status(), "--metrics");
  SocketAddress ignored;
  if (!ToSocketAddress(*address, &ignored)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--metrics: \"", Snippet(options.address),
                     "\" is not a numeric address with a port, as 127.0.0.1:9464 or [::1]:9464"));
  }
  if (!address->local && !options.allow_public) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--metrics: ", address->target,
        " is not on loopback, and metrics have no password; --metrics-public says that the "
        "network keeps strangers out"));
  }
  return address;
}

absl::Status CannotListen(const GrpcAddress& address, int error) {
  return absl::UnavailableError(absl::StrCat("--metrics: ", address.target,
                                             " cannot be listened on: ", std::strerror(error)));
}

absl::StatusOr<Fd> Listen(const GrpcAddress& address) {
  SocketAddress socket_address;
  ToSocketAddress(address, &socket_address);
  Fd fd(socket(socket_address.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) return CannotListen(address, errno);
  const int on = 1;
  if (setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(fd.get(), reinterpret_cast<const sockaddr*>(&socket_address.storage),
           socket_address.size) != 0 ||
      listen(fd.get(), SOMAXCONN) != 0) {
    return CannotListen(address, errno);
  }
  return fd;
}

int PortOf(int fd) {
  SocketAddress bound;
  bound.size = sizeof(bound.storage);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&bound.storage), &bound.size) != 0) return 0;
  return ntohs(bound.storage.ss_family == AF_INET
                   ? reinterpret_cast<const sockaddr_in*>(&bound.storage)->sin_port
                   : reinterpret_cast<const sockaddr_in6*>(&bound.storage)->sin6_port);
}

std::string Reply(absl::string_view status, absl::string_view type, absl::string_view body,
                  absl::string_view more = "", bool head_only = false) {
  return absl::StrCat("HTTP/1.1 ", status, "\r\nContent-Type: ", type,
                      "\r\nContent-Length: ", body.size(),
                      "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n", more,
                      "Connection: close\r\n\r\n", head_only ? "" : body);
}

std::string Refusal(absl::string_view status, absl::string_view more = "") {
  return Reply(status, "text/plain; charset=utf-8", absl::StrCat(status, "\n"), more);
}

// What a request, whole or too long, is answered with.
std::string Answer(absl::string_view request, const MetricsServer::CollectFn& collect) {
  if (request.size() > kMaxRequestBytes) return Refusal("431 Request Header Fields Too Large");
  const absl::string_view line = request.substr(0, request.find("\r\n"));
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  if (words.size() != 3 || !absl::StartsWith(words[2], "HTTP/1.")) {
    return Refusal("400 Bad Request");
  }
  if (words[1].substr(0, words[1].find('?')) != "/metrics") return Refusal("404 Not Found");
  const bool head = words[0] == "HEAD";
  if (!head && words[0] != "GET") return Refusal("405 Method Not Allowed", "Allow: GET, HEAD\r\n");
  return Reply("200 OK", "text/plain; version=0.0.4; charset=utf-8",
               ToAbsl(prometheus::TextSerializer().Serialize(collect())), "", head);
}

// One request and its reply.
class Connection {
 public:
  Connection(Fd fd, absl::Duration ends) : fd_(std::move(fd)), ends_(ends) {}

  int fd() const { return fd_.get(); }
  absl::Duration ends() const { return ends_; }
  short wanted() const { return sending_ ? POLLOUT : POLLIN; }

  // Goes on as far as it can without waiting; false when it is over.
  bool Go(const MetricsServer::CollectFn& collect) {
    if (!sending_ && !Read()) return false;
    if (!sending_ && !drained_ &&
        (in_.size() > kMaxRequestBytes || in_.find("\r\n\r\n") != std::string::npos)) {
      out_ = Answer(in_, collect);
      sending_ = true;
    }
    return !sending_ || Send();
  }

 private:
  // False at the end of the stream or for an error. After the reply, what else
  // comes is thrown away: closing with unread bytes would take the reply with it.
  bool Read() {
    char buffer[4096];
    while (true) {
      const ssize_t n = recv(fd(), buffer, sizeof(buffer), 0);
      if (n < 0) return errno == EAGAIN || errno == EINTR;
      if (n == 0) return false;
      if (drained_) return true;
      in_.append(buffer, static_cast<size_t>(n));
      if (in_.size() > kMaxRequestBytes) return true;
    }
  }

  bool Send() {
    while (sent_ < out_.size()) {
      const ssize_t n = send(fd(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
      if (n < 0) return errno == EAGAIN || errno == EINTR;
      sent_ += static_cast<size_t>(n);
    }
    shutdown(fd(), SHUT_WR);
    sending_ = false;
    drained_ = true;
    in_.clear();
    return true;
  }

  Fd fd_;
  const absl::Duration ends_;
  std::string in_;
  std::string out_;
  size_t sent_ = 0;
  bool sending_ = false;
  bool drained_ = false;  // Replied; waits for the client to close.
};

}  // namespace

class MetricsServer::Loop {
 public:
  Loop(const MetricsOptions& options, CollectFn collect, Fd listener, Fd wake)
      : options_(options),
        collect_(std::move(collect)),
        listener_(std::move(listener)),
        wake_(std::move(wake)),
        port_(PortOf(listener_.get())),
        thread_([this] {
          SetThreadName("metrics");
          while (Step()) {
          }
        }) {}

  ~Loop() {
    const uint64_t one = 1;
    // Cannot fail: the counter is far from its end.
    (void)!write(wake_.get(), &one, sizeof(one));
    thread_.join();
  }

  int port() const { return port_; }

 private:
  // Waits for something to do and does it; false when the server is to end.
  bool Step() {
    std::vector<pollfd> fds = {{wake_.get(), POLLIN, 0}};
    const absl::Duration now = clock_->Monotonic();
    absl::Duration wait = absl::InfiniteDuration();
    const bool room = connections_.size() < static_cast<size_t>(options_.max_connections);
    if (room && now < accept_after_) wait = accept_after_ - now;
    // A negative descriptor is left out.
    fds.push_back({room && now >= accept_after_ ? listener_.get() : -1, POLLIN, 0});
    for (const Connection& connection : connections_) {
      fds.push_back({connection.fd(), connection.wanted(), 0});
      wait = std::min(wait, connection.ends() - now);
    }
    const int timeout_ms =
        wait == absl::InfiniteDuration()
            ? -1
            : static_cast<int>(absl::ToInt64Milliseconds(std::max(wait, absl::ZeroDuration())) + 1);
    if (poll(fds.data(), fds.size(), timeout_ms) < 0) return errno == EINTR;
    if (fds[0].revents != 0) return false;
    Serve(fds);
    if (fds[1].revents != 0) Accept();
    return true;
  }

  void Serve(const std::vector<pollfd>& fds) {
    const absl::Duration now = clock_->Monotonic();
    size_t i = 2;
    for (auto it = connections_.begin(); it != connections_.end(); ++i) {
      const bool goes_on = now < it->ends() && (fds[i].revents == 0 || it->Go(collect_));
      it = goes_on ? std::next(it) : connections_.erase(it);
    }
  }

  void Accept() {
    Fd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (fd.get() < 0) {
      // Gone again, which is nothing; or no descriptors, which takes a while.
      const bool gone = errno == EAGAIN || errno == ECONNABORTED || errno == EINTR;
      if (!gone) accept_after_ = clock_->Monotonic() + absl::Seconds(1);
      return;
    }
    connections_.emplace_back(std::move(fd), clock_->Monotonic() + options_.deadline);
  }

  const MetricsOptions options_;
  const CollectFn collect_;
  const Fd listener_;
  const Fd wake_;
  const int port_;
  Clock* const clock_ = Clock::Real();
  // The thread's.
  std::list<Connection> connections_;
  absl::Duration accept_after_ = -absl::InfiniteDuration();
  std::thread thread_;  // Last: uses all of the above.
};

absl::Status CheckMetricsAddress(const MetricsOptions& options) {
  return CheckedAddress(options).status();
}

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(const MetricsOptions& options,
                                                                    CollectFn collect) {
  ASSIGN_OR_RETURN(const GrpcAddress address, CheckedAddress(options));
  ASSIGN_OR_RETURN(Fd listener, Listen(address));
  Fd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (wake.get() < 0) return CannotListen(address, errno);
  return std::unique_ptr<MetricsServer>(new MetricsServer(
      std::make_unique<Loop>(options, std::move(collect), std::move(listener), std::move(wake))));
}

MetricsServer::MetricsServer(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
MetricsServer::~MetricsServer() = default;

int MetricsServer::port() const { return loop_->port(); }

}  // namespace quipu::pipelines
