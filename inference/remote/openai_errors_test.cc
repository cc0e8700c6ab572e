// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_errors.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(StatusFromHttp, HasTheCodeAndTheServersWords) {
  using C = absl::StatusCode;
  const struct {
    int http;
    const char* body;
    C code;
    const char* message;
  } cases[] = {
      {400, R"({"error":{"message":"bad","type":"invalid","code":null}})", C::kInvalidArgument,
       "400: bad, invalid"},
      {401, R"({"error":{"message":"who?"}})", C::kUnauthenticated, "who?"},
      {403, R"({"error":"go away"})", C::kPermissionDenied, "go away"},
      {404, R"({"object":"error","message":"no model","code":404})", C::kNotFound, "no model"},
      {405, R"({"detail":"Method Not Allowed"})", C::kInvalidArgument, "Method Not Allowed"},
      {408, "", C::kUnavailable, "408"},
      {429, R"({"error":{"message":"slow down"}})", C::kUnavailable, "slow down"},
      {500, "<html>oops</html>", C::kUnavailable, "<html>oops"},
      {501, "", C::kUnimplemented, "501"},
      {503, R"({"error":{"code":503,"message":"Loading model"}})", C::kUnavailable,
       "Loading model"},
      {307, "", C::kFailedPrecondition, "set engine.url"},
      {422, R"({"error":{"message":"top_k: must be 1 or more"}})", C::kInvalidArgument, "top_k"}};
  for (const auto& c : cases) {
    EXPECT_THAT(StatusFromHttp(c.http, c.body, ""), StatusIs(c.code, c.message)) << c.http;
  }
}

TEST(StatusFromHttp, KnowsEachServersWordsForATextThatIsTooLong) {
  const struct {
    int http;
    const char* body;
  } cases[] = {{400, R"({"error":{"message":"This model's maximum context length is 4096 )"
                     R"(tokens. However, you requested 5000","code":400}})"},
               {400, R"({"error":{"message":"too long","code":"context_length_exceeded"}})"},
               {400, R"({"error":{"code":400,"message":"the request exceeds the available )"
                     R"(context size, try increasing it","type":"exceed_context_size_error"}})"},
               {422, R"({"error":"Input validation error: `inputs` tokens + )"
                     R"(`max_new_tokens` must be <= 4096","error_type":"validation"})"},
               {500, R"({"error":{"message":"Requested tokens (3000) exceed context window )"
                     R"(of 2048"}})"}};
  for (const auto& c : cases) {
    EXPECT_THAT(StatusFromHttp(c.http, c.body, ""), StatusIs(absl::StatusCode::kResourceExhausted))
        << c.body;
  }
  EXPECT_THAT(StatusFromHttp(429, "context length", ""), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(StatusFromHttp, NeverRepeatsTheKeyAndBoundsTheMessage) {
  EXPECT_THAT(StatusFromHttp(401, R"({"error":{"message":"Incorrect API key: sk-9x."}})", "sk-9x"),
              StatusIs(absl::StatusCode::kUnauthenticated,
                       AllOf(HasSubstr("key: [key]."), Not(HasSubstr("sk-9x")))));
  EXPECT_THAT(StatusFromHttp(500, "bad sk-9x", "sk-9x"),
              StatusIs(absl::StatusCode::kUnavailable, Not(HasSubstr("sk-9x"))));
  const absl::Status status = StatusFromHttp(400, std::string(100000, 'x') + "\n", "");
  EXPECT_LT(status.message().size(), 400u);
}

// llama-server, to all requests in flight: each of them fits alone.
TEST(StatusFromHttp, TakesAFullServerForNotNow) {
  constexpr char kFull[] =
      R"({"error":{"code":500,"message":"Context size has been exceeded.","type":"server_error"}})";
  EXPECT_THAT(StatusFromHttp(500, kFull, ""),
              StatusIs(absl::StatusCode::kUnavailable, "Context size has been exceeded"));
}

TEST(SaysNotNow, IsTooManyRequestsOrAFullContext) {
  EXPECT_TRUE(SaysNotNow(429, ""));
  EXPECT_TRUE(SaysNotNow(500, R"({"error":{"message":"Context size has been exceeded."}})"));
  EXPECT_TRUE(SaysNotNow(503, "context size"));
  EXPECT_FALSE(SaysNotNow(400, R"({"error":{"message":"maximum context length is 9"}})"));
  EXPECT_FALSE(SaysNotNow(500, "Requested tokens (3000) exceed context window of 2048"));
  EXPECT_FALSE(SaysNotNow(500, "oops"));
  EXPECT_FALSE(SaysNotNow(503, "Loading model"));
}

}  // namespace
}  // namespace quipu::inference
