// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/crash/hostile_connections.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/random_bytes.h"

namespace quipu::testing {
namespace {

// The client's half of the beginning of HTTP/2: its preface and empty SETTINGS.
constexpr absl::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
constexpr absl::string_view kPing("\0\0\x08\6\0\0\0\0\0\0\0\0\0\0\0\0\0", 17);
constexpr absl::string_view kHugeFrame("\xff\xff\xff\0\0\0\0\0\1", 9);
constexpr absl::string_view kTlsHello("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", 11);

// A connection that is closed at the end of its scope.
class Connection {
 public:
  explicit Connection(const std::string& path) : fd_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (fd_ < 0 || path.size() >= sizeof(address.sun_path)) return;
    std::memcpy(address.sun_path, path.data(), path.size());
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Connection() {
    if (fd_ >= 0) close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // False if the other side has closed it.
  bool Send(absl::string_view bytes) const {
    return connected_ && send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
  }
  bool connected() const { return connected_; }

 private:
  const int fd_;
  bool connected_ = false;
};

}  // namespace

bool SendNoise(const std::string& path) {
  const std::string noises[] = {RandomBytes(4096), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
                                absl::StrCat(kPreface, kHugeFrame, std::string(4096, 'x')),
                                std::string(kTlsHello)};
  bool connected = true;
  for (const std::string& noise : noises) {
    const Connection connection(path);
    connection.Send(noise);
    connected = connected && connection.connected();
  }
  return connected;
}

bool SendPings(const std::string& path) {
  const Connection connection(path);
  connection.Send(kPreface);
  for (int i = 0; i < 200 && connection.Send(kPing); ++i) {
  }
  return connection.connected();
}

bool SendSlowly(const std::string& path) {
  const Connection connection(path);
  for (const char byte : kPreface.substr(0, kPreface.size() - 1)) {
    if (!connection.Send(absl::string_view(&byte, 1))) break;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return connection.connected();
}

bool HoldConnections(const std::string& path) {
  std::vector<std::unique_ptr<Connection>> held;
  bool connected = true;
  for (int i = 0; i < 50; ++i) {
    held.push_back(std::make_unique<Connection>(path));
    connected = connected && held.back()->connected();
  }
  absl::SleepFor(absl::Seconds(1));
  return connected;
}

}  // namespace quipu::testing
