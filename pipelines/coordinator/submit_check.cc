// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/submit_check.h"

#include <algorithm>
#include <memory>

#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/pairs/result_check.h"
#include "generator/pairs/task_kind.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "pipelines/core/engine_counters.h"

namespace quipu::pipelines::internal {
namespace {

// The task's number in its chunk; -1 if it belongs to another chunk.
int NumberIn(const ChunkContent& chunk, const v1::Task& task) {
  for (size_t i = 0; i < chunk.tasks.size(); ++i) {
    if (chunk.tasks[i].id() == task.id()) return static_cast<int>(i);
  }
  return -1;
}

void CheckOne(const v1::RunSpec& spec, const ChunkContent& chunk, CheckedResult* checked) {
  // Unknown fields would be stored unchecked.
  checked->result.DiscardUnknownFields();
  checked->task = NumberIn(chunk, checked->result.task());
  if (checked->task < 0) {
    checked->problem = absl::InvalidArgumentError("the result's task is not in its lease's chunk");
    return;
  }
  const v1::Task& task = chunk.tasks[static_cast<size_t>(checked->task)];
  checked->problem = generator::KindOfTask(task.kind())
                         .Check(generator::RulesOf(spec), task, chunk.text, checked->result);
}

}  // namespace

absl::StatusOr<CheckedLease> SubmitChecker::Check(absl::string_view worker,
                                                  v1::LeaseResults* lease) const {
  CheckedLease checked;
  checked.failure = lease->failure();
  // Escaped, because it may become a reject's detail.
  checked.message = Snippet(lease->message(), kMaxAttemptMessageBytes);
  checked.message.resize(FloorToCodePoint(
      checked.message, std::min<size_t>(checked.message.size(), kMaxAttemptMessageBytes)));
  for (v1::Result& result : *lease->mutable_results()) {
    checked.results.emplace_back().result.Swap(&result);
  }
  const absl::StatusOr<v1::LeaseTicket> ticket =
      CheckTicket(secret_, header_.run_id(), worker, lease->ticket());
  checked.ticket = ticket.status();
  if (!ticket.ok()) return checked;
  checked.chunk.set_document_id(ticket->document_id());
  checked.chunk.set_chunk_index(ticket->chunk_index());
  checked.token = ticket->token();
  if (checked.results.empty()) return checked;
  ASSIGN_OR_RETURN(const std::shared_ptr<const ChunkContent> content, chunks_->Get(checked.chunk));
  for (CheckedResult& result : checked.results) CheckOne(header_.spec(), *content, &result);
  return checked;
}

v1::EngineCounters PlausibleWork(const v1::EngineCounters& work) {
  return CountersAtMost(work, kMaxEngineCounter) ? work : v1::EngineCounters();
}

}  // namespace quipu::pipelines::internal
