// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/address.h"

#include <string>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
using testing::TempDir;

TEST(AddressTest, TakesItsThreeForms) {
  struct Case {
    std::string text;
    std::string host;
    int port;
    bool local;
  };
  const std::vector<Case> cases = {
      {"127.0.0.1:7000", "127.0.0.1", 7000, true},
      {"127.255.3.9:1", "127.255.3.9", 1, true},
      {"[::1]:65535", "::1", 65535, true},
      {"127.0.0.1:0", "127.0.0.1", 0, true},
      {"0.0.0.0:7000", "0.0.0.0", 7000, false},
      {"[::]:7000", "::", 7000, false},
      {"10.0.0.7:7000", "10.0.0.7", 7000, false},
      {"128.0.0.1:7000", "128.0.0.1", 7000, false},
      {"localhost:7000", "localhost", 7000, false},
      {"127.0.0.1.example.org:7000", "127.0.0.1.example.org", 7000, false},
      {"[::ffff:127.0.0.1]:7000", "::ffff:127.0.0.1", 7000, false},
      {"quipu-coordinator.jobs.svc:7000", "quipu-coordinator.jobs.svc", 7000, false},
  };
  for (const Case& c : cases) {
    ASSERT_OK_AND_ASSIGN(const Address address, ParseAddress(c.text));

    EXPECT_EQ(address.host, c.host) << c.text;
    EXPECT_EQ(address.port, c.port) << c.text;
    EXPECT_EQ(address.local, c.local) << c.text;
    EXPECT_EQ(address.target, c.text);
    EXPECT_EQ(address.unix_path, "") << c.text;
  }
}

TEST(AddressTest, AUnixSocketIsLocal) {
  ASSERT_OK_AND_ASSIGN(const Address address, ParseAddress("unix:run/quipu:1.sock"));

  EXPECT_TRUE(address.local);
  EXPECT_EQ(address.unix_path, "run/quipu:1.sock");
  EXPECT_EQ(address.target, "unix:run/quipu:1.sock");
}

TEST(AddressTest, RefusesEverythingElse) {
  const std::vector<std::string> bad = {"",
                                        "host",
                                        ":7000",
                                        "host:",
                                        "host:port",
                                        "host:-1",
                                        "host:65536",
                                        "host:123456",
                                        "host: 7",
                                        "host:0x10",
                                        "::1:70",
                                        "[::1]",
                                        "[1.2.3.4]:70",
                                        "[]:70",
                                        "[::1:70",
                                        "a b:70",
                                        "dns:///h:70",
                                        "http://host:70",
                                        "host:70/path",
                                        "unix:",
                                        std::string("host\0x:70", 9),
                                        std::string("unix:a\0b", 8),
                                        std::string(254, 'h') + ":70"};
  for (const std::string& text : bad) {
    EXPECT_THAT(ParseAddress(text).status(), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(AddressTest, AnAddressOfTheWebIsToldThatItHasAScheme) {
  EXPECT_THAT(
      ParseAddress("http://localhost:7447").status(),
      StatusIs(absl::StatusCode::kInvalidArgument, "it has a scheme; an address is host:port"));
}

TEST(AddressTest, ALongSocketPathNamesLimitAndActual) {
  EXPECT_OK(ParseAddress("unix:" + std::string(107, 'p')).status());
  EXPECT_THAT(
      ParseAddress("unix:" + std::string(108, 'p')).status(),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has 108 bytes, at most 107")));
}

TEST(AddressTest, ADirectoryIsNoAddressEvenWithAColon) {
  TempDir dir;
  ASSERT_OK(MakeDirs(dir.Path("a:1")));

  EXPECT_FALSE(LooksLikeAddress(dir.Path("a:1")));
  EXPECT_FALSE(LooksLikeAddress("out/mine/store"));
  EXPECT_TRUE(LooksLikeAddress("host:7000"));
  EXPECT_TRUE(LooksLikeAddress("unix:socket"));
}

}  // namespace
}  // namespace quipu::pipelines
