// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/tcp_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::testing {
namespace {

using Mode = TcpProxy::Mode;

// Longer than anything here takes unless it hangs.
constexpr absl::Duration kLimit = absl::Minutes(2);
// For "nothing came": a byte through the proxy takes microseconds.
constexpr absl::Duration kAWhile = absl::Milliseconds(150);

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

  void Send(absl::string_view bytes) {
    ASSERT_EQ(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void EndSending() { shutdown(fd_, SHUT_WR); }

  // "some bytes", "end", "reset", or "nothing" after `timeout`.
  std::string Receive(absl::Duration timeout = kLimit) {
    pollfd entry = {fd_, POLLIN, 0};
    if (poll(&entry, 1, static_cast<int>(absl::ToInt64Milliseconds(timeout))) == 0) {
      return "nothing";
    }
    char bytes[65536];
    const ssize_t size = recv(fd_, bytes, sizeof(bytes), 0);
    if (size > 0) return std::string(bytes, size);
    return size == 0 ? "end" : errno == ECONNRESET ? "reset" : std::strerror(errno);
  }

  // So many bytes, or what came before an end of whatever kind.
  std::string ReceiveAll(size_t size) {
    std::string all;
    while (all.size() < size) {
      const std::string more = Receive();
      if (more == "end" || more == "reset" || more == "nothing") return all;
      all += more;
    }
    return all;
  }

 private:
  int fd_;
};

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

// A connection to 127.0.0.1:port; ok() is false, with errno, if there is none.
Socket ConnectTo(int port) {
  Socket client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = Loopback(port);
  if (connect(client.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return Socket(-1);
  }
  return client;
}

class TcpProxyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    listener_ = std::make_unique<Socket>(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof(address);
    ASSERT_EQ(bind(listener_->fd(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(listen(listener_->fd(), 16), 0);
    getsockname(listener_->fd(), reinterpret_cast<sockaddr*>(&address), &size);
    ASSERT_OK_AND_ASSIGN(proxy_,
                         TcpProxy::Start(absl::StrCat("127.0.0.1:", ntohs(address.sin_port))));
  }

  Socket AcceptOne() { return Socket(accept(listener_->fd(), nullptr, nullptr)); }

  std::unique_ptr<Socket> listener_;
  std::unique_ptr<TcpProxy> proxy_;
};

TEST_F(TcpProxyTest, PassesBytesBothWaysAndCountsThem) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();

  client.Send("question");
  EXPECT_EQ(server.Receive(), "question");
  server.Send("an answer");
  EXPECT_EQ(client.Receive(), "an answer");

  EXPECT_TRUE(proxy_->Await(
      [](const TcpProxy::Counts& counts) {
        return counts.connections == 1 && counts.open == 1 && counts.bytes_to_server == 8 &&
               counts.bytes_to_client == 9;
      },
      kLimit));
}

TEST_F(TcpProxyTest, PassesEndsOnWithTheBytesBeforeThem) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();

  client.Send("last words");
  client.EndSending();
  EXPECT_EQ(server.Receive(), "last words");
  EXPECT_EQ(server.Receive(), "end");
  server.Send("heard");  // The other direction is open.
  EXPECT_EQ(client.Receive(), "heard");
  server.EndSending();
  EXPECT_EQ(client.Receive(), "end");

  EXPECT_TRUE(
      proxy_->Await([](const TcpProxy::Counts& counts) { return counts.open == 0; }, kLimit));
  EXPECT_EQ(proxy_->counts().ended, 0);
}

TEST_F(TcpProxyTest, PassesMoreThanItsBuffersHold) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();
  std::string bytes(8 << 20, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);

  std::thread sender([&] {
    client.Send(bytes);
    client.EndSending();
  });
  EXPECT_TRUE(server.ReceiveAll(bytes.size()) == bytes);  // Not printed.
  sender.join();
}

TEST_F(TcpProxyTest, DelaysEachWay) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();
  TcpProxy::Behaviour behaviour{Mode::kDelay};
  behaviour.delay = absl::Milliseconds(200);
  proxy_->Set(behaviour);

  const absl::Time began = absl::Now();
  client.Send("there");
  EXPECT_EQ(server.Receive(), "there");
  server.Send("back");
  EXPECT_EQ(client.Receive(), "back");

  EXPECT_GE(absl::Now() - began, absl::Milliseconds(399));
}

TEST_F(TcpProxyTest, TricklesSoManyBytesASecond) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();
  TcpProxy::Behaviour behaviour{Mode::kTrickle};
  behaviour.bytes_per_second = 1000;
  proxy_->Set(behaviour);

  const absl::Time began = absl::Now();
  client.Send(std::string(300, 'x'));
  EXPECT_EQ(server.ReceiveAll(300), std::string(300, 'x'));

  EXPECT_GE(absl::Now() - began, absl::Milliseconds(250));
}

TEST_F(TcpProxyTest, HoldsWhatWasSentIntoABlackHoleUntilItIsGone) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();
  proxy_->Set({Mode::kBlackhole});

  client.Send("lost?");
  server.Send("gone?");
  EXPECT_EQ(server.Receive(kAWhile), "nothing");
  EXPECT_EQ(client.Receive(kAWhile), "nothing");
  Socket second = ConnectTo(proxy_->port());  // Accepted all the same.
  EXPECT_TRUE(second.ok());
  proxy_->Set({Mode::kPass});

  EXPECT_EQ(server.Receive(), "lost?");
  EXPECT_EQ(client.Receive(), "gone?");
}

TEST_F(TcpProxyTest, DropsOpenAndNewConnectionsWithAReset) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();
  proxy_->Set({Mode::kDrop});

  EXPECT_EQ(client.Receive(), "reset");
  EXPECT_EQ(server.Receive(), "reset");
  Socket second = ConnectTo(proxy_->port());
  EXPECT_EQ(second.Receive(), "reset");
  EXPECT_TRUE(
      proxy_->Await([](const TcpProxy::Counts& counts) { return counts.ended == 2; }, kLimit));
  proxy_->Set({Mode::kPass});

  Socket third = ConnectTo(proxy_->port());
  third.Send("well again");
  AcceptOne();  // Of the second, which was reset.
  EXPECT_EQ(AcceptOne().Receive(), "well again");
}

TEST_F(TcpProxyTest, CutsInsideAMessage) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();
  client.Send("before");
  ASSERT_EQ(server.Receive(), "before");
  TcpProxy::Behaviour behaviour{Mode::kCut};
  behaviour.cut_after = 7;
  proxy_->Set(behaviour);

  client.Send("a message of 24 bytes...");

  EXPECT_EQ(server.ReceiveAll(24), "a messa");
  EXPECT_THAT(client.Receive(), ::testing::AnyOf("end", "reset"));
  EXPECT_TRUE(proxy_->Await(
      [](const TcpProxy::Counts& counts) { return counts.open == 0 && counts.ended == 1; },
      kLimit));
}

TEST_F(TcpProxyTest, HalfClosesTowardsTheClient) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();
  proxy_->Set({Mode::kHalfCloseToClient});

  EXPECT_EQ(client.Receive(), "end");
  client.Send("still talking");
  EXPECT_EQ(server.Receive(), "still talking");
}

TEST_F(TcpProxyTest, HalfClosesTowardsTheServer) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();
  proxy_->Set({Mode::kHalfCloseToServer});

  EXPECT_EQ(server.Receive(), "end");
  server.Send("still talking");
  EXPECT_EQ(client.Receive(), "still talking");
}

TEST_F(TcpProxyTest, RefusesNewConnectionsAndLeavesOpenOnesAlone) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();
  proxy_->Set({Mode::kRefuse});

  Socket refused = ConnectTo(proxy_->port());
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(errno, ECONNREFUSED);
  client.Send("still here");
  EXPECT_EQ(server.Receive(), "still here");
  proxy_->Set({Mode::kPass});

  EXPECT_TRUE(ConnectTo(proxy_->port()).ok());  // At the same port.
}

TEST_F(TcpProxyTest, ResetsConnectionsToAServerThatIsNotThere) {
  listener_.reset();

  Socket client = ConnectTo(proxy_->port());

  EXPECT_EQ(client.Receive(), "reset");
  EXPECT_EQ(proxy_->counts().unreachable, 1);
}

TEST_F(TcpProxyTest, EndsConnectionsWhenItStops) {
  Socket client = ConnectTo(proxy_->port());
  Socket server = AcceptOne();
  proxy_->Set({Mode::kBlackhole});

  proxy_->Stop();

  EXPECT_THAT(client.Receive(), ::testing::AnyOf("end", "reset"));
  EXPECT_EQ(proxy_->counts().open, 0);
  proxy_->Set({Mode::kPass});  // Too late, and no hang.
}

TEST(TcpProxy, StandsInFrontOfAUnixSocket) {
  const TempDir dir(TempDir::Length::kShort);
  const std::string path = dir.Path("s");
  Socket listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(bind(listener.fd(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(listener.fd(), 4), 0);
  ASSERT_OK_AND_ASSIGN(auto proxy, TcpProxy::Start(absl::StrCat("unix:", path)));

  Socket client = ConnectTo(proxy->port());
  Socket server(accept(listener.fd(), nullptr, nullptr));
  client.Send("by way of a file");

  EXPECT_EQ(server.Receive(), "by way of a file");
}

TEST(TcpProxy, RefusesAddressesThatAreNotLocal) {
  for (const char* bad : {"", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "10.0.0.1:80",
                          "localhost:80", "unix:", "127.0.0.1:80x"}) {
    EXPECT_THAT(TcpProxy::Start(bad).status(), StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
  EXPECT_THAT(TcpProxy::Start(absl::StrCat("unix:/", std::string(200, 'x'))).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace quipu::testing
