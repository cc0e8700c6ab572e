// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/rope_settings.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

using Scaling = RopeOptions::Scaling;

class Reader {
 public:
  Reader(const GgufFile& gguf, absl::string_view architecture)
      : gguf_(gguf), prefix_(absl::StrCat(architecture, ".rope.")) {}

  absl::StatusOr<RopeSettings> Read() const {
    RopeSettings s;
    ASSIGN_OR_RETURN(s.base, FloatOr("freq_base", 10000, 1, 1e12));
    // Older files have the second.
    ASSIGN_OR_RETURN(s.factor, FloatOr("scaling.factor", 0, 1e-3, 1e6));
    if (s.factor == 0) {
      ASSIGN_OR_RETURN(s.factor, FloatOr("scale_linear", 0, 1e-3, 1e6));
    }
    RETURN_IF_ERROR(ReadScaling(&s));
    ASSIGN_OR_RETURN(s.original_context, Integer("scaling.original_context_length"));
    ASSIGN_OR_RETURN(s.beta_fast, FloatOr("scaling.yarn_beta_fast", 32, 1e-3, 1e6));
    ASSIGN_OR_RETURN(s.beta_slow, FloatOr("scaling.yarn_beta_slow", 1, 1e-3, 1e6));
    ASSIGN_OR_RETURN(s.extrapolation, FloatOr("scaling.yarn_ext_factor", 1, 0, 1));
    ASSIGN_OR_RETURN(s.attention_factor, FloatOr("scaling.attn_factor", 1, 1e-3, 1e3));
    // The converter's name for transformers' attention_factor: it replaces the factor that follows
    // from the scaling.
    ASSIGN_OR_RETURN(s.magnitude, FloatOr("scaling.yarn_attn_factor", 0, 1e-3, 1e3));
    s.magnitude *= s.attention_factor;
    ASSIGN_OR_RETURN(const double log_multiplier,
                     FloatOr("scaling.yarn_log_multiplier", 0, -1e6, 1e6));
    if (log_multiplier != 0 && s.scaling == Scaling::kYarn) {
      s.unsupported = absl::StrCat(prefix_, "scaling.yarn_log_multiplier is ", log_multiplier,
                                   ", which is not supported");
    }
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
  absl::StatusOr<int> Integer(absl::string_view key) const {
    const std::string name = absl::StrCat(prefix_, key);
    if (!gguf_.Has(name)) return 0;
    auto value = gguf_.GetUint(name);
    if (!value.ok()) return Error(value.status().message());
    if (*value > INT32_MAX) return Error(absl::StrCat(name, " is ", *value));
    return static_cast<int>(*value);
  }

  absl::Status ReadScaling(RopeSettings* s) const {
    const std::string name = prefix_ + "scaling.type";
    // Older files give a factor but no type, which llama.cpp takes for linear.
    if (!gguf_.Has(name)) {
      if (s->factor != 0) s->scaling = Scaling::kLinear;
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
      s->unsupported =
          absl::StrCat(name, " is \"", Snippet(*type), "\" (none, linear and yarn are supported)");
    }
    return absl::OkStatus();
  }

  const GgufFile& gguf_;
  const std::string prefix_;
};

}  // namespace

absl::StatusOr<RopeSettings> ReadRopeSettings(const GgufFile& gguf,
                                              absl::string_view architecture) {
  return Reader(gguf, architecture).Read();
}

}  // namespace quipu::inference
