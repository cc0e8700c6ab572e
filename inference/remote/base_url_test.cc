// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/base_url.h"

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

TEST(CheckBaseUrl, RefusesWhatIsNoPlainUrl) {
  const struct {
    const char* url;
    const char* message;
  } cases[] = {{"", "not a plain http"},
               {"ftp://127.0.0.1/v1", "not a plain http"},
               {"file:///etc/passwd", "not a plain http"},
               {"127.0.0.1:8000", "not a plain http"},
               {"http:///v1", "not a plain http"},
               {"http://[::1/v1", "not a plain http"},
               {"http://user:pass@127.0.0.1/v1", "no user name"},
               {"http://127.0.0.1/v1?key=1", "no query"},
               {"http://127.0.0.1/\r\nX: 1", "not a plain http"}};
  for (const auto& c : cases) {
    EXPECT_THAT(CheckBaseUrl(c.url, /*with_key=*/false), StatusIs(kInvalid, c.message)) << c.url;
  }
}

TEST(CheckBaseUrl, AllowsNoKeyOverPlainHttpToAnotherMachine) {
  for (const char* url : {"http://192.0.2.1/v1", "http://127.example.org/v1",
                          "http://localhost.example.org", "http://[2001:db8::1]:80/v1"}) {
    EXPECT_THAT(CheckBaseUrl(url, /*with_key=*/true), StatusIs(kInvalid, "https only")) << url;
    EXPECT_OK(CheckBaseUrl(url, /*with_key=*/false)) << url;
  }
  for (const char* url : {"http://127.0.0.1:1/v1", "http://localhost:1/v1", "http://[::1]:1",
                          "https://example.org/v1"}) {
    EXPECT_OK(CheckBaseUrl(url, /*with_key=*/true)) << url;
  }
}

TEST(IsLoopbackUrl, ComparesTheHostAlone) {
  for (const char* url : {"http://localhost", "https://LOCALHOST:8000/v1", "http://127.3.2.1/v1",
                          "http://[::1]:8000/v1"}) {
    EXPECT_TRUE(IsLoopbackUrl(url)) << url;
  }
  for (const char* url : {"http://example.org/localhost", "http://localhost.example.org",
                          "http://127.example.org", "http://[::2]", "localhost", ""}) {
    EXPECT_FALSE(IsLoopbackUrl(url)) << url;
  }
}

}  // namespace
}  // namespace quipu::inference
