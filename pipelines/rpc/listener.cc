// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

// Left to the rest of the process: the store has up to a few hundred files open.
constexpr uint64_t kMostSpare = 256;
constexpr int kWaitMs = 100;  // When no descriptor is left.
// Then it looks whether it has to end.
constexpr int kMostInARow = 256;

// Connections get only descriptors below this. The kernel gives the lowest that is free, so a
// higher one says how many are in use.
int FirstSpareDescriptor() {
  rlimit files = {};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return INT32_MAX;
  const uint64_t limit = std::min<uint64_t>(files.rlim_cur, INT32_MAX);
  return static_cast<int>(limit - std::min(kMostSpare, limit / 4));
}

// Listens on a new socket. -1 and errno if that fails. `both`: of IPv6, IPv4 too.
int ListenOn(const sockaddr* address, socklen_t size, bool both) {
  const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int on = 1, off = 0;
  if (address->sa_family != AF_UNIX) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (address->sa_family == AF_INET6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, both ? &off : &on, sizeof(on));
  }
  bool listening = bind(fd, address, size) == 0;
  // Before anybody can connect. Whoever may write to a socket may connect to it.
  if (listening && address->sa_family == AF_UNIX) {
    listening = chmod(reinterpret_cast<const sockaddr_un*>(address)->sun_path, 0600) == 0;
  }
  if (listening && listen(fd, SOMAXCONN) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

int PortOf(int fd) {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

void SetPort(int port, sockaddr* address) {
  const auto network = htons(static_cast<uint16_t>(port));
  if (address->sa_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(address)->sin6_port = network;
  } else {
    reinterpret_cast<sockaddr_in*>(address)->sin_port = network;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Bind(const Address& address) {
  std::unique_ptr<Listener> listener(new Listener);
  listener->wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (listener->wake_ < 0) return absl::UnavailableError(std::strerror(errno));
  RETURN_IF_ERROR(address.unix_path.empty() ? listener->BindHost(address)
                                            : listener->BindUnix(address.unix_path));
  return listener;
}

Listener::~Listener() {
  Stop();
  if (wake_ >= 0) close(wake_);
}

absl::Status Listener::BindUnix(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  // An address has at most as many bytes.
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof(address.sun_path) - 1));
  struct stat info = {};
  if (lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) unlink(path.c_str());
  const int fd = ListenOn(reinterpret_cast<const sockaddr*>(&address), sizeof(address), false);
  if (fd < 0) return absl::UnavailableError(std::strerror(errno));
  sockets_.push_back(fd);
  unix_path_ = path;
  if (lstat(path.c_str(), &info) == 0) unix_inode_ = info.st_ino;
  return absl::OkStatus();
}

absl::Status Listener::BindHost(const Address& address) {
  const bool any = address.host == "0.0.0.0" || address.host == "::";
  if (any) {
    sockaddr_in6 v6 = {};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(static_cast<uint16_t>(address.port));
    const int fd = ListenOn(reinterpret_cast<const sockaddr*>(&v6), sizeof(v6), /*both=*/true);
    if (fd >= 0) {
      sockets_.push_back(fd);
      port_ = PortOf(fd);
      return absl::OkStatus();
    }
    if (errno == EADDRINUSE || errno == EACCES) {
      return absl::UnavailableError(std::strerror(errno));
    }
  }
  addrinfo hints = {};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_family = any ? AF_INET : AF_UNSPEC;  // A machine without IPv6.
  addrinfo* found = nullptr;
  const std::string host = any ? "0.0.0.0" : address.host;
  const int error = getaddrinfo(host.c_str(), absl::StrCat(address.port).c_str(), &hints, &found);
  if (error != 0) return absl::UnavailableError(gai_strerror(error));
  const auto free = absl::MakeCleanup([found] { freeaddrinfo(found); });
  std::string why;
  for (addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (port_ != 0) SetPort(port_, one->ai_addr);  // All on the same one.
    const int fd = ListenOn(one->ai_addr, one->ai_addrlen, /*both=*/false);
    if (fd < 0) {
      why = std::strerror(errno);  // One of several is enough.
      continue;
    }
    sockets_.push_back(fd);
    if (port_ == 0) port_ = PortOf(fd);
  }
  return sockets_.empty() ? absl::UnavailableError(why) : absl::OkStatus();
}

absl::Status Listener::Start(TakeFn take) {
  take_ = std::move(take);
  ASSIGN_OR_RETURN(thread_, Thread::Start("accept", [this] { AcceptLoop(); }));
  return absl::OkStatus();
}

void Listener::Stop() {
  absl::MutexLock lock(&stop_mutex_);
  const uint64_t one = 1;
  if (write(wake_, &one, sizeof(one)) < 0) LogWarning("a listener cannot be woken");
  thread_.Join();
  for (const int fd : sockets_) close(fd);
  sockets_.clear();
  // Another listener may have replaced it.
  struct stat info = {};
  if (!unix_path_.empty() && lstat(unix_path_.c_str(), &info) == 0 && info.st_ino == unix_inode_) {
    unlink(unix_path_.c_str());
  }
  unix_path_.clear();
}

void Listener::AcceptLoop() {
  std::vector<pollfd> all = {{wake_, POLLIN, 0}};
  for (const int fd : sockets_) all.push_back({fd, POLLIN, 0});
  bool wait = false;  // No descriptor is left: looks for nothing but its end.
  while (true) {
    const int ready = poll(all.data(), wait ? 1 : all.size(), wait ? kWaitMs : -1);
    if (ready > 0 && all[0].revents != 0) return;
    wait = ready < 0 && errno != EINTR;
    for (size_t i = 1; ready > 0 && i < all.size(); ++i) {
      if (all[i].revents != 0 && AcceptFrom(all[i].fd)) wait = true;
    }
  }
}

bool Listener::AcceptFrom(int listening) {
  for (int n = 0; n < kMostInARow; ++n) {
    const int fd = accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
      Warn(absl::StrCat("connections have to wait: ", std::strerror(errno)));
      return true;
    }
    if (fd >= FirstSpareDescriptor()) {
      close(fd);
      Warn("too many connections for the limit of open files (ulimit -n): new ones are closed");
      continue;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));  // Fails for a unix socket.
    take_(listening, fd);
  }
  return false;
}

void Listener::Warn(const std::string& why) {
  uint64_t left_out = 0;
  if (warnings_.Allow(Clock::Real()->Monotonic(), &left_out)) LogWarning(why);
}

}  // namespace quipu::pipelines
