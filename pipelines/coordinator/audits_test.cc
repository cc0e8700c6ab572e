// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Audits: honest workers pass, liars are found, and their results are removed.
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/coordinator.h"
#include "tests/support/coordinator_fixture.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::CoordinatorFixture;
using ::quipu::testing::StatusIs;
using ::testing::Each;

// A run in which every chunk is audited.
class CoordinatorAuditsTest : public ::testing::Test {
 protected:
  explicit CoordinatorAuditsTest(int chunks = 1) : run_(chunks, 2) {
    run_.options.leases.audit_share = 1;
    run_.options.leases.max_leases_per_worker = 1024;
    run_.Start();
    ann_ = run_.Hello("ann");
    bob_ = run_.Hello("bob");
    cat_ = run_.Hello("cat");
  }

  v1::LeasedChunk LeaseOne(const std::string& session) {
    const v1::LeaseReply reply = run_.Lease(session, 1);
    EXPECT_EQ(reply.chunks_size(), 1);
    return reply.chunks_size() == 1 ? reply.chunks(0) : v1::LeasedChunk();
  }
  bool Refused(const std::string& session) {
    return run_.Send(session, {})->reply.status().code() == absl::StatusCode::kPermissionDenied;
  }

  // Seconds until the run is done, an hour at most, with `each` in every one of them.
  absl::Duration TimeToEnd(const std::function<void()>& each) {
    absl::Duration took;
    for (; !run_.coordinator->Done() && took < absl::Hours(1); took += absl::Seconds(1)) {
      each();
      run_.Pass(absl::Seconds(1));
    }
    return took;
  }

  CoordinatorFixture run_;
  std::string ann_, bob_, cat_;
};

TEST_F(CoordinatorAuditsTest, AreMadeByAnotherWorkerWhoDoesNotSeeTheDifference) {
  const v1::LeasedChunk made = LeaseOne(ann_);
  run_.Submit(ann_, {run_.Work(made)});
  EXPECT_FALSE(run_.coordinator->Done());
  EXPECT_EQ(run_.coordinator->Status().audits_open(), 1u);
  EXPECT_EQ(run_.Lease(ann_, 1).chunks_size(), 0);

  const v1::LeasedChunk audited = LeaseOne(bob_);
  EXPECT_EQ(audited.tasks_size(), 2);
  v1::LeaseResults part = run_.Work(audited);
  part.mutable_results()->RemoveLast();
  v1::LeaseOutcome outcome = run_.Submit(bob_, {part}).leases(0);
  EXPECT_THAT(outcome.results(), Each(v1::SUBMIT_OUTCOME_STORED));
  EXPECT_FALSE(outcome.over());
  outcome = run_.Submit(bob_, {run_.Work(audited)}).leases(0);
  EXPECT_EQ(outcome.results(0), v1::SUBMIT_OUTCOME_DUPLICATE);
  EXPECT_EQ(outcome.results(1), v1::SUBMIT_OUTCOME_STORED);
  EXPECT_TRUE(outcome.over());

  EXPECT_TRUE(run_.coordinator->Done());
  EXPECT_EQ(run_.coordinator->Status().audits_passed(), 1u);
  EXPECT_TRUE(run_.disk.Find(made.tasks(0).id())->by.audited());
  EXPECT_EQ(run_.disk.Find(made.tasks(0).id())->by.worker(), "ann");
  EXPECT_EQ(run_.disk.num_results(), 2u);
  // Once is enough, also after a restart.
  run_.Start();
  EXPECT_TRUE(run_.coordinator->Done());
}

TEST_F(CoordinatorAuditsTest, FindTheMakerWhoLied) {
  run_.Submit(ann_, {run_.Lie(LeaseOne(ann_))});
  run_.Submit(bob_, {run_.Work(LeaseOne(bob_))});
  EXPECT_FALSE(Refused(ann_));  // One word against another.
  EXPECT_EQ(run_.Lease(bob_, 1).chunks_size(), 0);
  run_.Submit(cat_, {run_.Work(LeaseOne(cat_))});

  EXPECT_TRUE(Refused(ann_));
  EXPECT_FALSE(Refused(bob_));
  EXPECT_EQ(run_.Wrong(), 0);
  EXPECT_EQ(run_.disk.num_results(), 0u);
  EXPECT_EQ(run_.coordinator->Status().audits_failed(), 1u);
  run_.WorkAll({bob_, cat_});
  EXPECT_TRUE(run_.coordinator->Done());
  EXPECT_EQ(run_.disk.num_results(), 2u);
  EXPECT_EQ(run_.Wrong(), 0);
}

TEST_F(CoordinatorAuditsTest, TellOfEachResultThatTheyTakeOut) {
  int stored = 0;
  int removed = 0;
  run_.options.on_result = [&](bool) { ++stored; };
  run_.options.on_removed = [&](bool) { ++removed; };
  run_.Start();
  ann_ = run_.Hello("ann");
  bob_ = run_.Hello("bob");
  cat_ = run_.Hello("cat");
  run_.Submit(ann_, {run_.Lie(LeaseOne(ann_))});
  EXPECT_EQ(stored - removed, 2);

  run_.Submit(bob_, {run_.Work(LeaseOne(bob_))});
  run_.Submit(cat_, {run_.Work(LeaseOne(cat_))});

  EXPECT_EQ(removed, 2);
  EXPECT_EQ(stored - removed, static_cast<int>(run_.disk.num_results()));
  run_.WorkAll({bob_, cat_});
  EXPECT_TRUE(run_.coordinator->Done());
  EXPECT_EQ(stored - removed, 2) << "the planned pairs, and no more";
}

TEST_F(CoordinatorAuditsTest, FindTheAuditorWhoLied) {
  const v1::LeasedChunk made = LeaseOne(ann_);
  run_.Submit(ann_, {run_.Work(made)});
  run_.Submit(bob_, {run_.Lie(LeaseOne(bob_))});
  run_.Submit(cat_, {run_.Work(LeaseOne(cat_))});

  EXPECT_FALSE(Refused(ann_));
  EXPECT_TRUE(Refused(bob_));
  EXPECT_TRUE(run_.coordinator->Done());
  EXPECT_EQ(run_.Wrong(), 0);
  EXPECT_TRUE(run_.disk.Find(made.tasks(0).id())->by.audited());
}

// Submitting a lie for a part of each chunk and releasing the rest does not
// evade audits.
TEST_F(CoordinatorAuditsTest, FindTheLiarOfAPartOfAChunk) {
  v1::LeasedChunk chunk = LeaseOne(ann_);
  v1::LeaseResults part = run_.Lie(chunk);
  part.mutable_results()->RemoveLast();
  part.set_failure(v1::ATTEMPT_FAILURE_RETURNED);
  run_.Submit(ann_, {part});
  chunk = LeaseOne(bob_);
  ASSERT_EQ(chunk.tasks_size(), 1);
  run_.Submit(bob_, {run_.Work(chunk)});

  const v1::LeasedChunk audited = LeaseOne(bob_);
  ASSERT_EQ(audited.tasks_size(), 1);
  EXPECT_NE(audited.tasks(0).id(), chunk.tasks(0).id());
  // Includes a task that it was not asked for, which is answered as usual.
  v1::LeaseResults more = run_.Work(audited);
  *more.add_results() = run_.Work(chunk).results(0);
  const v1::LeaseOutcome outcome = run_.Submit(bob_, {more}).leases(0);
  EXPECT_EQ(outcome.results(0), v1::SUBMIT_OUTCOME_STORED);
  EXPECT_EQ(outcome.results(1), v1::SUBMIT_OUTCOME_DUPLICATE);
  run_.Submit(cat_, {run_.Work(LeaseOne(cat_))});

  EXPECT_TRUE(Refused(ann_));
  EXPECT_FALSE(Refused(bob_) || Refused(cat_));
  EXPECT_EQ(run_.Wrong(), 0);
  EXPECT_EQ(run_.disk.num_results(), 1u);
  run_.WorkAll({bob_, cat_});
  EXPECT_TRUE(run_.coordinator->Done());
  EXPECT_EQ(run_.Wrong(), 0);
}

TEST_F(CoordinatorAuditsTest, PauseTheRunWhenThreeWorkersMakeThreeResults) {
  run_.Submit(ann_, {run_.Lie(LeaseOne(ann_))});
  v1::LeaseResults mixed = run_.Work(LeaseOne(bob_));
  run_.Submit(bob_, {mixed});
  const v1::LeasedChunk chunk = LeaseOne(cat_);
  v1::LeaseResults third = run_.Work(chunk);
  *third.mutable_results(0) = run_.Lie(chunk).results(0);
  run_.Submit(cat_, {third});

  EXPECT_THAT(run_.coordinator->Paused(), ::testing::HasSubstr("three workers made three results"));
  EXPECT_FALSE(Refused(ann_) || Refused(bob_) || Refused(cat_));
}

TEST_F(CoordinatorAuditsTest, AreSkippedWithoutAnotherWorker) {
  run_.Pass(absl::Minutes(30));  // Bob and cat are silent.
  ann_ = run_.Hello("ann");
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});
  run_.Pass(absl::Seconds(1));

  EXPECT_TRUE(run_.coordinator->Done());
  EXPECT_EQ(run_.coordinator->Status().audits_passed(), 0u);
}

TEST_F(CoordinatorAuditsTest, AreSkippedAtOnceWhenTheOthersHaveLeft) {
  for (const char* name : {"bob", "cat"}) {
    v1::SubmitRequest last;
    last.set_session(run_.Hello(name));
    last.set_leaving(true);
    run_.coordinator->Submit({}, last, [](const absl::StatusOr<v1::SubmitReply>&) {});
  }
  const v1::LeasedChunk chunk = LeaseOne(ann_);
  run_.Submit(ann_, {run_.Work(chunk)});
  EXPECT_TRUE(run_.coordinator->Done());
}

TEST_F(CoordinatorAuditsTest, WaitAfterARestartForWorkersToComeBack) {
  const v1::LeasedChunk made = LeaseOne(ann_);
  run_.Submit(ann_, {run_.Work(made)});
  run_.Start();
  run_.Pass(absl::Seconds(1));
  EXPECT_FALSE(run_.coordinator->Done());

  bob_ = run_.Hello("bob");
  run_.Submit(bob_, {run_.Work(LeaseOne(bob_))});

  EXPECT_TRUE(run_.coordinator->Done());
  EXPECT_TRUE(run_.disk.Find(made.tasks(0).id())->by.audited());
}

TEST_F(CoordinatorAuditsTest, AreSkippedAfterARestartIfNobodyComesBack) {
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});
  run_.Start();
  run_.Pass(run_.options.leases.ttl - absl::Seconds(1));
  EXPECT_FALSE(run_.coordinator->Done());
  run_.Pass(absl::Seconds(1));
  EXPECT_TRUE(run_.coordinator->Done());
}

// A power failure does not lose the verdict that ended the run.
TEST_F(CoordinatorAuditsTest, AreDurableWhenTheRunIsDone) {
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});
  run_.Submit(bob_, {run_.Work(LeaseOne(bob_))});
  ASSERT_TRUE(run_.coordinator->Done());

  run_.coordinator.reset();
  run_.disk.LosePower(0);
  run_.Start();

  EXPECT_TRUE(run_.coordinator->Done());
}

TEST_F(CoordinatorAuditsTest, WaitForAWorkerThatWaitsForWork) {
  run_.options.leases.ttl = absl::Seconds(1);
  run_.Start();
  ann_ = run_.Hello("ann");
  bob_ = run_.Hello("bob");
  const v1::LeasedChunk chunk = LeaseOne(ann_);
  const auto waiting = run_.Poll(bob_, 1, absl::Seconds(30));
  run_.Pass(absl::Milliseconds(900));
  v1::RenewRequest renew;
  renew.set_session(ann_);
  *renew.add_tickets() = chunk.ticket();
  for (int i = 0; i < 10; ++i) {
    ASSERT_GT(run_.coordinator->Renew({}, renew)->ttl_ms(0), 0u);
    run_.Pass(absl::Milliseconds(900));
  }
  run_.Submit(ann_, {run_.Work(chunk)});

  ASSERT_OK(waiting->reply);
  ASSERT_EQ(waiting->reply->chunks_size(), 1);
  run_.Submit(bob_, {run_.Work(waiting->reply->chunks(0))});
  EXPECT_EQ(run_.coordinator->Status().audits_passed(), 1u);
}

// Names cost nothing: a peer that keeps saying Hello under many must not keep the run from ending.
TEST_F(CoordinatorAuditsTest, DoNotWaitLongForWorkersThatOnlySayHello) {
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});
  const auto waiting = run_.Poll(ann_, 1, absl::Seconds(30));
  for (int second = 0; second < 20; ++second) {
    run_.Hello("bob");
    run_.Hello(absl::StrCat("new/", second));
    if (second == 5) {
      EXPECT_FALSE(run_.coordinator->Done()) << "they may be about to ask for work";
    }
    run_.Pass(absl::Seconds(1));
  }

  EXPECT_TRUE(run_.coordinator->Done());
  ASSERT_TRUE(waiting->reply.ok()) << waiting->reply.status();
  EXPECT_TRUE(waiting->reply->run_done());
}

TEST_F(CoordinatorAuditsTest, WaitForAWorkerThatAskedForWorkBefore) {
  const v1::LeasedChunk made = LeaseOne(ann_);
  EXPECT_EQ(run_.Lease(bob_, 1).chunks_size(), 0);
  run_.Submit(ann_, {run_.Work(made)});
  run_.Pass(run_.options.leases.ttl - absl::Seconds(1));
  EXPECT_FALSE(run_.coordinator->Done());

  run_.Submit(bob_, {run_.Work(LeaseOne(bob_))});

  EXPECT_EQ(run_.coordinator->Status().audits_passed(), 1u);
}

// ---- A peer that takes audits and does not make them.

TEST_F(CoordinatorAuditsTest, ThatExpireDelayTheEndByOneLeaseIfNobodyElseCanMakeThem) {
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});
  LeaseOne(bob_);  // And nothing more, though bob lives.

  const absl::Duration took = TimeToEnd([&] { run_.Poll(bob_, 1, absl::ZeroDuration()); });

  EXPECT_LE(took, run_.options.leases.ttl + absl::Seconds(2));
  EXPECT_EQ(run_.coordinator->Status().audits_passed(), 0u);
}

class TwoChunkAuditsTest : public CoordinatorAuditsTest {
 protected:
  TwoChunkAuditsTest() : CoordinatorAuditsTest(2) {}
};

TEST_F(TwoChunkAuditsTest, ThatDieWithTheirWorkerDelayTheEndByOneLeaseIfNobodyElseCanMakeThem) {
  // Bob delivers, so that its silence is taken for its death.
  run_.Submit(bob_, {run_.Work(LeaseOne(bob_))});
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});
  EXPECT_EQ(run_.coordinator->Status().audits_passed(), 1u);
  LeaseOne(bob_);

  const absl::Duration took = TimeToEnd([&] { run_.Poll(ann_, 1, absl::ZeroDuration()); });

  EXPECT_LE(took, run_.options.leases.ttl + absl::Seconds(2));
}

// Nobody else is connected, so nobody starves but the run itself.
TEST_F(TwoChunkAuditsTest, ThatAreRenewedWithoutProgressEndSoon) {
  for (int chunk = 0; chunk < 2; ++chunk) {
    const v1::LeasedChunk made = LeaseOne(ann_);
    run_.Pass(absl::Seconds(1));
    run_.Submit(ann_, {run_.Work(made)});
  }
  const v1::LeaseReply audits = run_.Lease(bob_, 2);
  v1::RenewRequest renew;
  renew.set_session(bob_);
  for (const v1::LeasedChunk& chunk : audits.chunks()) *renew.add_tickets() = chunk.ticket();
  ASSERT_EQ(renew.tickets_size(), 2);

  const absl::Duration took = TimeToEnd([&] { (void)run_.coordinator->Renew({}, renew); });

  EXPECT_GT(took, run_.options.leases.ttl) << "it may be slow";
  EXPECT_LE(took, 2 * run_.options.leases.ttl + absl::Seconds(5));
}

TEST_F(CoordinatorAuditsTest, ThatExpireAreMadeByAnotherWorkerAtOnce) {
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});
  LeaseOne(bob_);
  run_.Pass(run_.options.leases.ttl - absl::Seconds(10));
  const auto waiting = run_.Poll(cat_, 1, absl::Seconds(20));
  run_.Pass(absl::Seconds(11));

  ASSERT_TRUE(waiting->answered);
  ASSERT_EQ(waiting->reply->chunks_size(), 1);
  run_.Submit(cat_, {run_.Work(waiting->reply->chunks(0))});

  EXPECT_TRUE(run_.coordinator->Done());
  EXPECT_EQ(run_.coordinator->Status().audits_passed(), 1u);
}

TEST_F(CoordinatorAuditsTest, InDisputeAreNeverSkippedThoughTheyExpire) {
  run_.Submit(ann_, {run_.Lie(LeaseOne(ann_))});
  run_.Submit(bob_, {run_.Work(LeaseOne(bob_))});
  LeaseOne(cat_);
  run_.Pass(run_.options.leases.ttl + absl::Seconds(1));
  EXPECT_FALSE(run_.coordinator->Done());

  const std::string dan = run_.Hello("dan");
  run_.Submit(dan, {run_.Work(LeaseOne(dan))});

  EXPECT_EQ(run_.coordinator->Status().audits_failed(), 1u);
  EXPECT_EQ(run_.Wrong(), 0);
}

TEST_F(CoordinatorAuditsTest, AreNotAskedOfAnEngineWhoseBytesDiffer) {
  run_.options.reproducible = false;
  run_.Start();
  ann_ = run_.Hello("ann");
  run_.Hello("bob");
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});
  EXPECT_TRUE(run_.coordinator->Done());
  run_.Start();
  EXPECT_TRUE(run_.coordinator->Done());
}

TEST_F(CoordinatorAuditsTest, AreRequestedAgainAfterARestart) {
  run_.Submit(ann_, {run_.Lie(LeaseOne(ann_))});
  run_.Submit(bob_, {run_.Work(LeaseOne(bob_))});  // A dispute.
  run_.Start();
  EXPECT_FALSE(run_.coordinator->Done());
  bob_ = run_.Hello("bob");
  cat_ = run_.Hello("cat");

  run_.Submit(bob_, {run_.Work(LeaseOne(bob_))});
  run_.Submit(cat_, {run_.Work(LeaseOne(cat_))});

  EXPECT_EQ(run_.Wrong(), 0);
  EXPECT_THAT(run_.coordinator->Hello({}, run_.HelloOf("ann", 'z')),
              StatusIs(absl::StatusCode::kPermissionDenied, "not those of two other workers"));
}

TEST_F(CoordinatorAuditsTest, OfAPassedPartAreNotRequestedAgainAfterARestart) {
  v1::LeaseResults part = run_.Work(LeaseOne(ann_));
  part.mutable_results()->RemoveLast();
  part.set_failure(v1::ATTEMPT_FAILURE_RETURNED);
  run_.Submit(ann_, {part});
  run_.Submit(bob_, {run_.Work(LeaseOne(bob_))});
  run_.Submit(cat_, {run_.Work(LeaseOne(cat_))});  // Ann's part.
  run_.Start();
  ann_ = run_.Hello("ann");
  bob_ = run_.Hello("bob");

  EXPECT_EQ(run_.coordinator->Status().audits_open(), 1u);
  EXPECT_EQ(run_.Lease(bob_, 1).chunks_size(), 0);  // Bob made it.
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});

  EXPECT_TRUE(run_.coordinator->Done());
}

TEST_F(CoordinatorAuditsTest, ForgetALiarsLatePartOfAnAuditThatWasLost) {
  run_.options.leases.backoff_first = absl::ZeroDuration();
  run_.Start();
  ann_ = run_.Hello("ann");
  bob_ = run_.Hello("bob");
  cat_ = run_.Hello("cat");
  run_.Submit(ann_, {run_.Work(LeaseOne(ann_))});
  const v1::LeasedChunk lost = LeaseOne(bob_);
  v1::LeaseResults part = run_.Lie(lost);
  part.mutable_results()->RemoveLast();
  run_.Submit(bob_, {part});
  run_.Pass(absl::Seconds(50));
  run_.Hello("cat");  // Is alive.
  run_.Pass(absl::Seconds(11));

  run_.Submit(cat_, {run_.Work(LeaseOne(cat_))});

  EXPECT_EQ(run_.coordinator->Status().audits_passed(), 1u);
  EXPECT_TRUE(run_.coordinator->Done());
}

// One of three workers lies about a share `lies` of its chunks. Returns the
// number of results that it has submitted when it is caught, with audits of
// `share`.
int ResultsUntilCaught(const Fingerprint& seed, double lies, double share) {
  CoordinatorFixture run(6000, 1);
  run.options.leases.audit_share = share;
  run.options.leases.key = FingerprintBuilder("audits").Add(seed).Build();
  run.Start();
  const std::string ann = run.Hello("ann");
  const std::string bob = run.Hello("bob");
  const std::string eve = run.Hello("eve");
  Rng rng(seed, "lies");
  for (int made = 0; made < 2000; ++made) {
    for (const std::string& session : {ann, bob, eve}) {
      if (session == eve && !run.coordinator->Hello({}, run.HelloOf("eve")).ok()) {
        EXPECT_EQ(run.Wrong(), 0);
        return made;
      }
      const v1::LeaseReply granted = run.Lease(session, 1);
      if (granted.chunks_size() == 0) continue;
      const bool lie = session == eve && rng.Uniform() < lies;
      const v1::LeasedChunk& chunk = granted.chunks(0);
      run.Submit(session, {lie ? run.Lie(chunk) : run.Work(chunk)});
    }
  }
  return 1 << 20;
}

// A lie is found when its chunk is audited (or when another chunk's lie exposes
// the worker): within n results with probability 1 - (1 - share * lies)^n.
// Bounds that hold with 99 % each. Derived: of 20 seeds 5 or more miss them with
// a probability below C(20, 5) * 0.01^5, one in 600,000.
TEST(CoordinatorLiarTest, IsCaughtWithinTheBound) {
  struct Case {
    double lies;
    double share;
  };
  for (const Case& c : {Case{1.0, 0.05}, Case{0.25, 0.2}}) {
    const int bound = static_cast<int>(std::ceil(std::log(0.01) / std::log(1 - c.lies * c.share)));
    int missed = 0;
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const Fingerprint key =
          FingerprintBuilder("liar").Add(testing::TestFingerprint()).Add(seed).Build();
      // Two audits are to be made until the verdict: a few results more.
      if (ResultsUntilCaught(key, c.lies, c.share) > bound + 10) ++missed;
    }
    EXPECT_LE(missed, 4) << "lies " << c.lies << ", audits " << c.share << ", bound " << bound;
  }
}

}  // namespace
}  // namespace quipu::pipelines
