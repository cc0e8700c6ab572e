// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/coordinator_fixture.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/fingerprint.h"
#include "gtest/gtest.h"
#include "tests/simulation/scripted_run.h"
#include "tests/support/status_matchers.h"

namespace quipu::testing {
namespace {

std::vector<simulation::PlannedChunk> Plan(int chunks, int tasks, size_t more_text) {
  std::vector<simulation::PlannedChunk> plan;
  for (int n = 0; n < chunks; ++n) {
    simulation::PlannedChunk& chunk = plan.emplace_back();
    chunk.id.set_document_id(absl::StrFormat("document %07d", n));
    chunk.content.text = "The keeper counts knots. One row follows another.";
    for (int i = 0; i < tasks; ++i) {
      v1::Task& task = chunk.content.tasks.emplace_back();
      task.set_id(absl::StrFormat("task %07d/%03d", n, i));
      task.set_document_id(chunk.id.document_id());
      task.set_index(i);
      task.mutable_chunk()->set_end(chunk.content.text.size());
      task.set_form(v1::ANSWER_FORM_LONG);
    }
    chunk.content.text.append(more_text, ' ');
  }
  return plan;
}

v1::LeaseResults ResultsOf(const v1::LeasedChunk& chunk,
                           v1::Result (*make)(const pipelines::ChunkContent&, int)) {
  v1::LeaseResults results;
  *results.mutable_ticket() = chunk.ticket();
  pipelines::ChunkContent content;
  content.text = chunk.text();
  content.tasks.assign(chunk.tasks().begin(), chunk.tasks().end());
  for (int i = 0; i < chunk.tasks_size(); ++i) *results.add_results() = make(content, i);
  return results;
}

}  // namespace

CoordinatorFixture::CoordinatorFixture(int chunks, int tasks, size_t more_text)
    : disk(simulation::ScriptedHeader(), Plan(chunks, tasks, more_text)) {
  options.clock = &clock;
  options.secret = kFixtureSecret;
  options.leases.key = FingerprintOf("key");
  // Never pauses by itself: nineteen in twenty scripted results are rejects.
  options.leases.pause_reject_share = 1.5;
  options.random_bytes = [this](size_t size) {
    std::string bytes = absl::StrCat("drawn ", ++drawn_);
    bytes.resize(size, '.');
    return bytes;
  };
  Start();
}

void CoordinatorFixture::Start() {
  coordinator.reset();
  run_store = std::make_unique<simulation::MemoryRunStore>(&disk);
  absl::StatusOr<std::unique_ptr<pipelines::Coordinator>> started =
      pipelines::Coordinator::Start(options, run_store.get());
  EXPECT_OK(started);
  if (started.ok()) coordinator = *std::move(started);
}

v1::HelloRequest CoordinatorFixture::HelloOf(absl::string_view worker, char process) const {
  v1::HelloRequest request;
  request.mutable_version()->set_major(pipelines::kProtocolMajor);
  request.set_build("test");
  request.set_worker(std::string(worker));
  request.set_incarnation(std::string(16, process));
  request.set_run_id(disk.header().run_id());
  *request.mutable_model() = disk.header().generating_model();
  return request;
}

std::string CoordinatorFixture::Hello(absl::string_view worker, char process) {
  const absl::StatusOr<v1::HelloReply> reply = coordinator->Hello({}, HelloOf(worker, process));
  EXPECT_OK(reply);
  return reply.ok() ? reply->session() : "";
}

std::shared_ptr<Pending<v1::LeaseReply>> CoordinatorFixture::Poll(absl::string_view session,
                                                                  int max, absl::Duration wait) {
  v1::LeaseRequest request;
  request.set_session(std::string(session));
  request.set_max_chunks(max);
  request.set_wait_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(wait)));
  auto pending = std::make_shared<Pending<v1::LeaseReply>>();
  coordinator->Lease({}, request, [pending](absl::StatusOr<v1::LeaseReply> reply) {
    EXPECT_FALSE(pending->answered);
    pending->answered = true;
    pending->reply = std::move(reply);
  });
  return pending;
}

v1::LeaseReply CoordinatorFixture::Lease(absl::string_view session, int max) {
  const auto pending = Poll(session, max, absl::ZeroDuration());
  Commit();
  EXPECT_TRUE(pending->answered);
  EXPECT_OK(pending->reply);
  return pending->reply.value_or(v1::LeaseReply());
}

std::shared_ptr<Pending<v1::SubmitReply>> CoordinatorFixture::Send(
    absl::string_view session, const std::vector<v1::LeaseResults>& leases) {
  v1::SubmitRequest request;
  request.set_session(std::string(session));
  for (const v1::LeaseResults& lease : leases) *request.add_leases() = lease;
  auto pending = std::make_shared<Pending<v1::SubmitReply>>();
  coordinator->Submit({}, request, [pending](absl::StatusOr<v1::SubmitReply> reply) {
    EXPECT_FALSE(pending->answered);
    pending->answered = true;
    pending->reply = std::move(reply);
  });
  return pending;
}

v1::SubmitReply CoordinatorFixture::Submit(absl::string_view session,
                                           const std::vector<v1::LeaseResults>& leases) {
  const auto pending = Send(session, leases);
  Commit();
  EXPECT_TRUE(pending->answered);
  EXPECT_OK(pending->reply);
  return pending->reply.value_or(v1::SubmitReply());
}

v1::LeaseResults CoordinatorFixture::Work(const v1::LeasedChunk& chunk) const {
  return ResultsOf(chunk, simulation::RightResult);
}

v1::LeaseResults CoordinatorFixture::Lie(const v1::LeasedChunk& chunk) const {
  return ResultsOf(chunk, simulation::LyingResult);
}

void CoordinatorFixture::Commit() {
  while (coordinator->CommitSome() > 0) {
  }
}

void CoordinatorFixture::Pass(absl::Duration time) {
  clock.Advance(time);
  coordinator->Tick();
  Commit();
}

void CoordinatorFixture::WorkAll(const std::vector<std::string>& sessions) {
  bool any = true;
  while (any) {
    any = false;
    for (const std::string& session : sessions) {
      const v1::LeaseReply granted = Lease(session, 1);
      for (const v1::LeasedChunk& chunk : granted.chunks()) {
        any = true;
        Submit(session, {Work(chunk)});
      }
    }
  }
}

int CoordinatorFixture::Wrong() const {
  int wrong = 0;
  for (const simulation::PlannedChunk& chunk : disk.chunks()) {
    for (size_t i = 0; i < chunk.content.tasks.size(); ++i) {
      const auto* made = disk.Find(chunk.content.tasks[i].id());
      if (made == nullptr) continue;
      const v1::Result right = simulation::RightResult(chunk.content, static_cast<int>(i));
      if (made->result.SerializeAsString() != right.SerializeAsString()) ++wrong;
    }
  }
  return wrong;
}

}  // namespace quipu::testing
