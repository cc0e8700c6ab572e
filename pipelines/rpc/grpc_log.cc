// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/grpc_log.h"

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/strings.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"

namespace quipu::pipelines {
namespace {

constexpr int kMostLines = 10;
constexpr size_t kMaxLineBytes = 500;

void Log(gpr_log_func_args* args) {
  // gRPC passes no user data to its one log function. Never deleted: its
  // threads may log while the process exits.
  static LineLimit* const limit = new LineLimit(kMostLines);
  if (args->severity != GPR_LOG_SEVERITY_ERROR) return;
  uint64_t left_out = 0;
  if (!limit->Allow(Clock::Real()->Monotonic(), &left_out)) return;
  LogWarning(
      absl::StrCat("grpc: ", Snippet(args->message, kMaxLineBytes),
                   left_out > 0 ? absl::StrCat(" (", left_out, " more lines suppressed)") : ""));
}

}  // namespace

bool LineLimit::Allow(absl::Duration now, uint64_t* left_out) {
  absl::MutexLock lock(&mutex_);
  if (now - minute_ >= absl::Minutes(1)) {
    minute_ = now;
    written_ = 0;
  }
  if (written_ >= most_) {
    ++left_out_;
    return false;
  }
  ++written_;
  *left_out = left_out_;
  left_out_ = 0;
  return true;
}

void InstallGrpcLog() {
  // The status tells the peer that its bytes do not parse; no log line is
  // needed.
  google::protobuf::SetLogHandler(nullptr);
  gpr_log_verbosity_init();  // Honours GRPC_VERBOSITY; by default errors only.
  gpr_set_log_function(&Log);
}

}  // namespace quipu::pipelines
