// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Random histories: a table keeps its invariants, and is the same after a restart.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/bits.h"
#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/lease/journal.h"
#include "pipelines/lease/table.h"
#include "tests/support/lease_table_fixture.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOk;

std::vector<UnauditedResults> UnauditedOf(const LeaseTable& table, absl::string_view worker) {
  std::vector<UnauditedResults> all;
  for (uint32_t from = 0; from < table.chunks();) {
    for (UnauditedResults& one : table.UnauditedOf(worker, /*most=*/3, &from)) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

// A table under random operations, with what a coordinator would keep beside it:
// the journal, the results in the store, who made them.
class History {
 public:
  History(const LeaseOptions& options, Rng& rng, int chunks)
      : options_(options), rng_(rng), table_(options, epoch_) {
    for (int number = 0; number < chunks; ++number) {
      v1::LeaseUpdate added;
      v1::ChunkAdded& chunk = *added.mutable_chunk_added();
      chunk.mutable_chunk()->set_document_id(FingerprintOf(absl::StrCat(number / 3)).ToBytes());
      chunk.mutable_chunk()->set_chunk_index(number % 3);
      chunk.set_num_tasks(1 + rng_.Below(number % 7 == 0 ? 64 : 4));
      EXPECT_THAT(table_.Apply(added), IsOk());
      plan_.push_back(chunk);
    }
  }

  void Step() {
    now_ += absl::Milliseconds(rng_.Below(2000));
    const std::string worker = absl::StrCat("worker-", rng_.Below(5));
    const int number = static_cast<int>(rng_.Below(plan_.size()));
    const v1::ChunkId& chunk = plan_[number].chunk();
    const LeaseView view = table_.Find(chunk).value();
    switch (rng_.Below(14)) {
      case 0:
      case 1:
      case 2:
        EXPECT_EQ(table_.HasWorkFor(worker, now_), !table_.Grant(worker, 1, now_).empty());
        return ApplyAll(table_.Grant(worker, 1 + rng_.Below(6), now_));
      case 3:
        return ApplyAll(table_.Renew(chunk, worker, view.fence, rng_.Below(2) == 0, now_));
      case 4:
        return ApplyAll(table_.Expire(now_, [&](absl::string_view) { return rng_.Below(2) == 0; }));
      case 5:
        return ApplyAll(rng_.Below(2) == 0 ? table_.WorkerGone(worker, now_)
                                           : table_.WorkerLeft(worker, now_));
      case 6:
        return ApplyAll(
            table_.End(chunk, view.token,
                       rng_.Below(2) == 0 ? v1::LeaseEnded::RETURNED : v1::LeaseEnded::FAILED,
                       "engine", now_));
      case 7:
      case 8:
      case 9:
      case 10:
        return StoreSome(number, view);
      case 11:
        if (!view.audit) return;
        return ApplyAll(
            table_.Audit(chunk, view.worker, rng_.Below(4) != 0, rng_.Below(2) == 0, now_));
      case 12:
        return Rare(worker);
      default:
        return WithdrawOf(worker);
    }
  }

  void CheckInvariants() const {
    LeaseCounts counted;
    std::map<std::string, int> held;
    std::set<uint64_t> tokens;
    for (const v1::ChunkAdded& chunk : plan_) {
      const LeaseView view = table_.Find(chunk.chunk()).value();
      counted.planned += view.num_tasks;
      counted.done += absl::popcount(view.done);
      if (!view.leased) continue;
      ++counted.leases;
      ++held[view.worker];
      if (!view.audit) counted.leased += view.num_tasks - absl::popcount(view.done);
      EXPECT_LE(view.token, view.fence);
      EXPECT_TRUE(tokens.insert(view.token).second) << "two leases with token " << view.token;
      EXPECT_FALSE(view.quarantined && !view.audit);
    }
    const LeaseCounts& counts = table_.counts();
    EXPECT_EQ(counts.planned, counted.planned);
    EXPECT_EQ(counts.done, counted.done);
    EXPECT_EQ(counts.leased, counted.leased);
    EXPECT_EQ(counts.leases, counted.leases);
    EXPECT_LE(counts.done + counts.leased, counts.planned);
    EXPECT_LE(counts.disputes, counts.audits_open);
    for (const auto& [worker, leases] : held) {
      EXPECT_EQ(table_.LeasesOf(worker), leases);
      EXPECT_LE(leases, options_.max_leases_per_worker);
    }
  }

  // The state that a start after a kill restores from the journal.
  LeaseTable Restarted() {
    LeaseTable table(options_, epoch_ + 1);
    for (size_t number = 0; number < plan_.size(); ++number) {
      v1::LeaseUpdate added;
      *added.mutable_chunk_added() = plan_[number];
      added.mutable_chunk_added()->set_done(table_.Find(plan_[number].chunk())->done);
      EXPECT_THAT(table.Apply(added), IsOk());
    }
    for (const v1::LeaseUpdate& update : journal_) {
      EXPECT_THAT(table.Replay(update), IsOk()) << update.DebugString();
    }
    for (const auto& [key, mask] : made_) {
      if (mask == 0) continue;
      v1::LeaseUpdate made;
      *made.mutable_stored()->mutable_chunk() = plan_[key.first].chunk();
      made.mutable_stored()->set_worker(key.second);
      made.mutable_stored()->set_done(mask);
      const auto audited = audited_.find(key);
      made.mutable_stored()->set_audited(audited == audited_.end() ? 0 : audited->second);
      EXPECT_THAT(table.Replay(made), IsOk()) << made.DebugString();
    }
    for (const v1::LeaseUpdate& update : table.AskAudits()) {
      EXPECT_THAT(table.Apply(update), IsOk());
    }
    return table;
  }

  // What is journaled, and what the store has, is the same after a restart.
  void CheckRestart() {
    const LeaseTable restarted = Restarted();
    EXPECT_EQ(restarted.paused(), table_.paused());
    EXPECT_EQ(restarted.Done(), table_.Done());
    EXPECT_EQ(restarted.counts().done, table_.counts().done);
    EXPECT_EQ(restarted.counts().quarantined, table_.counts().quarantined);
    EXPECT_EQ(restarted.counts().audits_open, table_.counts().audits_open);
    for (const v1::ChunkAdded& chunk : plan_) {
      const LeaseView before = table_.Find(chunk.chunk()).value();
      const LeaseView after = restarted.Find(chunk.chunk()).value();
      EXPECT_EQ(after.done, before.done);
      EXPECT_EQ(after.quarantined, before.quarantined);
      EXPECT_EQ(after.lost, before.lost);
      EXPECT_EQ(after.failed, before.failed);
      EXPECT_GE(after.fence, before.fence & ~uint64_t{0xffffffff});
      if (after.fence >> 32 > epoch_) continue;  // All tickets of before are stale.
      EXPECT_EQ(after.fence, before.fence);
      EXPECT_EQ(after.leased, before.leased && !before.audit);
      if (!after.leased) continue;
      EXPECT_EQ(after.worker, before.worker);
      EXPECT_EQ(after.token, before.token);
    }
    for (int n = 0; n < 5; ++n) {
      const std::string worker = absl::StrCat("worker-", n);
      EXPECT_EQ(restarted.WhyQuarantined(worker), table_.WhyQuarantined(worker));
      EXPECT_EQ(UnauditedOf(restarted, worker).size(), UnauditedOf(table_, worker).size());
    }
  }

 private:
  void ApplyAll(const std::vector<v1::LeaseUpdate>& updates) {
    for (const v1::LeaseUpdate& update : updates) {
      ASSERT_THAT(table_.Apply(update), IsOk()) << update.DebugString();
      if (update.has_granted() && update.granted().token() >> 32 == epoch_) {
        ASSERT_GT(update.granted().token(), last_token_);
        last_token_ = update.granted().token();
      }
      Remember(update);
      // The coordinator's part: the rejects of a quarantined chunk.
      if (update.has_quarantined()) {
        ApplyAll(table_.Store(update.quarantined().chunk(), "", update.quarantined().open(),
                              Rejects(absl::popcount(update.quarantined().open())), now_));
      }
      // And what a liar made.
      if (update.has_worker_quarantined()) WithdrawOf(update.worker_quarantined().worker());
    }
  }

  void Remember(const v1::LeaseUpdate& update) {
    if (update.has_stored() && !update.stored().worker().empty()) {
      made_[{NumberOf(update.stored().chunk()), update.stored().worker()}] |=
          update.stored().done();
    }
    if (update.has_withdrawn()) {
      made_[{NumberOf(update.withdrawn().chunk()), update.withdrawn().worker()}] &=
          ~update.withdrawn().pending();
    }
    if (update.audit_verdict().verdict() == v1::AuditVerdict::SAME ||
        update.audit_verdict().verdict() == v1::AuditVerdict::SECOND_LIED) {
      const std::pair<int, std::string> key{NumberOf(update.audit_verdict().chunk()),
                                            update.audit_verdict().worker()};
      audited_[key] = made_[key];
    }
    if (IsJournaled(update)) journal_.push_back(update);
  }

  static LeaseTable::RejectReasons Rejects(size_t count) {
    return LeaseTable::RejectReasons(count, v1::REJECT_REASON_VERDICT);
  }

  int NumberOf(const v1::ChunkId& id) const {
    for (size_t number = 0; number < plan_.size(); ++number) {
      if (plan_[number].chunk().SerializeAsString() == id.SerializeAsString()) return number;
    }
    return -1;
  }

  void StoreSome(int number, const LeaseView& view) {
    const uint64_t all = ~uint64_t{0} >> (64 - view.num_tasks);
    uint64_t mask = all & ~view.done;
    if (rng_.Below(3) == 0) mask &= rng_.Next();
    if (mask == 0 || !view.leased || view.quarantined) return;
    ApplyAll(table_.Store(plan_[number].chunk(), view.worker, mask,
                          Rejects(rng_.Below(absl::popcount(mask) + 1)), now_));
  }

  void WithdrawOf(const std::string& worker) {
    if (rng_.Below(4) != 0 && table_.WhyQuarantined(worker).empty()) return;
    std::vector<v1::LeaseUpdate> updates;
    for (const UnauditedResults& unaudited : UnauditedOf(table_, worker)) {
      v1::ResultsWithdrawn& back = *updates.emplace_back().mutable_withdrawn();
      *back.mutable_chunk() = unaudited.chunk;
      back.set_worker(worker);
      back.set_pending(unaudited.mask);
    }
    ApplyAll(updates);
  }

  void Rare(const std::string& worker) {
    v1::LeaseUpdate update;
    switch (rng_.Below(5)) {
      case 0:
        return ApplyAll(table_.Release());
      case 1:
        update.mutable_worker_reinstated()->set_worker(worker);
        break;
      case 2:
        update.mutable_worker_quarantined()->set_worker(worker);
        update.mutable_worker_quarantined()->set_reason("random");
        break;
      case 3:
        return ApplyAll(table_.SkipAudits({worker}));
      default:
        update.mutable_resumed();
    }
    ApplyAll({update});
  }

  const uint64_t epoch_ = 6;
  const LeaseOptions options_;
  Rng& rng_;
  LeaseTable table_;
  std::vector<v1::ChunkAdded> plan_;
  std::vector<v1::LeaseUpdate> journal_;
  std::map<std::pair<int, std::string>, uint64_t> made_;
  std::map<std::pair<int, std::string>, uint64_t> audited_;  // Of them, as the store marks them.
  absl::Duration now_ = absl::Seconds(5);
  uint64_t last_token_ = 0;
};

TEST(LeaseTablePropertyTest, KeepsItsInvariantsAndIsTheSameAfterARestart) {
  Rng rng(testing::TestFingerprint(), "lease histories");
  for (int history = 0; history < 60 && !::testing::Test::HasFailure(); ++history) {
    SCOPED_TRACE(absl::StrCat("history ", history));
    LeaseOptions options;
    options.key = FingerprintOf(absl::StrCat(history));
    options.ttl = absl::Seconds(10);
    options.max_attempt = absl::Seconds(30);
    options.max_lost_attempts = 1 + rng.Below(4);
    options.max_failed_attempts = 1 + rng.Below(4);
    options.max_leases_per_worker = 1 + rng.Below(8);
    options.pause_window = 1 + rng.Below(30);
    options.pause_reject_share = 0.9;
    options.audit_share = rng.Below(3) / 2.0;
    History run(options, rng, 1 + rng.Below(40));
    for (int step = 0; step < 300 && !::testing::Test::HasFailure(); ++step) {
      run.Step();
      if (step % 10 == 0) run.CheckInvariants();
      if (step % 50 == 49) run.CheckRestart();
    }
  }
}

}  // namespace
}  // namespace quipu::pipelines
