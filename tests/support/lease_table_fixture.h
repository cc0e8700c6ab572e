// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A lease table with chunks 0, 1, 2, ... of two tasks each, and one clock, for
// tests that read like stories.
//
//   class LeaseTableTest : public LeaseTableFixture {};
//   TEST_F(LeaseTableTest, Grants) { Start(4); EXPECT_THAT(Grant("ann", 1), ElementsAre(0)); }
#ifndef QUIPU_TESTS_SUPPORT_LEASE_TABLE_FIXTURE_H_
#define QUIPU_TESTS_SUPPORT_LEASE_TABLE_FIXTURE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "gtest/gtest.h"
#include "pipelines/lease/table.h"
#include "protos/sample.pb.h"
#include "tests/support/status_matchers.h"

namespace quipu::testing {

class LeaseTableFixture : public ::testing::Test {
 protected:
  using Updates = std::vector<v1::LeaseUpdate>;
  static constexpr uint64_t kEpoch = 3;

  static v1::ChunkId IdOf(int number) {
    v1::ChunkId id;
    id.set_document_id(FingerprintOf(absl::StrCat("document ", number / 4)).ToBytes());
    id.set_chunk_index(number % 4);
    return id;
  }

  static v1::LeaseUpdate Added(int number, int tasks = 2, uint64_t done = 0) {
    v1::LeaseUpdate update;
    *update.mutable_chunk_added()->mutable_chunk() = IdOf(number);
    update.mutable_chunk_added()->set_num_tasks(tasks);
    update.mutable_chunk_added()->set_done(done);
    return update;
  }

  LeaseTableFixture() {
    options_.key = FingerprintOf("key");
    options_.max_leases_per_worker = 8;
    Start(0);
  }

  // A new table with this many chunks.
  void Start(int chunks) {
    table_.emplace(options_, kEpoch);
    chunks_ = chunks;
    for (int number = 0; number < chunks; ++number) {
      ASSERT_THAT(table_->Apply(Added(number)), IsOk());
    }
  }

  Updates ApplyAll(const Updates& updates) {
    for (const v1::LeaseUpdate& update : updates) {
      EXPECT_THAT(table_->Apply(update), IsOk()) << update.DebugString();
    }
    return updates;
  }

  int NumberOf(const v1::ChunkId& id) const {
    for (int number = 0; number < chunks_; ++number) {
      const v1::ChunkId other = IdOf(number);
      if (other.document_id() == id.document_id() && other.chunk_index() == id.chunk_index()) {
        return number;
      }
    }
    return -1;
  }

  // The numbers of the chunks that the worker gets.
  std::vector<int> Grant(absl::string_view worker, int max) {
    std::vector<int> numbers;
    for (const v1::LeaseUpdate& update : ApplyAll(table_->Grant(worker, max, now_))) {
      numbers.push_back(NumberOf(update.granted().chunk()));
    }
    return numbers;
  }

  pipelines::LeaseView View(int number) const { return table_->Find(IdOf(number)).value(); }

  Updates Store(int number, absl::string_view worker, uint64_t mask, int rejected = 0,
                v1::RejectReason why = v1::REJECT_REASON_VERDICT) {
    const pipelines::LeaseTable::RejectReasons rejects(static_cast<size_t>(rejected), why);
    return ApplyAll(table_->Store(IdOf(number), worker, mask, rejects, now_));
  }
  Updates End(int number, v1::LeaseEnded::Cause cause) {
    return ApplyAll(table_->End(IdOf(number), View(number).token, cause, "why", now_));
  }
  Updates Audit(int number, absl::string_view auditor, bool first, bool second = false) {
    return ApplyAll(table_->Audit(IdOf(number), auditor, first, second, now_));
  }
  void Pass(absl::Duration time) { now_ += time; }
  // Advances the clock past every backoff, and the time in which others come first.
  void PassBackoff() { Pass(options_.backoff_most + options_.ttl); }
  // Makes the workers ones that have delivered results, of another chunk.
  void Prove(const std::vector<std::string>& workers) {
    for (const std::string& worker : workers) {
      const int number = 1000 + proven_++;
      ASSERT_THAT(table_->Apply(Added(number, 1, 0b1)), IsOk());
      v1::LeaseUpdate made;
      *made.mutable_stored()->mutable_chunk() = IdOf(number);
      made.mutable_stored()->set_done(0b1);
      made.mutable_stored()->set_audited(0b1);
      made.mutable_stored()->set_worker(worker);
      ASSERT_THAT(table_->Replay(made), IsOk());
    }
  }
  // The workers are dead, or alive.
  Updates Expire(bool alive = false) {
    return ApplyAll(table_->Expire(now_, [&](absl::string_view) { return alive; }));
  }
  // With a poll of another worker waiting or not.
  Updates Renew(int number, absl::string_view worker, bool others_starve = false) {
    return ApplyAll(table_->Renew(IdOf(number), worker, View(number).token, others_starve, now_));
  }
  // All chunks with results by the worker that no audit has passed.
  std::vector<pipelines::UnauditedResults> UnauditedOf(absl::string_view worker) const {
    std::vector<pipelines::UnauditedResults> all;
    for (uint32_t from = 0; from < table_->chunks();) {
      for (pipelines::UnauditedResults& one : table_->UnauditedOf(worker, /*most=*/2, &from)) {
        all.push_back(std::move(one));
      }
    }
    return all;
  }
  Updates LoseAll(absl::string_view worker) { return ApplyAll(table_->WorkerGone(worker, now_)); }

  pipelines::LeaseOptions options_;
  std::optional<pipelines::LeaseTable> table_;
  absl::Duration now_ = absl::Seconds(1000);
  int chunks_ = 0;
  int proven_ = 0;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_LEASE_TABLE_FIXTURE_H_
