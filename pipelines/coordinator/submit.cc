// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What is checked of a submit in its caller's thread, before it waits for its
// group: who, tickets, results.
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "generator/result_check.h"
#include "pipelines/coordinator/impl.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "pipelines/coordinator/request_checks.h"

namespace quipu::pipelines::internal {
namespace {

bool Plausible(const v1::EngineCounters& work) {
  return work.prompt_tokens_computed() <= kMaxEngineCounter &&
         work.prompt_tokens_needed() <= kMaxEngineCounter &&
         work.sampled_tokens() <= kMaxEngineCounter && work.drafted_tokens() <= kMaxEngineCounter &&
         work.accepted_drafts() <= kMaxEngineCounter && work.steps() <= kMaxEngineCounter &&
         work.step_tokens() <= kMaxEngineCounter && work.busy_microseconds() <= kMaxEngineCounter;
}

// The task's number in its chunk; -1 if it is of another.
int NumberIn(const ChunkContent& chunk, const v1::Task& task) {
  for (size_t i = 0; i < chunk.tasks.size(); ++i) {
    if (chunk.tasks[i].id() == task.id()) return static_cast<int>(i);
  }
  return -1;
}

void CheckOne(const v1::RunSpec& spec, const ChunkContent& chunk, CheckedResult* checked) {
  // What this version does not know would be stored unseen.
  checked->result.DiscardUnknownFields();
  checked->task = NumberIn(chunk, checked->result.task());
  if (checked->task < 0) {
    checked->problem = absl::InvalidArgumentError("the result's task is not of its lease's chunk");
    return;
  }
  checked->problem = generator::CheckResult(generator::RulesOf(spec),
                                            chunk.tasks[static_cast<size_t>(checked->task)],
                                            chunk.text, checked->result);
}

}  // namespace

CheckedLease CoordinatorImpl::CheckLeaseResults(const std::string& worker,
                                                v1::LeaseResults* lease) {
  CheckedLease checked;
  checked.failure = lease->failure();
  const size_t kept = FloorToCodePoint(
      lease->message(), std::min<size_t>(lease->message().size(), kMaxAttemptMessageBytes));
  checked.message = lease->message().substr(0, kept);
  for (v1::Result& result : *lease->mutable_results()) {
    checked.results.emplace_back().result.Swap(&result);
  }
  const absl::StatusOr<v1::LeaseTicket> ticket =
      CheckTicket(options_.secret, ledger_->header().run_id(), worker, lease->ticket());
  checked.ticket = ticket.status();
  if (!ticket.ok()) return checked;
  checked.chunk.set_document_id(ticket->document_id());
  checked.chunk.set_chunk_index(ticket->chunk_index());
  checked.token = ticket->token();
  if (checked.results.empty()) return checked;
  const absl::StatusOr<std::shared_ptr<const ChunkContent>> content = chunks_.Get(checked.chunk);
  if (!content.ok()) {
    // Signed by this run and not there: the store has lost it.
    checked.ticket = content.status();
    Fail(content.status());
    return checked;
  }
  for (CheckedResult& result : checked.results) CheckOne(spec(), **content, &result);
  return checked;
}

void CoordinatorImpl::Submit(const Peer& peer, v1::SubmitRequest request,
                             ReplyFn<v1::SubmitReply> done) {
  absl::Status refused = CheckSubmit(request);
  Submission submission;
  submission.bytes = request.ByteSizeLong();
  if (refused.ok()) {
    const absl::Duration now = Now();
    absl::MutexLock lock(&mutex_);
    const absl::StatusOr<Session*> session = CallerLocked(peer, request.session(), now);
    refused = session.status();
    if (refused.ok() && waiting_bytes_ + submission.bytes > kMaxQueuedSubmitBytes) {
      refused = absl::ResourceExhaustedError(absl::StrCat("results that wait to be stored have ",
                                                          waiting_bytes_, " bytes, limit ",
                                                          kMaxQueuedSubmitBytes, ": try again"));
    }
    if (refused.ok()) {
      submission.worker = (*session)->worker;
      submission.session = (*session)->id;
      (*session)->left = request.leaving();
      waiting_bytes_ += submission.bytes;
    }
  }
  if (!refused.ok()) return done(refused);
  if (Plausible(request.work())) submission.work = std::move(*request.mutable_work());
  for (v1::LeaseResults& lease : *request.mutable_leases()) {
    submission.results += lease.results_size();
    submission.leases.push_back(CheckLeaseResults(submission.worker, &lease));
  }
  Enqueue(std::move(submission), std::move(done));
}

void CoordinatorImpl::Enqueue(Submission submission, ReplyFn<v1::SubmitReply> done) {
  absl::Status refused;
  {
    absl::MutexLock lock(&mutex_);
    refused = OpenLocked();
    if (refused.ok()) {
      submission.since = Now();
      submission.done = std::move(done);
      submissions_.push_back(std::move(submission));
    } else {
      waiting_bytes_ -= submission.bytes;
    }
  }
  if (!refused.ok()) return done(refused);
  if (wake_) wake_();
}

}  // namespace quipu::pipelines::internal
