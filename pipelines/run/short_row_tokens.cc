// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/short_row_tokens.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/thread.h"
#include "base/thread_pool.h"
#include "generator/checks/reject.h"

namespace quipu::pipelines {
namespace {

// Rows that are tokenised together: enough to keep the threads busy, a few megabytes.
constexpr size_t kBatchRows = 1024;
constexpr size_t kBatchBytes = 8 << 20;
// Rows of one task of a thread.
constexpr size_t kRowsOfATask = 16;

int NumThreads(const v1::RunSpec& spec) {
  const uint32_t asked = spec.performance().threads();
  return asked > 0 ? static_cast<int>(asked) : NumCores();
}

size_t BytesOf(const v1::ShortRow& row) {
  size_t bytes = 0;
  for (const v1::ChatMessage& message : row.messages()) bytes += message.content().size();
  return bytes;
}

}  // namespace

v1::RejectedRow RejectedRowOf(const v1::ShortRow& row, v1::Reject reject) {
  v1::RejectedRow rejected;
  rejected.set_row_id(row.id());
  *rejected.mutable_provenance() = row.provenance();
  *rejected.mutable_reject() = std::move(reject);
  return rejected;
}

absl::StatusOr<std::unique_ptr<ShortRowTokens>> ShortRowTokens::Make(
    const v1::RunSpec& spec, const generator::TargetModel& target,
    const generator::Decontaminator* benchmarks, const storage::Store& store) {
  ASSIGN_OR_RETURN(std::unique_ptr<SpillFile> spill, SpillFile::Create(store.path()));
  std::unique_ptr<ShortRowTokens> tokens(new ShortRowTokens(std::move(spill)));
  ThreadPool threads(NumThreads(spec), "tokenise");
  std::vector<v1::ShortRow> rows;
  size_t bytes = 0;
  const auto flush = [&] {
    std::vector<Built> built(rows.size(), absl::InternalError("not reached"));
    const int tasks = static_cast<int>((rows.size() + kRowsOfATask - 1) / kRowsOfATask);
    threads.ParallelFor(tasks, [&](int task, int /*worker*/) {
      const size_t end = std::min(rows.size(), (task + 1) * kRowsOfATask);
      for (size_t i = task * kRowsOfATask; i < end; ++i) {
        std::optional<std::string> found;
        if (benchmarks != nullptr) found = benchmarks->FindRow(rows[i]);
        if (found.has_value()) {
          built[i] = generator::MakeReject(v1::REJECT_REASON_CONTAMINATED, *std::move(found));
        } else {
          built[i] = generator::BuildShortInstance(rows[i], spec.packing(),
                                                   spec.instances().row_weight(), target);
        }
      }
    });
    const absl::Status added = tokens->Add(rows, std::move(built));
    rows.clear();
    bytes = 0;
    return added;
  };
  RETURN_IF_ERROR(store.ForEachShortRow([&](const v1::ShortRow& row) -> absl::Status {
    if (StopRequested()) return absl::CancelledError("stopped while packing");
    rows.push_back(row);
    bytes += BytesOf(row);
    return rows.size() < kBatchRows && bytes < kBatchBytes ? absl::OkStatus() : flush();
  }));
  RETURN_IF_ERROR(flush());
  return tokens;
}

absl::Status ShortRowTokens::Add(absl::Span<const v1::ShortRow> rows, std::vector<Built> built) {
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!built[i].ok()) return built[i].status();
    if (const auto* reject = std::get_if<v1::Reject>(&*built[i])) {
      rejected_.push_back(RejectedRowOf(rows[i], *reject));
      continue;
    }
    generator::ShortInstance& instance = std::get<generator::ShortInstance>(*built[i]);
    lengths_.push_back(instance.segment.length());
    v1::TrainingRow row;
    row.mutable_input_ids()->Add(instance.input_ids.begin(), instance.input_ids.end());
    *row.add_segments() = std::move(instance.segment);
    ASSIGN_OR_RETURN(const Extent extent, spill_->Append(row.SerializeAsString()));
    ends_.push_back(extent.offset + extent.size);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::TrainingRow> ShortRowTokens::Read(uint32_t index) {
  const uint64_t begin = index == 0 ? 0 : ends_[index - 1];
  RETURN_IF_ERROR(spill_->Read({begin, ends_[index] - begin}, &bytes_));
  v1::TrainingRow row;
  if (!row.ParseFromString(bytes_)) {
    return absl::DataLossError(absl::StrCat("tokens of short row ", index, " do not parse"));
  }
  return row;
}

absl::Status ShortRowTokens::AppendTo(uint32_t index, v1::TrainingRow* row) {
  ASSIGN_OR_RETURN(v1::TrainingRow read, Read(index));
  row->mutable_input_ids()->MergeFrom(read.input_ids());
  *row->add_segments() = std::move(*read.mutable_segments(0));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ShortRowTokens::IdOf(uint32_t index) {
  ASSIGN_OR_RETURN(const v1::TrainingRow read, Read(index));
  return read.segments(0).source_id();
}

}  // namespace quipu::pipelines
