// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/grpc_status.h"

#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

const std::vector<std::pair<absl::StatusCode, grpc::StatusCode>> kCodes = {
    {absl::StatusCode::kCancelled, grpc::StatusCode::CANCELLED},
    {absl::StatusCode::kUnknown, grpc::StatusCode::UNKNOWN},
    {absl::StatusCode::kInvalidArgument, grpc::StatusCode::INVALID_ARGUMENT},
    {absl::StatusCode::kDeadlineExceeded, grpc::StatusCode::DEADLINE_EXCEEDED},
    {absl::StatusCode::kNotFound, grpc::StatusCode::NOT_FOUND},
    {absl::StatusCode::kAlreadyExists, grpc::StatusCode::ALREADY_EXISTS},
    {absl::StatusCode::kPermissionDenied, grpc::StatusCode::PERMISSION_DENIED},
    {absl::StatusCode::kResourceExhausted, grpc::StatusCode::RESOURCE_EXHAUSTED},
    {absl::StatusCode::kFailedPrecondition, grpc::StatusCode::FAILED_PRECONDITION},
    {absl::StatusCode::kAborted, grpc::StatusCode::ABORTED},
    {absl::StatusCode::kOutOfRange, grpc::StatusCode::OUT_OF_RANGE},
    {absl::StatusCode::kUnimplemented, grpc::StatusCode::UNIMPLEMENTED},
    {absl::StatusCode::kInternal, grpc::StatusCode::INTERNAL},
    {absl::StatusCode::kUnavailable, grpc::StatusCode::UNAVAILABLE},
    {absl::StatusCode::kDataLoss, grpc::StatusCode::DATA_LOSS},
    {absl::StatusCode::kUnauthenticated, grpc::StatusCode::UNAUTHENTICATED},
};

TEST(GrpcStatusTest, EveryCodeGoesThereAndBackWithItsMessage) {
  for (const auto& [ours, theirs] : kCodes) {
    const grpc::Status sent = ToGrpcStatus(absl::Status(ours, "why it is so"));

    EXPECT_EQ(sent.error_code(), theirs);
    EXPECT_EQ(sent.error_message(), "why it is so");
    EXPECT_THAT(FromGrpcStatus(sent), StatusIs(ours, "why it is so"));
  }
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_OK(FromGrpcStatus(grpc::Status::OK));
}

TEST(GrpcStatusTest, ACodeThatIsNoneIsUnknown) {
  // Values that the enumeration can hold and has no name for.
  for (const int code : {-1, 17, 31}) {
    EXPECT_THAT(FromGrpcStatus(grpc::Status(static_cast<grpc::StatusCode>(code), "odd")),
                StatusIs(absl::StatusCode::kUnknown, "odd"))
        << code;
  }
}

TEST(GrpcStatusTest, ALongMessageIsCutInBothDirections) {
  for (const size_t size : {kMaxStatusMessageBytes, kMaxStatusMessageBytes + 1, size_t{1} << 20}) {
    const std::string text(size, 'x');

    const size_t sent = ToGrpcStatus(absl::InternalError(text)).error_message().size();
    const size_t got =
        FromGrpcStatus(grpc::Status(grpc::StatusCode::INTERNAL, text)).message().size();

    // What was cut ends in three dots.
    EXPECT_LE(sent, kMaxStatusMessageBytes + 3);
    EXPECT_LE(got, kMaxStatusMessageBytes + 3);
    if (size == kMaxStatusMessageBytes) {
      EXPECT_EQ(sent, size);
    }
  }
}

TEST(GrpcStatusTest, ControlBytesOfAPeerAreEscaped) {
  const absl::Status status =
      FromGrpcStatus(grpc::Status(grpc::StatusCode::INTERNAL, "a\x1b[31m\n\xff"));

  EXPECT_EQ(std::string(status.message()).find('\x1b'), std::string::npos);
  EXPECT_EQ(std::string(status.message()).find('\n'), std::string::npos);
  EXPECT_THAT(std::string(status.message()), HasSubstr("[31m"));
}

}  // namespace
}  // namespace quipu::pipelines
