// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/result_check.h"

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/limits.h"
#include "generator/judge/judge.h"
#include "generator/pairs/generate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/scripted/engine.h"
#include "tests/support/prose.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::StatusIs;

struct Made {
  std::string chunk;
  v1::Result result;
};

v1::Task MakeTask(int number, absl::string_view chunk) {
  v1::Task task;
  task.set_id(
      FingerprintBuilder("checked task").Add(static_cast<uint64_t>(number)).Build().ToBytes());
  task.set_document_id(FingerprintOf(chunk).ToBytes());
  task.set_index(static_cast<uint32_t>(number));
  task.mutable_chunk()->set_end(chunk.size());
  task.set_form(number % 2 == 0 ? v1::ANSWER_FORM_LONG : v1::ANSWER_FORM_SHORT);
  return task;
}

// What an honest worker makes with the scripted engine.
std::vector<Made> MakeHonest(const v1::RunSpec& spec, int pairs, int context_tokens = 8192) {
  inference::ScriptedEngineOptions options;
  options.context_tokens = context_tokens;
  auto engine = inference::CreateScriptedEngine(options);
  EXPECT_OK(engine);
  std::vector<Made> all;
  auto without = OpenWithoutChunk(**engine, spec);
  EXPECT_OK(without);
  int number = 0;
  for (const absl::string_view passage : testing::Prose()) {
    const std::string chunk(passage.substr(0, passage.find("\n\n")));
    const auto prefixes = OpenChunk(**engine, spec, chunk, *without);
    for (int i = 0; i < pairs; ++i) {
      const v1::Task task = MakeTask(++number, chunk);
      if (!prefixes.ok()) {
        all.push_back({chunk, EngineLimitResult(task, prefixes.status())});
        continue;
      }
      auto result = RunTask(**engine, **prefixes, spec, chunk, task);
      EXPECT_OK(result);
      if (result.ok()) all.push_back({chunk, *std::move(result)});
    }
  }
  return all;
}

absl::Status Check(const v1::RunSpec& spec, const Made& made) {
  return CheckResult(RulesOf(spec), made.result.task(), made.chunk, made.result);
}

v1::RunSpec ScriptedSpec() {
  v1::RunSpec spec;
  spec.mutable_engine()->set_kind(v1::EngineSpec::SCRIPTED);
  v1::JudgeWeights weights;
  weights.set_bias(1.5);
  weights.set_verdict_margin(0.5);
  weights.set_answer_log_prob(1);
  weights.set_min_log_prob(0.35);
  weights.set_gain(0.2);
  weights.set_margin_gain(0.05);
  weights.set_grounded_share(1);
  *spec.mutable_verification()->mutable_judge()->mutable_long_form() = weights;
  *spec.mutable_verification()->mutable_judge()->mutable_short_form() = weights;
  spec.mutable_verification()->set_target_precision(0.9);
  spec.mutable_verification()->set_second_answer(v1::VerificationSpec::OFF);
  return spec;
}

TEST(CheckResultTest, PassesEveryHonestResultOfTheScriptedEngine) {
  std::map<v1::RejectReason, int> reasons;
  std::vector<v1::RunSpec> specs(9, ScriptedSpec());
  specs[1].mutable_verification()->set_enabled(false);
  specs[2].mutable_verification()->set_min_verdict_margin(2.5);
  specs[3].mutable_verification()->set_min_answer_log_prob(-0.5);
  specs[3].mutable_verification()->set_min_short_answer_log_prob(-0.5);
  specs[4].mutable_verification()->set_min_answer_log_prob(-1000);
  specs[4].mutable_verification()->set_min_short_answer_log_prob(-1000);
  specs[4].mutable_verification()->set_min_gain(1000);
  // No gain helps; some gains do; and the second answer decides.
  specs[5].mutable_verification()->set_target_precision(0.9999);
  specs[6].mutable_verification()->set_target_precision(0);
  specs[6].mutable_verification()->set_second_answer(v1::VerificationSpec::ALL);
  specs[7].mutable_filters()->set_max_question_bytes(40);
  specs[7].mutable_generation()->add_question_openings("What");
  specs[8].mutable_filters()->set_min_grounded_share_long(1.0);
  specs[8].mutable_filters()->set_min_grounded_share_short(1.0);
  specs[8].mutable_filters()->add_refuse_patterns("the ");
  for (const v1::RunSpec& spec : specs) {
    for (const Made& made : MakeHonest(spec, 20)) {
      EXPECT_OK(Check(spec, made)) << made.result.DebugString();
      ++reasons[made.result.reject().reason()];
      fprintf(stderr, "%s %s\n", made.result.reject().ShortDebugString().c_str(),
              made.result.scores().ShortDebugString().c_str());
    }
  }
  EXPECT_GT(reasons[v1::REJECT_REASON_UNSPECIFIED], 20);
  for (const v1::RejectReason reason :
       {v1::REJECT_REASON_VERDICT, v1::REJECT_REASON_LIKELIHOOD, v1::REJECT_REASON_GAIN,
        v1::REJECT_REASON_PROBABILITY, v1::REJECT_REASON_DISAGREES, v1::REJECT_REASON_TOO_LONG,
        v1::REJECT_REASON_MENTIONS_TEXT}) {
    EXPECT_GT(reasons[reason], 5) << v1::RejectReason_Name(reason);
  }
}

TEST(CheckResultTest, PassesWhatAnEngineHadNoRoomFor) {
  std::map<v1::RejectReason, int> reasons;
  for (const int context : {700, 1100, 1500, 2200, 3000}) {
    auto made = MakeHonest(ScriptedSpec(), 4, context);
    for (const Made& one : made) {
      EXPECT_OK(Check(ScriptedSpec(), one)) << one.result.DebugString();
      ++reasons[one.result.reject().reason()];
    }
  }
  EXPECT_GT(reasons[v1::REJECT_REASON_ENGINE_LIMIT], 5);
}

TEST(CheckResultTest, PassesRepliesThatWereCutOrMalformed) {
  const v1::RunSpec spec = ScriptedSpec();
  Made made = {"Some chunk.", {}};
  *made.result.mutable_task() = MakeTask(0, made.chunk);
  made.result.mutable_reject()->set_reason(v1::REJECT_REASON_MALFORMED);
  made.result.set_sampled_tokens(30);
  EXPECT_OK(Check(spec, made));
  made.result.mutable_reject()->set_reason(v1::REJECT_REASON_TOO_LONG);
  made.result.set_question("What is it");
  made.result.set_sampled_tokens(64);
  EXPECT_OK(Check(spec, made));
  made.result.set_sampled_tokens(63);
  EXPECT_THAT(Check(spec, made), StatusIs(absl::StatusCode::kInvalidArgument, "cut at 63"));
}

// ---- Forgeries of an accepted result and of each kind of reject.

using Forge = std::function<void(Made*)>;
struct Forgery {
  const char* what;
  Forge forge;
  const char* message;
};

class CheckResultForgeryTest : public ::testing::Test {
 protected:
  CheckResultForgeryTest() {
    spec_.mutable_verification()->set_min_verdict_margin(1.5);
    for (Made& made : MakeHonest(spec_, 40)) {
      honest_.try_emplace(made.result.reject().reason(), std::move(made));
    }
  }

  void ExpectCaught(v1::RejectReason reason, const std::vector<Forgery>& forgeries) {
    ASSERT_EQ(honest_.count(reason), 1u) << v1::RejectReason_Name(reason);
    const Made& honest = honest_.at(reason);
    ASSERT_OK(Check(spec_, honest));
    for (const Forgery& forgery : forgeries) {
      Made forged = honest;
      forgery.forge(&forged);
      EXPECT_THAT(CheckResult(RulesOf(spec_), honest.result.task(), honest.chunk, forged.result),
                  StatusIs(absl::StatusCode::kInvalidArgument, forgery.message))
          << forgery.what;
    }
  }

  v1::RunSpec spec_ = ScriptedSpec();
  std::map<v1::RejectReason, Made> honest_;
};

TEST_F(CheckResultForgeryTest, OfTheTaskIsCaughtInEveryField) {
  const char kTask[] = "task is not the planned one";
  ExpectCaught(
      v1::REJECT_REASON_UNSPECIFIED,
      {{"id", [](Made* m) { m->result.mutable_task()->mutable_id()->back() ^= 1; }, kTask},
       {"document", [](Made* m) { m->result.mutable_task()->set_document_id("d"); }, kTask},
       {"index", [](Made* m) { m->result.mutable_task()->set_index(77); }, kTask},
       {"chunk", [](Made* m) { m->result.mutable_task()->set_chunk_index(77); }, kTask},
       {"span", [](Made* m) { m->result.mutable_task()->mutable_chunk()->set_end(1); }, kTask},
       {"form", [](Made* m) { m->result.mutable_task()->set_form(v1::ANSWER_FORM_UNSPECIFIED); },
        kTask},
       {"none", [](Made* m) { m->result.clear_task(); }, kTask}});
}

TEST_F(CheckResultForgeryTest, OfTheTextsIsCaught) {
  ExpectCaught(
      v1::REJECT_REASON_UNSPECIFIED,
      {{"no answer", [](Made* m) { m->result.clear_answer(); }, "filters refuse the pair"},
       {"no question", [](Made* m) { m->result.clear_question(); }, "filters refuse the pair"},
       {"bad utf-8", [](Made* m) { m->result.set_answer("caf\xc3"); }, "not valid UTF-8"},
       {"escape", [](Made* m) { m->result.set_question("What \x1b[2J is it?"); },
        "question has the control character \\x1b"},
       {"override", [](Made* m) { m->result.set_answer("a \xe2\x80\xae b"); },
        "answer has the control character \\u202e"},
       {"carriage return", [](Made* m) { m->result.set_answer("a\rb"); },
        "answer has the control character \\r"},
       {"padded", [](Made* m) { m->result.mutable_answer()->push_back(' '); }, "with a space"},
       {"two lines", [](Made* m) { m->result.set_question("What?\nWhy?"); }, "than one line"},
       {"huge", [](Made* m) { m->result.set_answer(std::string(kMaxResponseBytes + 1, 'a')); },
        "answer, bytes: 262145, limit 262144"},
       {"long", [](Made* m) { m->result.set_answer(std::string(4001, 'a')); },
        "filters refuse the pair with REJECT_REASON_TOO_LONG"},
       {"ungrounded",
        [](Made* m) { m->result.set_answer("Zyxel quorum flibbertigibbet vexes wombats daily."); },
        "filters refuse the pair with REJECT_REASON_NOT_GROUNDED"},
       {"refusal", [](Made* m) { m->result.set_answer("I cannot answer that."); },
        "filters refuse the pair with REJECT_REASON_REFUSAL"}});
}

// Makes what follows from other scores fit them, as a careful liar does.
void Rejudge(const v1::RunSpec& spec, v1::Result* result) {
  v1::Scores& scores = *result->mutable_scores();
  scores.set_gain(scores.answer_log_prob() - scores.closed_book_log_prob());
  scores.set_probability(
      Probability(WeightsOf(spec.verification(), result->task().form()), scores));
}

TEST_F(CheckResultForgeryTest, OfTheScoresIsCaught) {
  const double kNan = std::numeric_limits<double>::quiet_NaN();
  const double kInf = std::numeric_limits<double>::infinity();
  using S = v1::Scores;
  const auto scores = [](std::function<void(S*)> f) {
    return [f](Made* m) { f(m->result.mutable_scores()); };
  };
  const auto fitting = [this](std::function<void(S*)> f) {
    return [this, f](Made* m) {
      f(m->result.mutable_scores());
      Rejudge(spec_, &m->result);
    };
  };
  ExpectCaught(
      v1::REJECT_REASON_UNSPECIFIED,
      {{"none", [](Made* m) { m->result.clear_scores(); }, "accepted without scores"},
       {"share", scores([](S* s) { s->set_grounded_share(s->grounded_share() * 0.999); }),
        "grounded_share"},
       {"copied", scores([](S* s) { s->set_copied_share(s->copied_share() + 0.001); }),
        "copied_share"},
       {"copy", scores([](S* s) { s->set_longest_copy(1000); }), "longest_copy: 1000"},
       {"kind", [](Made* m) { m->result.set_question_kind("what else"); },
        "question_kind: \"what else\""},
       {"margin", scores([](S* s) { s->set_verdict_margin(1.4999); }),
        "accepted, where its scores say REJECT_REASON_VERDICT"},
       {"likelihood", scores([](S* s) { s->set_answer_log_prob(-300); }),
        "REJECT_REASON_LIKELIHOOD"},
       {"certain", fitting([](S* s) { s->set_answer_log_prob(0.01); }), "answer_log_prob: 0.01"},
       {"least", fitting([](S* s) { s->set_min_log_prob(-0.001); }), "min_log_prob: -0.001"},
       {"greedy", fitting([](S* s) { s->set_greedy_share(1.5); }), "greedy_share: 1.5"},
       {"gain", scores([](S* s) { s->set_gain(s->gain() * 1.001); }), "modified: gain"},
       {"margin without the chunk", scores([](S* s) { s->set_closed_book_margin(9); }),
        "modified: probability"},
       {"no gain", fitting([](S* s) { s->set_closed_book_log_prob(s->answer_log_prob() + 0.001); }),
        "REJECT_REASON_GAIN"},
       {"probability", scores([](S* s) { s->set_probability(0.99); }), "modified: probability"},
       {"not without the chunk", scores([](S* s) { s->set_closed_book(false); }),
        "accepted, but the model was not asked for the gain"},
       {"second answer", scores([](S* s) { s->set_second_asked(true); }), "second_asked"},
       {"overlap", scores([](S* s) { s->set_second_overlap(1); }), "second_overlap"},
       {"nan margin", scores([=](S* s) { s->set_verdict_margin(kNan); }), "no finite"},
       {"nan likelihood", scores([=](S* s) { s->set_answer_log_prob(kNan); }), "no finite"},
       {"nan least", scores([=](S* s) { s->set_min_log_prob(kNan); }), "min_log_prob is no finite"},
       {"nan gain", scores([=](S* s) { s->set_gain(kNan); }), "no finite"},
       {"nan share", scores([=](S* s) { s->set_grounded_share(kNan); }), "no finite"},
       {"nan probability", scores([=](S* s) { s->set_probability(kNan); }), "no finite"},
       {"inf margin", scores([=](S* s) { s->set_verdict_margin(kInf); }), "no finite"},
       {"inf gain", scores([=](S* s) { s->set_gain(kInf); }), "no finite"},
       {"no tokens", scores([](S* s) { s->set_answer_tokens(0); }), "was not asked for the answer"},
       {"many tokens", fitting([](S* s) { s->set_answer_tokens(100000); }),
        "answer_tokens: 100000"},
       {"unscored", scores([](S* s) { s->set_scored(false); }), "was not asked for the verdict"},
       {"verdict only", scores([](S* s) { s->set_verdict_only(true); }), "verdict_only"},
       {"sampled", [](Made* m) { m->result.set_sampled_tokens(225); },
        "sampled_tokens: 225, limit"},
       {"a reason",
        [](Made* m) { m->result.mutable_reject()->set_reason(v1::REJECT_REASON_VERDICT); },
        "REJECT_REASON_VERDICT, where its scores say accepted"},
       {"an empty reject", [](Made* m) { m->result.mutable_reject(); }, "without a reason"}});
}

TEST_F(CheckResultForgeryTest, OfRejectsIsCaught) {
  const auto reason = [](v1::RejectReason r) {
    return [r](Made* m) { m->result.mutable_reject()->set_reason(r); };
  };
  const auto accept = [](Made* m) { m->result.clear_reject(); };
  ExpectCaught(
      v1::REJECT_REASON_VERDICT,
      {{"accept", accept, "accepted, where its scores say REJECT_REASON_VERDICT"},
       {"gain", reason(v1::REJECT_REASON_GAIN), "its scores say REJECT_REASON_VERDICT"},
       {"empty", reason(v1::REJECT_REASON_EMPTY), "its scores say"},
       {"no tokens", [](Made* m) { m->result.mutable_scores()->set_answer_tokens(0); },
        "answer_tokens: 0, least 1"},
       {"probability", [](Made* m) { m->result.mutable_scores()->set_probability(0.5); },
        "probability"},
       {"gain", [](Made* m) { m->result.mutable_scores()->set_closed_book(true); }, "closed_book"},
       {"margin without the chunk",
        [](Made* m) { m->result.mutable_scores()->set_closed_book_margin(1); },
        "closed_book_margin"},
       {"detail",
        [](Made* m) {
          m->result.mutable_reject()->set_detail(std::string(kMaxRejectDetailBytes + 1, 'd'));
        },
        "reject detail, bytes: 4097, limit 4096"},
       {"detail's bytes", [](Made* m) { m->result.mutable_reject()->set_detail("\xff"); },
        "not valid UTF-8"},
       {"detail's control characters",
        [](Made* m) { m->result.mutable_reject()->set_detail("\x1b]0;x"); },
        "reject detail has the control character \\x1b"}});
  // Those that no worker may give.
  for (const v1::RejectReason r :
       {v1::REJECT_REASON_DUPLICATE_QUESTION, v1::REJECT_REASON_CONTEXT_TOO_SMALL,
        v1::REJECT_REASON_ROW_TOO_LONG, v1::REJECT_REASON_NOTHING_TO_TRAIN,
        v1::REJECT_REASON_QUARANTINED, static_cast<v1::RejectReason>(99)}) {
    ExpectCaught(v1::REJECT_REASON_VERDICT, {{"with scores", reason(r), "where its scores say"},
                                             {"without",
                                              [r](Made* m) {
                                                m->result.clear_scores();
                                                m->result.mutable_reject()->set_reason(r);
                                              },
                                              "no scores, and the reason is"}});
  }
  // A pair that the filters let pass cannot be hidden behind another reason.
  ExpectCaught(
      v1::REJECT_REASON_UNSPECIFIED,
      {{"malformed",
        [](Made* m) {
          m->result.clear_scores();
          m->result.mutable_reject()->set_reason(v1::REJECT_REASON_MALFORMED);
        },
        "a malformed reply with a question"},
       {"no room",
        [](Made* m) {
          m->result.clear_scores();
          m->result.mutable_reject()->set_reason(v1::REJECT_REASON_ENGINE_LIMIT);
        },
        "had no room for, with a pair"},
       {"no room, sampled",
        [](Made* m) {
          m->result.clear_scores();
          m->result.clear_question();
          m->result.clear_answer();
          m->result.mutable_reject()->set_reason(v1::REJECT_REASON_ENGINE_LIMIT);
        },
        "with sampled tokens"},
       {"no room to score, scored",
        [](Made* m) { m->result.mutable_reject()->set_reason(v1::REJECT_REASON_ENGINE_LIMIT); },
        "REJECT_REASON_ENGINE_LIMIT, where its scores say accepted"},
       {"no room for the gain, with a probability",
        [](Made* m) {
          m->result.mutable_scores()->set_closed_book(false);
          m->result.mutable_reject()->set_reason(v1::REJECT_REASON_ENGINE_LIMIT);
        },
        "closed_book_log_prob"}});
}

TEST_F(CheckResultForgeryTest, OfWhatTheFiltersSaidIsCaught) {
  spec_.mutable_filters()->set_max_question_bytes(40);
  honest_.clear();
  for (Made& made : MakeHonest(spec_, 20)) {
    honest_.try_emplace(made.result.reject().reason(), std::move(made));
  }
  ExpectCaught(v1::REJECT_REASON_TOO_LONG,
               {{"accept", [](Made* m) { m->result.clear_reject(); }, "the result says accepted"},
                {"other reason",
                 [](Made* m) { m->result.mutable_reject()->set_reason(v1::REJECT_REASON_REFUSAL); },
                 "the result says REJECT_REASON_REFUSAL"},
                {"other words", [](Made* m) { m->result.mutable_reject()->set_detail("so it is"); },
                 "the filters refuse the pair with REJECT_REASON_TOO_LONG (question of"},
                {"scored", [](Made* m) { m->result.mutable_scores()->set_scored(true); },
                 "deleted: scored"}});
}

// Two ways to be improbable: with the gain, and whatever the gain.
TEST_F(CheckResultForgeryTest, OfAnImprobablePairIsCaught) {
  const auto accept = [](Made* m) { m->result.clear_reject(); };
  for (const double target : {0.95, 0.9999}) {
    spec_.mutable_verification()->set_target_precision(target);
    const bool closed_book = target == 0.95;
    honest_.clear();
    for (Made& made : MakeHonest(spec_, 40)) {
      if (made.result.scores().closed_book() != closed_book) continue;
      honest_.try_emplace(made.result.reject().reason(), std::move(made));
    }
    ExpectCaught(
        v1::REJECT_REASON_PROBABILITY,
        {{"accept", accept, "accepted, where its scores say REJECT_REASON_PROBABILITY"},
         {"probability", [](Made* m) { m->result.mutable_scores()->set_probability(0.01); },
          "probability"},
         {"gain", [](Made* m) { m->result.mutable_scores()->set_gain(100); }, "gain"}});
    if (!closed_book) continue;
    ExpectCaught(v1::REJECT_REASON_PROBABILITY,
                 {{"no gain", [](Made* m) { m->result.mutable_scores()->set_closed_book(false); },
                   "but the model was not asked for the gain"}});
  }
}

TEST_F(CheckResultForgeryTest, OfTheSecondAnswerIsCaught) {
  spec_.mutable_verification()->set_second_answer(v1::VerificationSpec::ALL);
  honest_.clear();
  for (Made& made : MakeHonest(spec_, 60)) {
    honest_.try_emplace(made.result.reject().reason(), std::move(made));
  }
  const auto overlap = [](double share) {
    return [share](Made* m) { m->result.mutable_scores()->set_second_overlap(share); };
  };
  ExpectCaught(v1::REJECT_REASON_UNSPECIFIED,
               {{"disagrees", overlap(0.4), "accepted, where its scores say"},
                {"more than all", overlap(1.5), "second_overlap: 1.5, must be from 0 to 1"},
                {"not asked", [](Made* m) { m->result.mutable_scores()->set_second_asked(false); },
                 "but the model was not asked for the second answer"}});
  ExpectCaught(v1::REJECT_REASON_DISAGREES,
               {{"accept", [](Made* m) { m->result.clear_reject(); },
                 "accepted, where its scores say REJECT_REASON_DISAGREES"},
                {"agrees", overlap(1), "REJECT_REASON_DISAGREES, where its scores say accepted"}});
}

TEST_F(CheckResultForgeryTest, OfALikelihoodWithoutTheChunkIsCaught) {
  spec_.mutable_verification()->set_min_gain(-1000);
  ExpectCaught(v1::REJECT_REASON_UNSPECIFIED,
               {{"certain",
                 [this](Made* m) {
                   m->result.mutable_scores()->set_closed_book_log_prob(0.01);
                   m->result.mutable_scores()->set_verdict_margin(1000);
                   Rejudge(spec_, &m->result);
                 },
                 "closed_book_log_prob: 0.01"}});
}

// An accepted result as the engine of a server would have made it.
class CheckServerResultTest : public ::testing::Test {
 protected:
  CheckServerResultTest() {
    for (Made& made : MakeHonest(spec_, 40)) {
      if (!made.result.has_reject()) made_ = std::move(made);
    }
    spec_.mutable_engine()->set_kind(v1::EngineSpec::OPENAI);
    // A server's pass without the chunk has no verdict.
    scores().clear_closed_book_margin();
    scores().set_probability(
        Probability(WeightsOf(spec_.verification(), made_.result.task().form()), scores()));
  }
  v1::Scores& scores() { return *made_.result.mutable_scores(); }
  // The scores of a server that offers the verdict's words alone.
  void KeepTheVerdict() {
    v1::Scores verdict;
    verdict.set_grounded_share(scores().grounded_share());
    verdict.set_copied_share(scores().copied_share());
    verdict.set_longest_copy(scores().longest_copy());
    verdict.set_question_named(scores().question_named());
    verdict.set_log_question_words(scores().log_question_words());
    verdict.set_scored(true);
    verdict.set_verdict_margin(scores().verdict_margin());
    verdict.set_verdict_only(true);
    scores() = verdict;
  }
  void Refuse(v1::RejectReason reason) { made_.result.mutable_reject()->set_reason(reason); }

  v1::RunSpec spec_ = ScriptedSpec();
  Made made_;
};

TEST_F(CheckServerResultTest, MayDecideByTheVerdictAlone) {
  KeepTheVerdict();
  EXPECT_OK(Check(spec_, made_));
  EXPECT_FALSE(Check(ScriptedSpec(), made_).ok());
  scores().set_gain(2);
  EXPECT_THAT(Check(spec_, made_), StatusIs(absl::StatusCode::kInvalidArgument, "gain"));
  scores().clear_gain();
  scores().set_verdict_margin(-1);
  EXPECT_THAT(Check(spec_, made_),
              StatusIs(absl::StatusCode::kInvalidArgument, "say REJECT_REASON_VERDICT"));
  scores().set_verdict_only(false);
  Refuse(v1::REJECT_REASON_VERDICT);
  EXPECT_OK(Check(spec_, made_));
}

TEST_F(CheckServerResultTest, MayMeasureTheAnswerInACallOfItsOwn) {
  EXPECT_OK(Check(spec_, made_));
  scores().set_closed_book_margin(1);
  EXPECT_THAT(Check(spec_, made_),
              StatusIs(absl::StatusCode::kInvalidArgument, "closed_book_margin"));
  scores().clear_closed_book_margin();
  // No room for that call: the verdict is all there is.
  KeepTheVerdict();
  scores().set_verdict_only(false);
  Refuse(v1::REJECT_REASON_ENGINE_LIMIT);
  EXPECT_OK(Check(spec_, made_));
  scores().set_verdict_only(true);
  EXPECT_THAT(Check(spec_, made_),
              StatusIs(absl::StatusCode::kInvalidArgument, "where its scores say accepted"));
}

}  // namespace
}  // namespace quipu::generator
