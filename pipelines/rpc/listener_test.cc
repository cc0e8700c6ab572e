// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::StatusIs;
using testing::TempDir;

// Listens, says "hello" to each connection, and holds it.
class Greeter {
 public:
  explicit Greeter(absl::string_view address) {
    const absl::StatusOr<Address> parsed = ParseAddress(address);
    EXPECT_OK(parsed);
    absl::StatusOr<std::unique_ptr<Listener>> bound = Listener::Bind(*parsed);
    EXPECT_OK(bound);
    if (!bound.ok()) return;
    listener_ = *std::move(bound);
    EXPECT_OK(listener_->Start([this](int /*listening*/, int fd) {
      EXPECT_EQ(write(fd, "hello", 5), 5);
      absl::MutexLock lock(&mutex_);
      held_.push_back(fd);
      highest_ = std::max(highest_, fd);
    }));
  }
  ~Greeter() {
    listener_.reset();
    CloseAll();
  }

  int port() const { return listener_->port(); }
  int highest() {
    absl::MutexLock lock(&mutex_);
    return highest_;
  }
  void CloseAll() {
    absl::MutexLock lock(&mutex_);
    for (const int fd : held_) close(fd);
    held_.clear();
  }

 private:
  absl::Mutex mutex_;
  std::vector<int> held_ ABSL_GUARDED_BY(mutex_);
  int highest_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<Listener> listener_;
};

// A connection to the port; -1 if no descriptor is left.
int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval timeout = {60, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  return fd;
}

std::string Greeting(int fd) {
  char buffer[16];
  const ssize_t got = recv(fd, buffer, sizeof(buffer), 0);
  close(fd);
  return got < 0 ? std::strerror(errno) : std::string(buffer, static_cast<size_t>(got));
}

// During its lifetime the process may have so many files open.
class FileLimit {
 public:
  explicit FileLimit(rlim_t most) {
    EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &before_), 0);
    rlimit files = before_;
    files.rlim_cur = most;
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  }
  ~FileLimit() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_ = {};
};

TEST(ListenerTest, PassesConnectionsOn) {
  Greeter greeter("127.0.0.1:0");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Greeting(Connect(greeter.port())), "hello");
}

TEST(ListenerTest, TakesIpv4OnEveryAddress) {
  Greeter any("0.0.0.0:0");
  EXPECT_EQ(Greeting(Connect(any.port())), "hello");
  Greeter any_v6("[::]:0");
  EXPECT_EQ(Greeting(Connect(any_v6.port())), "hello");
  Greeter name("localhost:0");
  EXPECT_EQ(Greeting(Connect(name.port())), "hello");
}

// Bug: gRPC's own listener takes no connection any more once an accept has failed.
TEST(ListenerTest, TakesConnectionsAgainAfterDescriptorsHaveRunOut) {
  Greeter greeter("127.0.0.1:0");
  {
    const FileLimit limit(100);
    std::vector<int> all;
    for (int fd; (fd = Connect(greeter.port())) >= 0;) all.push_back(fd);
    EXPECT_EQ(errno, EMFILE);
    // The last of them are in the queue of a listener that cannot take them.
    EXPECT_GT(all.size(), 20u);
    for (const int fd : all) close(fd);
    greeter.CloseAll();
  }
  EXPECT_EQ(Greeting(Connect(greeter.port())), "hello");
}

TEST(ListenerTest, LeavesAQuarterOfFewDescriptors) {
  Greeter greeter("127.0.0.1:0");
  const FileLimit limit(100);
  std::vector<int> all;
  for (int fd; (fd = Connect(greeter.port())) >= 0;) all.push_back(fd);

  EXPECT_LT(greeter.highest(), 75);
  for (const int fd : all) close(fd);
}

TEST(ListenerTest, TellsThatAnAddressIsTakenOrNotOfThisMachine) {
  Greeter greeter("127.0.0.1:0");
  for (const std::string& text : {absl::StrCat("127.0.0.1:", greeter.port()),
                                  std::string("192.0.2.1:0"), std::string("unix:/nowhere/s")}) {
    ASSERT_OK_AND_ASSIGN(const Address address, ParseAddress(text));
    EXPECT_THAT(Listener::Bind(address).status(), StatusIs(absl::StatusCode::kUnavailable)) << text;
  }
}

TEST(ListenerTest, OfAUnixSocketReplacesAnOldOneAndNothingElse) {
  const TempDir dir(TempDir::Length::kShort);
  const std::string path = dir.Path("s");
  ASSERT_OK_AND_ASSIGN(const Address address, ParseAddress("unix:" + path));
  const int old = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un named = {};
  named.sun_family = AF_UNIX;
  std::strncpy(named.sun_path, path.c_str(), sizeof(named.sun_path) - 1);
  ASSERT_EQ(bind(old, reinterpret_cast<const sockaddr*>(&named), sizeof(named)), 0);
  close(old);
  {
    ASSERT_OK_AND_ASSIGN(const auto listener, Listener::Bind(address));
    struct stat info = {};
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    EXPECT_EQ(listener->port(), 0);
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0) << "removed at the end";
  {
    ASSERT_OK_AND_ASSIGN(auto first, Listener::Bind(address));
    ASSERT_OK_AND_ASSIGN(const auto second, Listener::Bind(address));
    first.reset();
    EXPECT_EQ(access(path.c_str(), F_OK), 0) << "it is the second one's";
  }

  close(open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  EXPECT_THAT(Listener::Bind(address).status(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(access(path.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace quipu::pipelines
