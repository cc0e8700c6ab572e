// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::TestFingerprint;

constexpr float kNever = -std::numeric_limits<float>::infinity();

SamplingOptions Options(double temperature, int top_k, double top_p, double min_p) {
  return {temperature, top_k, top_p, min_p};
}

// Logits of these probabilities (times any constant).
std::vector<float> LogitsOf(const std::vector<double>& probabilities) {
  std::vector<float> logits;
  for (const double p : probabilities) logits.push_back(static_cast<float>(std::log(p)));
  return logits;
}

// The tokens that any random number can choose.
std::set<TokenId> Reachable(const std::vector<float>& logits, const SamplingOptions& options) {
  std::set<TokenId> tokens;
  for (int i = 0; i < 2000; ++i) tokens.insert(SampleToken(logits, options, i / 2000.0));
  return tokens;
}

// The distribution that the filters leave, by definition, from a full sort.
std::map<TokenId, double> Expected(const std::vector<float>& logits,
                                   const SamplingOptions& options) {
  std::vector<std::pair<double, TokenId>> sorted;
  double total = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    sorted.emplace_back(-std::exp(logits[i] / options.temperature), static_cast<TokenId>(i));
  }
  std::sort(sorted.begin(), sorted.end());
  if (options.top_k > 0 && options.top_k < static_cast<int>(sorted.size())) {
    sorted.resize(options.top_k);
  }
  for (const auto& [weight, id] : sorted) total -= weight;
  std::map<TokenId, double> kept;
  double sum = 0;
  for (const auto& [weight, id] : sorted) {
    if (sum >= options.top_p * total && options.top_p < 1) break;
    if (weight > options.min_p * sorted[0].first) break;  // Both negative.
    kept[id] = -weight;
    sum -= weight;
  }
  for (auto& [id, weight] : kept) weight /= sum;
  return kept;
}

void ExpectDistribution(const std::vector<float>& logits, const SamplingOptions& options) {
  const std::map<TokenId, double> expected = Expected(logits, options);
  // A fixed seed: the statistic is a constant, well below its critical value.
  Rng rng(FingerprintOf("sampler distribution"), "sampling");
  constexpr int kDraws = 20000;
  std::map<TokenId, int> counts;
  for (int i = 0; i < kDraws; ++i) ++counts[SampleToken(logits, options, rng.Uniform())];

  double chi_square = 0;
  int cells = 0;
  for (const auto& [id, probability] : expected) {
    const double mean = kDraws * probability;
    if (mean < 5) continue;
    chi_square += (counts[id] - mean) * (counts[id] - mean) / mean;
    ++cells;
  }
  for (const auto& [id, count] : counts) EXPECT_TRUE(expected.count(id) > 0) << "token " << id;
  // Mean cells - 1, deviation sqrt(2 (cells - 1)): five deviations are far out.
  EXPECT_LT(chi_square, cells - 1 + 5 * std::sqrt(2.0 * cells));
}

TEST(SampleToken, IsGreedyAtTemperatureZeroAndTakesTheLowestIdOnTies) {
  EXPECT_EQ(SampleToken(std::vector<float>{1, 3, 2, 3}, Options(0, 40, 0.9, 0), 0.999), 1);
  EXPECT_EQ(SampleToken(std::vector<float>{kNever, kNever, -5}, Options(0, 0, 1, 0), 0.5), 2);
}

TEST(SampleToken, SaysWhenNothingIsAllowed) {
  const std::vector<float> none(20, kNever);
  EXPECT_EQ(SampleToken(none, Options(0, 40, 0.9, 0), 0.5), -1);
  EXPECT_EQ(SampleToken(none, Options(1, 40, 0.9, 0), 0.5), -1);
  EXPECT_EQ(SampleToken(none, Options(1, 0, 1, 0), 0.5), -1);
}

TEST(SampleToken, TopKKeepsTheLikeliestAndLowerIdsOnTies) {
  const std::vector<float> logits = LogitsOf({0.1, 0.3, 0.1, 0.4, 0.1});
  EXPECT_EQ(Reachable(logits, Options(1, 2, 1, 0)), (std::set<TokenId>{1, 3}));
  EXPECT_EQ(Reachable(logits, Options(1, 3, 1, 0)), (std::set<TokenId>{0, 1, 3}));
  EXPECT_EQ(Reachable(logits, Options(1, 99, 1, 0)), (std::set<TokenId>{0, 1, 2, 3, 4}));
  EXPECT_EQ(Reachable(logits, Options(1, 1, 1, 0)), (std::set<TokenId>{3}));
}

TEST(SampleToken, TopPKeepsTheSmallestSetWithAtLeastThatProbability) {
  const std::vector<float> logits = LogitsOf({0.5, 0.3, 0.15, 0.05});
  EXPECT_EQ(Reachable(logits, Options(1, 0, 0.4, 0)), (std::set<TokenId>{0}));
  EXPECT_EQ(Reachable(logits, Options(1, 0, 0.6, 0)), (std::set<TokenId>{0, 1}));
  EXPECT_EQ(Reachable(logits, Options(1, 0, 0.85, 0)), (std::set<TokenId>{0, 1, 2}));
  EXPECT_EQ(Reachable(logits, Options(1, 0, 1, 0)), (std::set<TokenId>{0, 1, 2, 3}));
  // Of what top-k left: 0.5 / 0.8 is above 0.6.
  EXPECT_EQ(Reachable(logits, Options(1, 2, 0.6, 0)), (std::set<TokenId>{0}));
}

TEST(SampleToken, MinPKeepsWhatIsLikelyBesideTheLikeliest) {
  const std::vector<float> logits = LogitsOf({0.5, 0.3, 0.15, 0.05});
  EXPECT_EQ(Reachable(logits, Options(1, 0, 1, 0.2)), (std::set<TokenId>{0, 1, 2}));
  EXPECT_EQ(Reachable(logits, Options(1, 0, 1, 0.5)), (std::set<TokenId>{0, 1}));
  EXPECT_EQ(Reachable(logits, Options(1, 4, 1, 1.0)), (std::set<TokenId>{0}));
}

TEST(SampleToken, NeverGivesWhatIsMasked) {
  const std::vector<float> logits = {1.0f, kNever, 2.0f, kNever};
  EXPECT_EQ(Reachable(logits, Options(5, 0, 1, 0)), (std::set<TokenId>{0, 2}));
  EXPECT_EQ(Reachable(logits, Options(5, 4, 1, 0)), (std::set<TokenId>{0, 2}));
}

TEST(SampleToken, DrawsFromTheDistributionThatItsFiltersLeave) {
  Rng rng(FingerprintOf("sampler logits"), "logits");
  std::vector<float> logits(60);
  for (float& x : logits) x = static_cast<float>(rng.Uniform() * 6);
  for (const SamplingOptions& options :
       {Options(1, 0, 1, 0), Options(0.7, 0, 1, 0), Options(2, 20, 1, 0), Options(1, 0, 0.8, 0),
        Options(0.8, 30, 0.9, 0.05), Options(1, 0, 1, 0.1)}) {
    SCOPED_TRACE(::testing::Message() << options.temperature << " " << options.top_k << " "
                                      << options.top_p << " " << options.min_p);
    ExpectDistribution(logits, options);
  }
}

// With top-k off, it first looks at 256 candidates, then at 4,096, then at all;
// how many must not show. Each run draws a few numbers that need any of these,
// and a few that need almost all.
TEST(SampleToken, WithoutTopKIsTheSameAsWithAllOfTheVocabulary) {
  Rng rng(TestFingerprint(), "large vocabulary");
  std::vector<float> logits(5000);
  for (float& x : logits) x = static_cast<float>(rng.Uniform() * 3);
  for (int i = 0; i < 60; ++i) {
    const double uniform = i % 3 == 0   ? rng.Uniform()
                           : i % 3 == 1 ? rng.Uniform() * 0.2
                                        : 1 - rng.Uniform() * 1e-3;
    EXPECT_EQ(SampleToken(logits, Options(1, 0, 0.999, 0), uniform),
              SampleToken(logits, Options(1, 5000, 0.999, 0), uniform));
    EXPECT_EQ(SampleToken(logits, Options(1, 0, 1, 0), uniform),
              SampleToken(logits, Options(1, 5000, 1, 0), uniform));
  }
}

TEST(TopCandidates, AreThoseOfAFullSort) {
  Rng rng(TestFingerprint(), "top candidates");
  for (const int size : {1, 5, 100, 3000}) {
    std::vector<float> logits(size);
    // Few distinct values: many ties.
    for (float& x : logits) x = static_cast<float>(rng.Below(50));
    logits[0] = kNever;
    std::vector<Candidate> all;
    for (int i = 1; i < size; ++i) all.push_back({logits[i], i});
    std::sort(all.begin(), all.end());
    for (const int count : {1, 2, 40, 64, 1000, 5000}) {
      const std::vector<Candidate> top = TopCandidates(logits, count);
      ASSERT_EQ(top.size(), std::min<size_t>(all.size(), count));
      for (size_t i = 0; i < top.size(); ++i) EXPECT_EQ(top[i].id, all[i].id);
    }
  }
}

}  // namespace
}  // namespace quipu::inference
