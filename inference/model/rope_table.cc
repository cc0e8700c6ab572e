// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/rope_table.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/exact_math.h"
#include "base/status_macros.h"

namespace quipu::inference {
namespace {

using Scaling = RopeOptions::Scaling;

constexpr double kTwoPi = 6.283185307179586;

absl::Status Check(const RopeSettings& s) {
  if (!(s.factor >= 1e-3 && s.factor <= 1e6)) {
    return absl::InvalidArgumentError(
        s.factor == 0 ? "rope scaling without a factor: neither the model nor an option gives it"
                      : absl::StrCat("rope scaling factor is ", s.factor, ", want 1e-3 to 1e6"));
  }
  if (s.original_context < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("rope original context is ", s.original_context));
  }
  if (!(s.low_freq_factor > 0 && s.high_freq_factor > s.low_freq_factor)) {
    return absl::InvalidArgumentError(absl::StrCat("rope low_freq_factor ", s.low_freq_factor,
                                                   " and high_freq_factor ", s.high_freq_factor,
                                                   ", want 0 < low < high"));
  }
  return absl::OkStatus();
}

// The file's settings with the caller's in their place.
absl::StatusOr<RopeSettings> Resolve(RopeSettings s, const RopeOptions& options,
                                     int trained_context) {
  if (options.base != 0) s.base = options.base;
  if (!(s.base >= 1 && s.base <= 1e12)) {
    return absl::InvalidArgumentError(absl::StrCat("rope base is ", s.base, ", want 1 to 1e12"));
  }
  if (options.scaling != Scaling::kFromFile) {
    s.scaling = options.scaling;
    s.low_freq_factor = options.low_freq_factor;
    s.high_freq_factor = options.high_freq_factor;
    s.magnitude = 0;
  } else if (!s.unsupported.empty()) {
    return absl::UnimplementedError(s.unsupported);
  }
  if (s.scaling == Scaling::kNone) return s;
  if (options.factor != 0) s.factor = options.factor;
  if (options.original_context != 0) s.original_context = options.original_context;
  if (s.original_context == 0) s.original_context = trained_context;
  RETURN_IF_ERROR(Check(s));
  return s;
}

// Llama 3: divides the frequency of long waves by the factor, leaves short ones
// unchanged, and mixes those between.
double Llama3Frequency(const RopeSettings& s, double frequency) {
  const double waves = s.original_context * frequency / kTwoPi;  // In the original context.
  if (waves > s.high_freq_factor) return frequency;
  if (waves < s.low_freq_factor) return frequency / s.factor;
  const double smooth = (waves - s.low_freq_factor) / (s.high_freq_factor - s.low_freq_factor);
  return (1 - smooth) * frequency / s.factor + smooth * frequency;
}

// The (fractional) pair that makes `turns` turns in the original context.
double YarnPair(const RopeSettings& s, int head_dim, double turns) {
  return head_dim * ExactLog(s.original_context / (turns * kTwoPi)) / (2 * ExactLog(s.base));
}

void YarnFrequencies(const RopeSettings& s, int head_dim, std::vector<double>* frequencies) {
  double low = YarnPair(s, head_dim, s.beta_fast);
  double high = YarnPair(s, head_dim, s.beta_slow);
  if (s.whole_pairs) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(0.0, low);
  high = std::min(head_dim - 1.0, high);
  for (size_t i = 0; i < frequencies->size(); ++i) {
    const double ramp = (static_cast<double>(i) - low) / std::max(0.001, high - low);
    const double keep = (1 - std::min(1.0, std::max(0.0, ramp))) * s.extrapolation;
    double& f = (*frequencies)[i];
    f = f / s.factor * (1 - keep) + f * keep;
  }
}

}  // namespace

absl::StatusOr<RopeTable> RopeTable::Create(const HyperParameters& params,
                                            const RopeSettings& settings,
                                            absl::Span<const float> factors,
                                            const RopeOptions& options) {
  ASSIGN_OR_RETURN(const RopeSettings s, Resolve(settings, options, params.trained_context));
  const bool use_factors = options.scaling == Scaling::kFromFile && !factors.empty();
  RopeTable table;
  table.head_dim_ = params.head_dim;
  table.pairs_ = params.rope_pairs;
  const int half = params.head_dim / 2;
  table.frequencies_.resize(half);
  for (int i = 0; i < half; ++i) {
    double f = ExactPow(s.base, -2.0 * i / params.head_dim);
    if (use_factors) {
      if (!(factors[i] > 0 && factors[i] <= 1e9f)) {
        return absl::InvalidArgumentError(absl::StrCat("rope_freqs.weight[", i, "] is ", factors[i],
                                                       ", want above 0 and at most 1e9"));
      }
      f /= factors[i];
    }
    if (s.scaling == Scaling::kLinear) f /= s.factor;
    if (s.scaling == Scaling::kLlama3) f = Llama3Frequency(s, f);
    table.frequencies_[i] = f;
  }
  if (s.scaling == Scaling::kYarn) {
    YarnFrequencies(s, params.head_dim, &table.frequencies_);
    table.magnitude_ = s.attention_factor;
    if (s.factor > 1) table.magnitude_ *= 1 + 0.1 * ExactLog(s.factor);
    if (s.magnitude != 0) table.magnitude_ = s.magnitude;
  }
  for (const double f : table.frequencies_) {
    // Exact sines reach to 1e6, and positions alone may need all of that.
    if (!(f <= 1)) {
      return absl::InvalidArgumentError(
          absl::StrCat("a rope frequency is ", f, " radians a position, limit 1"));
    }
  }
  return table;
}

absl::Status RopeTable::Grow(int positions) {
  if (positions > kMaxPositions) {
    return absl::OutOfRangeError(
        absl::StrCat("position ", positions - 1, ", limit ", kMaxPositions - 1));
  }
  if (positions <= positions_) return absl::OkStatus();
  // Grows by half, so that a growing sequence costs little overall.
  const int target = std::min(kMaxPositions, std::max(positions, positions_ + positions_ / 2));
  cos_.resize(size_t(target) * head_dim_);
  sin_.resize(size_t(target) * head_dim_);
  const int half = head_dim_ / 2;
  for (int p = positions_; p < target; ++p) {
    float* cos = cos_.data() + int64_t{p} * head_dim_;
    float* sin = sin_.data() + int64_t{p} * head_dim_;
    for (int i = 0; i < half; ++i) {
      const double angle = p * frequencies_[i];
      const float c = static_cast<float>(ExactCos(angle) * magnitude_);
      const float s = static_cast<float>(ExactSin(angle) * magnitude_);
      if (pairs_ == RopePairs::kHalves) {
        cos[i] = c;
        sin[i] = s;
      } else {
        cos[2 * i] = c;
        cos[2 * i + 1] = c;
        sin[2 * i] = -s;
        sin[2 * i + 1] = s;
      }
    }
  }
  positions_ = target;
  return absl::OkStatus();
}

}  // namespace quipu::inference
