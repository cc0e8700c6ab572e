// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/rope_config.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/exact_math.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

using Scaling = RopeOptions::Scaling;

constexpr double kMaxTheta = 1e12;

// What DeepSeek's authors call mscale: YaRN's factor on cosines and sines.
double Magnitude(double factor, double mscale) {
  return factor <= 1 ? 1.0 : 0.1 * mscale * ExactLog(factor) + 1.0;
}

absl::Status ReadYarn(const ConfigObject& scaling, RopeSettings* s) {
  ASSIGN_OR_RETURN(s->beta_fast, scaling.Number("beta_fast", 1e-3, 1e6, 32.0));
  ASSIGN_OR_RETURN(s->beta_slow, scaling.Number("beta_slow", 1e-3, 1e6, 1.0));
  ASSIGN_OR_RETURN(s->whole_pairs, scaling.Bool("truncate", true));
  if (scaling.Has("attention_factor")) {
    ASSIGN_OR_RETURN(s->magnitude, scaling.Number("attention_factor", 1e-3, 1e3));
    return absl::OkStatus();
  }
  if (scaling.Has("mscale") && scaling.Has("mscale_all_dim")) {
    ASSIGN_OR_RETURN(const double mscale, scaling.Number("mscale", 0, 1e3));
    ASSIGN_OR_RETURN(const double all, scaling.Number("mscale_all_dim", 0, 1e3));
    // Zero counts as absent.
    if (mscale != 0 && all != 0) {
      s->magnitude = Magnitude(s->factor, mscale) / Magnitude(s->factor, all);
    }
  }
  return absl::OkStatus();
}

absl::Status ReadLlama3(const ConfigObject& scaling, RopeSettings* s) {
  ASSIGN_OR_RETURN(s->low_freq_factor, scaling.Number("low_freq_factor", 1e-3, 1e6));
  ASSIGN_OR_RETURN(s->high_freq_factor, scaling.Number("high_freq_factor", 1e-3, 1e6));
  return absl::OkStatus();
}

absl::Status ReadScaling(const ConfigObject& scaling, RopeSettings* s) {
  ASSIGN_OR_RETURN(std::string type, scaling.String("rope_type"));
  if (type.empty()) {
    ASSIGN_OR_RETURN(type, scaling.String("type"));  // Older files.
  }
  if (type.empty() || type == "default") return absl::OkStatus();
  if (type != "linear" && type != "llama3" && type != "yarn") {
    s->unsupported = absl::StrCat(
        scaling
            .Unsupported("rope_type", absl::StrCat("is \"", Snippet(type),
                                                   "\" (default, linear, llama3 and yarn are "
                                                   "supported)"))
            .message());
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(s->factor, scaling.Number("factor", 1e-3, 1e6));
  ASSIGN_OR_RETURN(s->original_context,
                   scaling.Integer("original_max_position_embeddings", 1, INT32_MAX, 0));
  if (type == "linear") {
    s->scaling = Scaling::kLinear;
    return absl::OkStatus();
  }
  s->scaling = type == "llama3" ? Scaling::kLlama3 : Scaling::kYarn;
  return type == "llama3" ? ReadLlama3(scaling, s) : ReadYarn(scaling, s);
}

// Both in one object, as transformers 5 writes them.
absl::StatusOr<RopeSettings> ReadParameters(const ConfigObject& parameters, double default_theta) {
  RopeSettings s;
  ASSIGN_OR_RETURN(s.base, parameters.Number("rope_theta", 1, kMaxTheta, default_theta));
  ASSIGN_OR_RETURN(const double rotated, parameters.Number("partial_rotary_factor", 0, 1, 1.0));
  if (rotated != 1) {
    return parameters.Unsupported("partial_rotary_factor",
                                  absl::StrCat("is ", rotated, ", but only 1 is supported"));
  }
  RETURN_IF_ERROR(ReadScaling(parameters, &s));
  return s;
}

// As transformers 5 writes them. What is missing there is beside it, as in
// files of transformers 4.
absl::Status ReadNewStyle(const ConfigObject& parameters, double theta, double local_theta,
                          HyperParameters* params) {
  ASSIGN_OR_RETURN(const std::optional<ConfigObject> full, parameters.Object("full_attention"));
  if (!full.has_value()) {
    ASSIGN_OR_RETURN(params->rope, ReadParameters(parameters, theta));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(params->rope, ReadParameters(*full, theta));
  ASSIGN_OR_RETURN(const std::optional<ConfigObject> local, parameters.Object("sliding_attention"));
  if (local.has_value()) {
    ASSIGN_OR_RETURN(params->local_rope, ReadParameters(*local, local_theta));
  }
  return absl::OkStatus();
}

absl::Status ReadOldStyle(const std::optional<ConfigObject>& scaling, double theta,
                          double local_theta, HyperParameters* params) {
  params->rope.base = theta;
  params->local_rope.base = local_theta;
  if (!scaling.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(params->rope.base, scaling->Number("rope_theta", 1, kMaxTheta, theta));
  return ReadScaling(*scaling, &params->rope);
}

}  // namespace

absl::Status ReadRopeConfig(const ConfigObject& config, double default_theta,
                            HyperParameters* params) {
  ASSIGN_OR_RETURN(const double theta, config.Number("rope_theta", 1, kMaxTheta, default_theta));
  ASSIGN_OR_RETURN(const double local_theta,
                   config.Number("rope_local_base_freq", 1, kMaxTheta, 10000.0));
  ASSIGN_OR_RETURN(const std::optional<ConfigObject> scaling, config.Object("rope_scaling"));
  ASSIGN_OR_RETURN(const std::optional<ConfigObject> parameters, config.Object("rope_parameters"));
  // Of both, transformers 4 and 5 read rope_scaling.
  const bool old_style = !parameters.has_value() || (scaling.has_value() && !scaling->Empty());
  RETURN_IF_ERROR(old_style ? ReadOldStyle(scaling, theta, local_theta, params)
                            : ReadNewStyle(*parameters, theta, local_theta, params));
  const RopeSettings& rope = params->rope;
  if (rope.scaling == Scaling::kYarn && rope.original_context > 0) {
    const double stretched = std::min<double>(INT32_MAX, rope.factor * rope.original_context);
    params->trained_context = std::max(params->trained_context, static_cast<int>(stretched));
  }
  return absl::OkStatus();
}

}  // namespace quipu::inference
