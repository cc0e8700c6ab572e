// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/tcp_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <list>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "base/thread_name.h"
#include "base/unique_fd.h"

namespace quipu::testing {
namespace {

using Mode = TcpProxy::Mode;

constexpr size_t kReadBytes = 64 << 10;
// A direction that has so much waiting reads no more: the sender feels it.
constexpr size_t kMostWaiting = 256 << 10;
// A trickle lets its share of each of these through.
constexpr absl::Duration kTricklePeriod = absl::Milliseconds(20);

void SetNonBlocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

// Makes the close of a socket send RST instead of FIN.
void ResetOnClose(int fd) {
  const linger now = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

void SendAtOnce(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));  // Fails on unix sockets.
}

// A socket at 127.0.0.1:port (0: any), which others may share that do not listen.
absl::StatusOr<UniqueFd> BindLoopback(int port) {
  UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return absl::ErrnoToStatus(errno, "socket");
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("bind 127.0.0.1:", port));
  }
  return fd;
}

int PortOf(int fd) {
  sockaddr_in address = {};
  socklen_t size = sizeof(address);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

struct ServerAddress {
  int port = 0;
  std::string unix_path;
};

absl::StatusOr<ServerAddress> ParseServer(absl::string_view text) {
  ServerAddress server;
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "unix:")) {
    server.unix_path = std::string(rest);
    if (!rest.empty() && rest.size() < sizeof(sockaddr_un::sun_path)) return server;
  } else if (absl::ConsumePrefix(&rest, "127.0.0.1:") && absl::SimpleAtoi(rest, &server.port) &&
             server.port > 0 && server.port < 65536) {
    return server;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is neither 127.0.0.1:PORT nor unix:PATH"));
}

// A connection to the server; none if it cannot be reached. Both kinds are
// local, so connecting does not take time.
UniqueFd ConnectTo(const ServerAddress& server) {
  if (!server.unix_path.empty()) {
    UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, server.unix_path.data(), server.unix_path.size());
    if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0)
      return UniqueFd();
    return fd;
  }
  UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(server.port));
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0)
    return UniqueFd();
  return fd;
}

// Bytes on their way from one side to the other.
struct Direction {
  struct Piece {
    absl::Duration came;
    std::string bytes;
  };
  int from = -1;
  int to = -1;
  std::deque<Piece> waiting;
  size_t waiting_bytes = 0;
  absl::Duration next_send;  // Trickle: not before.
  bool blocked = false;      // The receiver takes no more just now.
  bool ended = false;        // The sender has sent its last byte.
  bool shut = false;         // The receiver has been told so.

  bool WantsToRead() const { return !ended && waiting_bytes < kMostWaiting; }
};

struct Connection {
  UniqueFd client;
  UniqueFd server;
  Direction up;    // Client to server.
  Direction down;  // Server to client.
  int64_t cut_left = 0;
  bool over = false;
  size_t polled = 0;  // Index of the client's entry; the server's is the next.
};

class SocketProxy : public TcpProxy {
 public:
  SocketProxy(ServerAddress server, UniqueFd reserved, UniqueFd wake)
      : server_(std::move(server)),
        reserved_(std::move(reserved)),
        wake_(std::move(wake)),
        port_(PortOf(reserved_.get())) {}

  ~SocketProxy() override { Stop(); }

  absl::Status Begin() {
    absl::Status listening = Listen();
    if (!listening.ok()) return listening;
    thread_ = std::thread([this] { Loop(); });
    return absl::OkStatus();
  }

  std::string address() const override { return absl::StrCat("127.0.0.1:", port_); }
  int port() const override { return port_; }

  void Set(const Behaviour& behaviour) override {
    absl::MutexLock lock(&mutex_);
    wanted_ = behaviour;
    const int64_t mine = ++asked_;
    Wake();
    const auto applied = [this, mine]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return applied_ >= mine || stopped_;
    };
    mutex_.Await(absl::Condition(&applied));
  }

  Counts counts() const override {
    absl::MutexLock lock(&mutex_);
    return counts_;
  }

  bool Await(absl::FunctionRef<bool(const Counts&)> done, absl::Duration timeout) const override {
    absl::MutexLock lock(&mutex_);
    const auto is_done = [this, &done]()
                             ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return done(counts_); };
    return mutex_.AwaitWithTimeout(absl::Condition(&is_done), timeout);
  }

  void Stop() override {
    {
      absl::MutexLock lock(&mutex_);
      stopped_ = true;
      Wake();
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Wake() {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_.get(), &one, sizeof(one));
  }

  absl::Status Listen() {
    absl::StatusOr<UniqueFd> fd = BindLoopback(port_);
    if (!fd.ok()) return fd.status();
    if (listen(fd->get(), 1024) != 0) return absl::ErrnoToStatus(errno, "listen");
    SetNonBlocking(fd->get());
    listener_ = *std::move(fd);
    return absl::OkStatus();
  }

  // ---- The thread's. What follows touches connections_ from there alone.

  void Loop() {
    SetThreadName("tcp-proxy");
    while (TakeOrders()) {
      now_ = Clock::Real()->Monotonic();
      for (Connection& connection : connections_) Send(&connection);
      RemoveEnded();
      const std::vector<pollfd> polled = Poll();
      now_ = Clock::Real()->Monotonic();
      for (Connection& connection : connections_) Receive(&connection, polled);
      if (polled[1].revents != 0) Accept();
    }
    connections_.clear();
    listener_ = UniqueFd();
    absl::MutexLock lock(&mutex_);
    counts_.open = 0;
  }

  // Takes up a new behaviour; false when there is to be no more.
  bool TakeOrders() {
    absl::MutexLock lock(&mutex_);
    uint64_t ignored = 0;
    while (read(wake_.get(), &ignored, sizeof(ignored)) > 0) {
    }
    if (stopped_) return false;
    if (applied_ == asked_) return true;
    behaviour_ = wanted_;
    applied_ = asked_;
    if (behaviour_.mode == Mode::kRefuse) {
      listener_ = UniqueFd();
    } else if (!listener_.valid()) {
      // The port is held by reserved_, so that nobody can have taken it.
      const absl::Status listening = Listen();
      if (!listening.ok()) stopped_ = true;
    }
    for (Connection& connection : connections_) Begin(&connection);
    return !stopped_;
  }

  // What the behaviour does once to a connection.
  void Begin(Connection* connection) {
    connection->cut_left = behaviour_.cut_after;
    if (behaviour_.mode == Mode::kDrop) Reset(connection);
    if (behaviour_.mode == Mode::kHalfCloseToClient) HalfClose(&connection->down);
    if (behaviour_.mode == Mode::kHalfCloseToServer) HalfClose(&connection->up);
  }

  void HalfClose(Direction* direction) {
    direction->ended = true;
    direction->waiting.clear();
    direction->waiting_bytes = 0;
  }

  void Reset(Connection* connection) {
    ResetOnClose(connection->client.get());
    ResetOnClose(connection->server.get());
    connection->over = true;
    ended_by_fault_ += 1;
  }

  void Accept() {
    while (listener_.valid()) {
      UniqueFd client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!client.valid()) return;
      UniqueFd server = ConnectTo(server_);
      absl::MutexLock lock(&mutex_);
      ++counts_.connections;
      if (!server.valid()) {
        ++counts_.unreachable;
        ResetOnClose(client.get());
        continue;
      }
      SetNonBlocking(server.get());
      SendAtOnce(server.get());
      SendAtOnce(client.get());
      Connection& connection = connections_.emplace_back();
      connection.up.from = connection.down.to = client.get();
      connection.up.to = connection.down.from = server.get();
      connection.client = std::move(client);
      connection.server = std::move(server);
      ++counts_.open;
      Begin(&connection);
    }
  }

  void RemoveEnded() {
    absl::MutexLock lock(&mutex_);
    counts_.ended += std::exchange(ended_by_fault_, 0);
    counts_.bytes_to_server += std::exchange(sent_up_, 0);
    counts_.bytes_to_client += std::exchange(sent_down_, 0);
    connections_.remove_if([](const Connection& connection) { return connection.over; });
    counts_.open = static_cast<int64_t>(connections_.size());
  }

  std::vector<pollfd> Poll() {
    std::vector<pollfd> polled;
    polled.push_back({wake_.get(), POLLIN, 0});
    polled.push_back({listener_.get(), POLLIN, 0});  // -1 is passed over.
    absl::Duration wait = absl::Minutes(1);
    for (Connection& connection : connections_) {
      connection.polled = polled.size();
      polled.push_back(Interest(connection.client.get(), connection.up, connection.down));
      polled.push_back(Interest(connection.server.get(), connection.down, connection.up));
      wait = std::min({wait, UntilSend(connection.up), UntilSend(connection.down)});
    }
    // Rounded up: a wait cut short would only be repeated.
    const int64_t wait_ms = (absl::ToInt64Microseconds(wait) + 999) / 1000;
    poll(polled.data(), polled.size(), static_cast<int>(std::max<int64_t>(0, wait_ms)));
    return polled;
  }

  // Nothing is asked of a socket (not even its end, which poll tells unasked)
  // unless something is to be done with it.
  pollfd Interest(int fd, const Direction& reads, const Direction& writes) const {
    pollfd entry = {-1, 0, 0};
    if (behaviour_.mode == Mode::kBlackhole) return entry;
    if (reads.WantsToRead()) entry.events |= POLLIN;
    if (writes.blocked) entry.events |= POLLOUT;
    if (entry.events != 0) entry.fd = fd;
    return entry;
  }

  // Until something that waits may be sent.
  absl::Duration UntilSend(const Direction& direction) const {
    if (behaviour_.mode == Mode::kBlackhole || direction.waiting.empty() || direction.blocked) {
      return absl::InfiniteDuration();
    }
    return std::max(absl::ZeroDuration(), SendsAt(direction) - now_);
  }

  // When what waits may be sent.
  absl::Duration SendsAt(const Direction& direction) const {
    if (behaviour_.mode == Mode::kDelay) return direction.waiting.front().came + behaviour_.delay;
    if (behaviour_.mode == Mode::kTrickle) return direction.next_send;
    return absl::ZeroDuration();
  }

  void Receive(Connection* connection, const std::vector<pollfd>& polled) {
    const short client = polled[connection->polled].revents;
    const short server = polled[connection->polled + 1].revents;
    if (client & ~POLLOUT) Read(connection, &connection->up);
    if (server & ~POLLOUT) Read(connection, &connection->down);
    if (client & POLLOUT) connection->down.blocked = false;
    if (server & POLLOUT) connection->up.blocked = false;
  }

  void Read(Connection* connection, Direction* direction) {
    if (connection->over || !direction->WantsToRead()) return;
    std::string bytes(kReadBytes, '\0');
    const ssize_t size = recv(direction->from, bytes.data(), bytes.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size < 0) {  // Reset by one side: the other is told in the same way.
      ResetOnClose(connection->client.get());
      ResetOnClose(connection->server.get());
      connection->over = true;
    } else if (size == 0) {
      direction->ended = true;
    } else {
      bytes.resize(size);
      direction->waiting_bytes += size;
      direction->waiting.push_back({now_, std::move(bytes)});
    }
  }

  void Send(Connection* connection) {
    if (behaviour_.mode == Mode::kBlackhole) return;
    SendOneWay(connection, &connection->up, &sent_up_);
    SendOneWay(connection, &connection->down, &sent_down_);
    if (connection->up.shut && connection->down.shut) connection->over = true;
  }

  void SendOneWay(Connection* connection, Direction* direction, int64_t* sent) {
    while (!connection->over && !direction->blocked && !direction->waiting.empty() &&
           SendsAt(*direction) <= now_) {
      Direction::Piece& piece = direction->waiting.front();
      const size_t most = MostNow(*connection, piece.bytes.size());
      const ssize_t size = send(direction->to, piece.bytes.data(), most, MSG_NOSIGNAL);
      if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        direction->blocked = true;
        return;
      }
      if (size < 0) {
        connection->over = true;
        return;
      }
      *sent += size;
      connection->cut_left -= size;
      direction->waiting_bytes -= size;
      direction->next_send = now_ + kTricklePeriod;
      piece.bytes.erase(0, size);
      if (piece.bytes.empty()) direction->waiting.pop_front();
      if (behaviour_.mode == Mode::kCut && connection->cut_left <= 0) {
        connection->over = true;
        ended_by_fault_ += 1;
      }
    }
    if (direction->ended && direction->waiting.empty() && !direction->shut) {
      shutdown(direction->to, SHUT_WR);
      direction->shut = true;
    }
  }

  // How many of `size` bytes may be sent at once.
  size_t MostNow(const Connection& connection, size_t size) const {
    if (behaviour_.mode == Mode::kTrickle) {
      const double share = behaviour_.bytes_per_second * absl::ToDoubleSeconds(kTricklePeriod);
      return std::min(size, static_cast<size_t>(std::max(1.0, share)));
    }
    if (behaviour_.mode == Mode::kCut) {
      return std::min(size, static_cast<size_t>(std::max<int64_t>(1, connection.cut_left)));
    }
    return size;
  }

  const ServerAddress server_;
  const UniqueFd reserved_;  // Bound and never listening: the port stays ours.
  const UniqueFd wake_;
  const int port_;
  std::thread thread_;

  // The thread's.
  UniqueFd listener_;
  Behaviour behaviour_;
  absl::Duration now_;
  std::list<Connection> connections_;
  int64_t ended_by_fault_ = 0;
  int64_t sent_up_ = 0;
  int64_t sent_down_ = 0;

  mutable absl::Mutex mutex_;
  Behaviour wanted_ ABSL_GUARDED_BY(mutex_);
  int64_t asked_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t applied_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  Counts counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<TcpProxy>> TcpProxy::Start(absl::string_view server) {
  absl::StatusOr<ServerAddress> parsed = ParseServer(server);
  if (!parsed.ok()) return parsed.status();
  absl::StatusOr<UniqueFd> reserved = BindLoopback(0);
  if (!reserved.ok()) return reserved.status();
  UniqueFd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.valid()) return absl::ErrnoToStatus(errno, "eventfd");
  auto proxy =
      std::make_unique<SocketProxy>(*std::move(parsed), *std::move(reserved), std::move(wake));
  const absl::Status begun = proxy->Begin();
  if (!begun.ok()) return begun;
  return proxy;
}

}  // namespace quipu::testing
