// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/high_water.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/crc32.h"
#include "base/failpoint.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "storage/record.h"

namespace quipu::storage {
namespace {

constexpr char kMagic[] = "quipu run state ";
constexpr char kCrcName[] = "crc32 ";
// "crc32 ", eight digits and a newline.
constexpr size_t kCrcLineBytes = 15;
// What an operator writes to continue with what is left.
constexpr char kAcceptWord[] = "accept";

std::string HowToAccept(absl::string_view store_path) {
  return absl::StrCat("restore a backup, or write the word \"", kAcceptWord, "\" into ",
                      JoinPath(store_path, kRunStateName), " to continue with what is left");
}

std::string CrcLine(absl::string_view covered) {
  return absl::StrFormat("%s%08x\n", kCrcName, Crc32(covered));
}

bool ParseLine(absl::string_view line, absl::string_view name, uint64_t* value) {
  return absl::ConsumePrefix(&line, name) && absl::ConsumePrefix(&line, " ") &&
         absl::SimpleAtoi(line, value);
}

}  // namespace

std::string EncodeRunState(const RunState& state) {
  std::string text = absl::StrCat(kMagic, kFormatVersion, "\nepoch ", state.epoch, "\nsequence ",
                                  state.sequence, "\nresults ", state.results, "\n");
  return absl::StrCat(text, CrcLine(text));
}

absl::StatusOr<RunState> DecodeRunState(absl::string_view bytes, absl::string_view path) {
  RunState state;
  if (absl::StripAsciiWhitespace(bytes) == kAcceptWord) {
    state.accepted = true;
    return state;
  }
  const absl::Status damaged =
      absl::DataLossError(absl::StrCat("high-water mark ", path,
                                       " is damaged; restore a backup, or replace its content "
                                       "with the word \"",
                                       kAcceptWord, "\" to accept the store as it is"));
  if (bytes.size() < kCrcLineBytes) return damaged;
  const absl::string_view covered = bytes.substr(0, bytes.size() - kCrcLineBytes);
  if (bytes.substr(covered.size()) != CrcLine(covered)) return damaged;
  const std::vector<absl::string_view> lines = absl::StrSplit(covered, '\n');
  absl::string_view first = lines[0];
  uint64_t version = 0;
  if (!absl::ConsumePrefix(&first, kMagic) || !absl::SimpleAtoi(first, &version)) return damaged;
  if (version != kFormatVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " has format version ", version, ", this quipu reads version ", kFormatVersion));
  }
  if (lines.size() != 5 || !ParseLine(lines[1], "epoch", &state.epoch) ||
      !ParseLine(lines[2], "sequence", &state.sequence) ||
      !ParseLine(lines[3], "results", &state.results)) {
    return damaged;
  }
  return state;
}

absl::StatusOr<std::optional<RunState>> ReadRunState(absl::string_view store_path) {
  const std::string path = JoinPath(store_path, kRunStateName);
  const absl::StatusOr<std::string> bytes = ReadFile(path, kMaxRunStateBytes);
  if (absl::IsNotFound(bytes.status())) return std::nullopt;
  RETURN_IF_ERROR(bytes.status());
  ASSIGN_OR_RETURN(RunState state, DecodeRunState(*bytes, path));
  return state;
}

absl::Status WriteRunState(absl::string_view store_path, const RunState& state) {
  RETURN_IF_ERROR(Failpoint("mark.before_write"));
  RETURN_IF_ERROR(WriteFileAtomic(JoinPath(store_path, kRunStateName), EncodeRunState(state)));
  return Failpoint("mark.after_write");
}

absl::Status CheckAgainst(const RunState& mark, const RunState& reached,
                          absl::string_view store_path) {
  struct Comparison {
    const char* name;
    uint64_t mark;
    uint64_t reached;
  };
  const std::array<Comparison, 3> comparisons = {{
      {"sequence number", mark.sequence, reached.sequence},
      {"epoch", mark.epoch, reached.epoch},
      {"count of results", mark.results, reached.results},
  }};
  for (const Comparison& c : comparisons) {
    if (c.reached >= c.mark) continue;
    return absl::DataLossError(absl::StrCat(
        "store ", store_path, " has lost acknowledged writes: its ", c.name, " is ", c.reached,
        ", ", kRunStateName, " says ", c.mark, "; ", HowToAccept(store_path)));
  }
  return absl::OkStatus();
}

absl::Status MarkLost(absl::string_view store_path) {
  return absl::DataLossError(absl::StrCat("store ", store_path, " has lost its ", kRunStateName,
                                          ", so lost writes cannot be detected; ",
                                          HowToAccept(store_path)));
}

HighWater::HighWater(Clock* clock, std::function<absl::Status()> write)
    : clock_(clock), write_(std::move(write)), last_(clock->Monotonic()) {}

absl::Status HighWater::AfterCommit() {
  {
    absl::MutexLock lock(&mutex_);
    const absl::Duration now = clock_->Monotonic();
    if (now - last_ < kInterval) return absl::OkStatus();
    last_ = now;
  }
  return Write();
}

absl::Status HighWater::Write() {
  // An older mark must not replace a newer one.
  absl::MutexLock lock(&writing_);
  return write_();
}

}  // namespace quipu::storage
