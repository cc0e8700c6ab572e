// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/sampler.h"

#include <algorithm>
#include <limits>

#include "base/exact_math.h"
#include "inference/kernels/log_softmax.h"

namespace quipu::inference {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

// First guess of how many candidates matter when top-k is off; each further
// guess is 16 times as large.
constexpr int kFirstCandidates = 256;

// The likeliest candidates with their weights, as many as requested so far.
class Candidates {
 public:
  Candidates(absl::Span<const float> logits, const SamplingOptions& options, float max)
      : logits_(logits), scale_(1.0 / options.temperature), max_(max) {
    limit_ = static_cast<int>(logits.size());
    if (options.top_k > 0) limit_ = std::min(limit_, options.top_k);
    Load(options.top_k > 0 ? limit_ : std::min(limit_, kFirstCandidates));
  }

  // Whether candidate number `i` exists.
  bool Has(int i) {
    while (i >= static_cast<int>(sorted_.size()) && loaded_ < limit_) {
      Load(static_cast<int>(std::min<int64_t>(limit_, int64_t{16} * loaded_)));
    }
    return i < static_cast<int>(sorted_.size());
  }

  TokenId id(int i) const { return sorted_[i].id; }
  // Relative to the likeliest.
  double weight(int i) const { return weights_[i]; }

  // The weight of all candidates that pass top-k.
  double Total(const SamplingOptions& options) const {
    if (options.top_k == 0) return SumOfExp(logits_, max_, scale_);
    double total = 0;
    for (const double weight : weights_) total += weight;
    return total;
  }

 private:
  void Load(int count) {
    loaded_ = count;
    sorted_ = TopCandidates(logits_, count);
    for (size_t i = weights_.size(); i < sorted_.size(); ++i) {
      const double below = static_cast<double>(sorted_[i].logit) - static_cast<double>(max_);
      weights_.push_back(ExactExp(below * scale_));
    }
  }

  absl::Span<const float> logits_;
  double scale_;
  float max_;
  int limit_ = 0;
  int loaded_ = 0;
  std::vector<Candidate> sorted_;
  std::vector<double> weights_;
};

TokenId Likeliest(absl::Span<const float> logits) {
  TokenId best = -1;
  float best_logit = kNever;
  for (size_t i = 0; i < logits.size(); ++i) {
    if (logits[i] > best_logit) {
      best = static_cast<TokenId>(i);
      best_logit = logits[i];
    }
  }
  return best;
}

}  // namespace

std::vector<Candidate> TopCandidates(absl::Span<const float> logits, int count) {
  std::vector<Candidate> best;
  if (count <= 0) return best;
  const size_t wanted = static_cast<size_t>(count);
  // Holds between `wanted` and twice as many: it is halved when full. After
  // that, only candidates above the least retained one can matter (a later id
  // loses ties).
  const size_t full = std::min(logits.size(), 2 * wanted + 64);
  best.reserve(full);
  float least = kNever;
  for (size_t i = 0; i < logits.size(); ++i) {
    if (!(logits[i] > least)) i = FindAbove(logits, i + 1, least);
    if (i == logits.size()) break;
    best.push_back({logits[i], static_cast<TokenId>(i)});
    if (best.size() < full || full <= wanted) continue;
    std::nth_element(best.begin(), best.begin() + (wanted - 1), best.end());
    best.resize(wanted);
    least = best.back().logit;
  }
  std::sort(best.begin(), best.end());
  if (best.size() > wanted) best.resize(wanted);
  return best;
}

TokenId SampleToken(absl::Span<const float> logits, const SamplingOptions& options,
                    double uniform) {
  if (options.temperature == 0) return Likeliest(logits);
  const float max = MaxLogit(logits);
  if (max == kNever) return -1;

  Candidates candidates(logits, options, max);
  const double total = candidates.Total(options);

  // How many candidates pass the filters (all if no filter is on), and their
  // weight.
  double kept_weight = total;
  int kept = std::numeric_limits<int>::max();
  if (options.top_p < 1 || options.min_p > 0) {
    const double wanted =
        options.top_p < 1 ? options.top_p * total : std::numeric_limits<double>::infinity();
    kept_weight = 0;
    kept = 0;
    while (candidates.Has(kept) && kept_weight < wanted &&
           candidates.weight(kept) >= options.min_p) {
      kept_weight += candidates.weight(kept++);
    }
  }

  const double target = uniform * kept_weight;
  double sum = 0;
  TokenId token = candidates.id(0);
  for (int i = 0; i < kept && candidates.Has(i); ++i) {
    token = candidates.id(i);
    sum += candidates.weight(i);
    if (sum > target) break;
  }
  return token;
}

}  // namespace quipu::inference
