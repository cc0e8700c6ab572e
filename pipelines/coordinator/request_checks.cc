// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/request_checks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "generator/spec/model_identity.h"

namespace quipu::pipelines {
namespace {

constexpr uint64_t kRunIdBytes = 16;

absl::Status CheckAtMost(absl::string_view what, uint64_t actual, uint64_t limit) {
  if (actual <= limit) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(what, ": ", actual, ", limit ", limit));
}

absl::Status CheckBytes(absl::string_view what, absl::string_view value, uint64_t wanted) {
  if (value.size() == wanted) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(what, ": ", value.size(), " bytes, want ", wanted));
}

bool NameCharacters(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

absl::Status CheckWorkerName(absl::string_view worker) {
  const std::vector<absl::string_view> parts = absl::StrSplit(worker, '/');
  const bool good = worker.size() <= kMaxWorkerNameBytes && parts.size() <= 2 &&
                    std::all_of(parts.begin(), parts.end(), NameCharacters);
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("worker: \"", Snippet(worker), "\", want 1 to ", kMaxWorkerNameBytes,
                   " of A-Z a-z 0-9 . _ -, with at most one / between them"));
}

absl::Status CheckHello(const v1::HelloRequest& request) {
  RETURN_IF_ERROR(CheckWorkerName(request.worker()));
  RETURN_IF_ERROR(CheckAtMost("build, bytes", request.build().size(), kMaxBuildBytes));
  if (!std::all_of(request.build().begin(), request.build().end(),
                   [](char c) { return absl::ascii_isprint(static_cast<unsigned char>(c)); })) {
    return absl::InvalidArgumentError(
        absl::StrCat("build: \"", Snippet(request.build()), "\", want printable ASCII"));
  }
  RETURN_IF_ERROR(CheckBytes("incarnation", request.incarnation(), kIncarnationBytes));
  RETURN_IF_ERROR(
      CheckAtMost("model, bytes", request.model().ByteSizeLong(), kMaxModelIdentityBytes));
  if (request.run_id().empty() && !request.has_model()) return absl::OkStatus();
  return CheckBytes("run_id", request.run_id(), kRunIdBytes);
}

absl::Status CheckLease(const v1::LeaseRequest& request, uint32_t max_leases) {
  RETURN_IF_ERROR(CheckBytes("session", request.session(), kSessionBytes));
  if (request.max_chunks() == 0) {
    return absl::InvalidArgumentError("max_chunks: 0, want 1 or more");
  }
  RETURN_IF_ERROR(CheckAtMost("max_chunks", request.max_chunks(), max_leases));
  return CheckAtMost("wait_ms", request.wait_ms(), kMaxLeaseWaitMs);
}

absl::Status CheckRenew(const v1::RenewRequest& request) {
  RETURN_IF_ERROR(CheckBytes("session", request.session(), kSessionBytes));
  return CheckAtMost("tickets", request.tickets_size(), kMaxLeasesPerCall);
}

absl::Status CheckSubmit(const v1::SubmitRequest& request) {
  RETURN_IF_ERROR(CheckBytes("session", request.session(), kSessionBytes));
  RETURN_IF_ERROR(CheckAtMost("leases", request.leases_size(), kMaxLeasesPerCall));
  uint64_t results = 0;
  for (const v1::LeaseResults& lease : request.leases()) results += lease.results_size();
  return CheckAtMost("results", results, kMaxResultsPerSubmit);
}

absl::Status CheckControl(const v1::ControlRequest& request) {
  RETURN_IF_ERROR(CheckAtMost("reason, bytes", request.reason().size(), kMaxAttemptMessageBytes));
  switch (request.verb()) {
    case v1::ControlRequest::PAUSE:
      if (!request.reason().empty()) return absl::OkStatus();
      return absl::InvalidArgumentError("reason: empty, a pause needs one");
    case v1::ControlRequest::REINSTATE_WORKER:
      return CheckWorkerName(request.worker());
    case v1::ControlRequest::RESUME:
    case v1::ControlRequest::RETRY_QUARANTINED:
      return absl::OkStatus();
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("verb: ", static_cast<int>(request.verb()), ", unknown to this version"));
  }
}

absl::Status CheckWorkerIsPeer(absl::string_view worker, const Peer& peer) {
  if (peer.identity.empty() || worker == peer.identity ||
      absl::StartsWith(worker, absl::StrCat(peer.identity, "/"))) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(absl::StrCat("worker \"", Snippet(worker),
                                                  "\" is not what the certificate of \"",
                                                  Snippet(peer.identity), "\" allows"));
}

absl::Status CheckVersion(const v1::ProtocolVersion& version) {
  if (version.major() == kProtocolMajor) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the worker speaks version ", version.major(), ".", version.minor(),
                   " of the protocol, the coordinator ", kProtocolMajor, ".", kProtocolMinor));
}

absl::Status CheckRun(absl::string_view run_id, absl::string_view worker_has) {
  if (worker_has.empty() || worker_has == run_id) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the worker works on run ", absl::BytesToHexString(worker_has),
                   ", the coordinator has run ", absl::BytesToHexString(run_id)));
}

absl::Status CheckModel(const v1::ModelIdentity& run_has, const v1::ModelIdentity& worker_has) {
  std::vector<std::string> differences;
  for (const generator::ModelDifference& d : generator::Differences(run_has, worker_has)) {
    differences.push_back(absl::StrCat(d.field, ": the run has \"", Snippet(d.a),
                                       "\", the worker \"", Snippet(d.b), "\""));
  }
  if (differences.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the worker's model is not the run's: ", absl::StrJoin(differences, "; ")));
}

}  // namespace quipu::pipelines
