// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/rope_table.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/exact_math.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

using Scaling = RopeOptions::Scaling;

constexpr double kTwoPi = 6.283185307179586;

struct Settings {
  double base = 10000;
  Scaling scaling = Scaling::kNone;
  double factor = 1;
  int original_context = 0;
  double low_freq_factor = 1;
  double high_freq_factor = 4;
  double beta_fast = 32;
  double beta_slow = 1;
  double attention_factor = 1;  // Multiplies YaRN's own.
  double extrapolation = 1;     // The fraction of YaRN's ramp that is used.
  bool file_factors = false;    // Divide by rope_freqs.weight.
};

class SettingsReader {
 public:
  SettingsReader(const GgufFile& gguf, const HyperParameters& params)
      : gguf_(gguf), params_(params), prefix_(params.architecture + ".rope.") {}

  absl::StatusOr<Settings> Read(const RopeOptions& options, bool has_factors) const {
    Settings s;
    ASSIGN_OR_RETURN(s.base, FloatOr("freq_base", 10000, 1, 1e12));
    if (options.base != 0) s.base = options.base;
    if (!(s.base >= 1 && s.base <= 1e12)) {
      return absl::InvalidArgumentError(absl::StrCat("rope base is ", s.base, ", want 1 to 1e12"));
    }
    if (options.scaling == Scaling::kFromFile) {
      RETURN_IF_ERROR(ReadScaling(&s));
      s.file_factors = has_factors;
    } else {
      s.scaling = options.scaling;
      s.low_freq_factor = options.low_freq_factor;
      s.high_freq_factor = options.high_freq_factor;
    }
    if (s.scaling == Scaling::kNone) {
      return s;
    }
    if (options.factor != 0) {
      s.factor = options.factor;
    } else {
      ASSIGN_OR_RETURN(s.factor, FileFactor());
    }
    s.original_context = options.original_context;
    if (s.original_context == 0) {
      ASSIGN_OR_RETURN(const double original, FloatOrInt("scaling.original_context_length"));
      s.original_context = original > 0 ? static_cast<int>(original) : params_.trained_context;
    }
    ASSIGN_OR_RETURN(s.beta_fast, FloatOr("scaling.yarn_beta_fast", 32, 1e-3, 1e6));
    ASSIGN_OR_RETURN(s.beta_slow, FloatOr("scaling.yarn_beta_slow", 1, 1e-3, 1e6));
    ASSIGN_OR_RETURN(s.extrapolation, FloatOr("scaling.yarn_ext_factor", 1, 0, 1));
    ASSIGN_OR_RETURN(s.attention_factor, FloatOr("scaling.attn_factor", 1, 1e-3, 1e3));
    ASSIGN_OR_RETURN(const double yarn_factor, FloatOr("scaling.yarn_attn_factor", 1, 1e-3, 1e3));
    s.attention_factor *= yarn_factor;
    RETURN_IF_ERROR(Check(s));
    return s;
  }

 private:
  absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(gguf_.path(), ": ", what));
  }

  absl::StatusOr<double> FloatOr(absl::string_view key, double otherwise, double least,
                                 double greatest) const {
    const std::string name = absl::StrCat(prefix_, key);
    if (!gguf_.Has(name)) return otherwise;
    auto value = gguf_.GetFloat(name);
    if (!value.ok()) return Error(value.status().message());
    if (!(*value >= least && *value <= greatest)) {
      return Error(absl::StrCat(name, " is ", *value, ", want ", least, " to ", greatest));
    }
    return *value;
  }

  // 0 if there is no such key.
  absl::StatusOr<double> FloatOrInt(absl::string_view key) const {
    const std::string name = absl::StrCat(prefix_, key);
    if (!gguf_.Has(name)) return 0.0;
    auto value = gguf_.GetUint(name);
    if (!value.ok()) return Error(value.status().message());
    if (*value > INT32_MAX) return Error(absl::StrCat(name, " is ", *value));
    return static_cast<double>(*value);
  }

  absl::Status ReadScaling(Settings* s) const {
    const std::string name = prefix_ + "scaling.type";
    // Older files give a factor but no type: linear.
    if (!gguf_.Has(name)) {
      if (gguf_.Has(prefix_ + "scale_linear")) s->scaling = Scaling::kLinear;
      return absl::OkStatus();
    }
    auto type = gguf_.GetString(name);
    if (!type.ok()) return Error(type.status().message());
    if (*type == "none") {
      s->scaling = Scaling::kNone;
    } else if (*type == "linear") {
      s->scaling = Scaling::kLinear;
    } else if (*type == "yarn") {
      s->scaling = Scaling::kYarn;
    } else {
      return absl::UnimplementedError(absl::StrCat(gguf_.path(), ": ", name, " is \"",
                                                   Snippet(*type),
                                                   "\" (none, linear and yarn are supported)"));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<double> FileFactor() const {
    for (const char* key : {"scaling.factor", "scale_linear"}) {
      if (gguf_.Has(prefix_ + key)) return FloatOr(key, 1, 1e-3, 1e6);
    }
    return Error(absl::StrCat("rope scaling without a factor: neither ", prefix_,
                              "scaling.factor nor an option gives it"));
  }

  absl::Status Check(const Settings& s) const {
    if (!(s.factor >= 1e-3 && s.factor <= 1e6)) {
      return Error(absl::StrCat("rope scaling factor is ", s.factor, ", want 1e-3 to 1e6"));
    }
    if (s.original_context < 1) {
      return Error(absl::StrCat("rope original context is ", s.original_context));
    }
    if (!(s.low_freq_factor > 0 && s.high_freq_factor > s.low_freq_factor)) {
      return Error(absl::StrCat("rope low_freq_factor ", s.low_freq_factor,
                                " and high_freq_factor ", s.high_freq_factor,
                                ", want 0 < low < high"));
    }
    return absl::OkStatus();
  }

  const GgufFile& gguf_;
  const HyperParameters& params_;
  const std::string prefix_;
};

// Llama 3: divides the frequency of long waves by the factor, leaves short ones
// unchanged, and mixes those between.
double Llama3Frequency(const Settings& s, double frequency) {
  const double waves = s.original_context * frequency / kTwoPi;  // In the original context.
  if (waves > s.high_freq_factor) return frequency;
  if (waves < s.low_freq_factor) return frequency / s.factor;
  const double smooth = (waves - s.low_freq_factor) / (s.high_freq_factor - s.low_freq_factor);
  return (1 - smooth) * frequency / s.factor + smooth * frequency;
}

// The (fractional) pair that makes `turns` turns in the original context.
double YarnPair(const Settings& s, int head_dim, double turns) {
  return head_dim * ExactLog(s.original_context / (turns * kTwoPi)) / (2 * ExactLog(s.base));
}

void YarnFrequencies(const Settings& s, int head_dim, std::vector<double>* frequencies) {
  const double low = std::max(0.0, std::floor(YarnPair(s, head_dim, s.beta_fast)));
  const double high = std::min(head_dim - 1.0, std::ceil(YarnPair(s, head_dim, s.beta_slow)));
  for (size_t i = 0; i < frequencies->size(); ++i) {
    const double ramp = (static_cast<double>(i) - low) / std::max(0.001, high - low);
    const double keep = (1 - std::min(1.0, std::max(0.0, ramp))) * s.extrapolation;
    double& f = (*frequencies)[i];
    f = f / s.factor * (1 - keep) + f * keep;
  }
}

}  // namespace

absl::StatusOr<RopeTable> RopeTable::Create(const GgufFile& gguf, const HyperParameters& params,
                                            absl::Span<const float> factors,
                                            const RopeOptions& options) {
  ASSIGN_OR_RETURN(const Settings s, SettingsReader(gguf, params).Read(options, !factors.empty()));
  RopeTable table;
  table.head_dim_ = params.head_dim;
  table.pairs_ = params.architecture == "llama" ? RopePairs::kAdjacent : RopePairs::kHalves;
  const int half = params.head_dim / 2;
  table.frequencies_.resize(half);
  for (int i = 0; i < half; ++i) {
    double f = ExactPow(s.base, -2.0 * i / params.head_dim);
    if (s.file_factors) {
      if (!(factors[i] > 0 && factors[i] <= 1e9f)) {
        return absl::InvalidArgumentError(absl::StrCat(gguf.path(), ": rope_freqs.weight[", i,
                                                       "] is ", factors[i],
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
  }
  for (const double f : table.frequencies_) {
    // Exact sines reach to 1e6, and positions alone may need all of that.
    if (!(f <= 1)) {
      return absl::InvalidArgumentError(
          absl::StrCat(gguf.path(), ": a rope frequency is ", f, " radians a position, limit 1"));
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
