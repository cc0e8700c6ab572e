// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/health_client.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "pipelines/rpc/address.h"
#include "pipelines/rpc/grpc_status.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kMaxServiceBytes = 127;
constexpr char kCheck[] = "/grpc.health.v1.Health/Check";

// HealthCheckRequest of grpc/health/v1/health.proto: field 1 is the service's
// name. Encoded by hand: Debian ships the service without its proto file.
std::string RequestFor(absl::string_view service) {
  if (service.empty()) return "";
  return absl::StrCat("\x0a", std::string(1, static_cast<char>(service.size())), service);
}

// HealthCheckResponse: field 1 is an enum; 1 is SERVING.
bool IsServing(const grpc::ByteBuffer& reply) {
  grpc::Slice bytes;
  if (!reply.DumpToSingleSlice(&bytes).ok()) return false;
  return bytes.size() == 2 && bytes.begin()[0] == 0x08 && bytes.begin()[1] == 1;
}

}  // namespace

absl::Status CheckHealth(absl::string_view address, const SecurityFiles& files,
                         absl::string_view service, absl::Duration timeout) {
  if (service.size() > kMaxServiceBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the service's name has ", service.size(),
                                                   " bytes, at most ", kMaxServiceBytes));
  }
  ASSIGN_OR_RETURN(const Address parsed, ParseAddress(address));
  ASSIGN_OR_RETURN(const ClientSecurity security, LoadClientSecurity(files, parsed));
  grpc::GenericStub stub(grpc::CreateChannel(parsed.target, security.credentials));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(Clock::Real()->Now() + timeout));
  const grpc::Slice slice(RequestFor(service));
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer reply;
  grpc::Status status;
  absl::Notification over;
  stub.UnaryCall(&context, kCheck, grpc::StubOptions(), &request, &reply, [&](grpc::Status result) {
    status = std::move(result);
    over.Notify();
  });
  over.WaitForNotification();
  RETURN_IF_ERROR(FromGrpcStatus(status));
  if (IsServing(reply)) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(service.empty() ? "the process" : Snippet(service),
                                             " at ", Snippet(address), " is not serving"));
}

}  // namespace quipu::pipelines
