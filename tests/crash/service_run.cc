// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/crash/service_run.h"

#include <signal.h>

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::testing {
namespace {

constexpr absl::Duration kPollPeriod = absl::Milliseconds(10);
// Workers that know of the end exit within this time, usually; the others are
// stopped.
constexpr absl::Duration kWorkerEnd = absl::Seconds(5);
constexpr size_t kLogTail = 3000;

}  // namespace

v1::WorkerStatus StatusOf(const v1::StatusReply& status, absl::string_view worker) {
  for (const v1::WorkerStatus& one : status.workers()) {
    if (one.worker() == worker) return one;
  }
  return {};
}

uint64_t DoneOf(const v1::StatusReply& status) {
  return status.tasks().accepted() + status.tasks().rejected();
}

ServiceRun::ServiceRun(const Workload& workload, const Fingerprint& seed)
    : dir_(workload, seed), socket_dir_(TempDir::Length::kShort) {
  address_ = absl::StrCat("unix:", socket_dir_.Path("s"));
}

ServiceRun::~ServiceRun() {
  workers_.clear();
  coordinator_.reset();
  client_.reset();
}

void ServiceRun::StartCoordinator() {
  auto child = dir_.Start({"serve", "spec.textproto", "--listen", address_}, "serve.log");
  ASSERT_OK(child.status());
  coordinator_ = *std::move(child);
}

bool ServiceRun::Ended() { return coordinator_->Wait(absl::ZeroDuration()).has_value(); }

void ServiceRun::StartWorker(const std::string& name, absl::string_view address) {
  const std::string at(address.empty() ? absl::string_view(address_) : address);
  auto child = dir_.Start({"work", at, "--name", name}, absl::StrCat(name, ".log"));
  ASSERT_OK(child.status());
  workers_[name] = *std::move(child);
}

absl::StatusOr<v1::StatusReply> ServiceRun::Status() {
  if (client_ == nullptr) {
    pipelines::GrpcClientOptions options;
    options.address = address_;
    options.give_up_after = absl::ZeroDuration();
    auto client = pipelines::GrpcCoordinatorClient::Create(options);
    if (!client.ok()) return client.status();
    client_ = *std::move(client);
  }
  absl::StatusOr<v1::StatusReply> status = client_->Status();
  // A channel that failed to connect backs off, for longer than a test.
  if (!status.ok()) client_.reset();
  return status;
}

bool ServiceRun::AwaitStatus(absl::FunctionRef<bool(const v1::StatusReply&)> done,
                             absl::Duration limit) {
  const absl::Time deadline = absl::Now() + limit;
  while (absl::Now() < deadline) {
    const absl::StatusOr<v1::StatusReply> status = Status();
    if (status.ok() && done(*status)) return true;
    if (coordinator_->Wait(kPollPeriod).has_value()) return false;
  }
  return false;
}

void ServiceRun::Finish(const std::string& wanted, int exit_code) {
  const std::optional<int> ended = coordinator_->Wait(kRunLimit);
  ASSERT_TRUE(ended.has_value()) << "the run does not end\n" << Logs();
  ASSERT_EQ(*ended, exit_code) << Logs();
  const absl::Time until = absl::Now() + kWorkerEnd;
  for (auto& [name, worker] : workers_) {
    std::optional<int> code = worker->Wait(until - absl::Now());
    if (!code.has_value()) {
      worker->Signal(SIGTERM);
      code = worker->Wait(kRunLimit);
    }
    ASSERT_TRUE(code.has_value()) << name << " does not end\n" << Logs();
    EXPECT_EQ(*code, 0) << name << "\n" << Logs();
  }
  EXPECT_EQ(dir_.ExportDigest(), wanted) << Logs();
  dir_.ExpectSound();
}

std::string ServiceRun::Logs() const {
  std::string all;
  const auto add = [&](absl::string_view name) {
    const std::string log = dir_.ReadLog(name);
    absl::StrAppend(&all, "--- ", name, "\n",
                    log.substr(log.size() - std::min(log.size(), kLogTail)), "\n");
  };
  add("serve.log");
  for (const auto& [name, worker] : workers_) add(absl::StrCat(name, ".log"));
  return all;
}

}  // namespace quipu::testing
