// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Collects what is wrong with a spec, all of it in one message.
//
//   Faults faults;
//   faults.Range("chunks.max_tokens", chunks.max_tokens(), 32u, 4096u);
//   return faults.ToStatus();  // "chunks.max_tokens: 5000, want 32 to 4096"
//
// Thread-compatible.
#ifndef QUIPU_GENERATOR_SPEC_SPEC_FAULTS_H_
#define QUIPU_GENERATOR_SPEC_SPEC_FAULTS_H_

#include <re2/re2.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/strings.h"
#include "generator/prompts/prompts.h"
#include "inference/text/chat_template.h"

namespace quipu::generator {

// As the greatest value of a range: there is none.
inline constexpr uint32_t kUnlimited = std::numeric_limits<uint32_t>::max();

// Collects faults: "field: value, want limit".
class Faults {
 public:
  template <typename Value>
  void Add(absl::string_view field, const Value& value, absl::string_view want) {
    lines_.push_back(absl::StrCat(field, ": ", value, ", want ", want));
  }

  // A number within [least, greatest]; NaN never is.
  template <typename Value>
  void Range(absl::string_view field, Value value, Value least, Value greatest) {
    if (!(value >= least && value <= greatest)) {
      Add(field, value,
          greatest == static_cast<Value>(kUnlimited) ? absl::StrCat(least, " or more")
                                                     : absl::StrCat(least, " to ", greatest));
    }
  }

  void Share(absl::string_view field, double value) { Range(field, value, 0.0, 1.0); }

  // Any number except NaN and infinity.
  void Finite(absl::string_view field, double value) {
    const double greatest = std::numeric_limits<double>::max();
    if (!(value >= -greatest && value <= greatest)) Add(field, value, "a finite number");
  }

  void NotEmpty(absl::string_view field, const std::string& value) {
    if (absl::StripAsciiWhitespace(value).empty()) {
      lines_.push_back(absl::StrCat(field, ": empty, want a value"));
    }
  }

  // A prompt that has each placeholder exactly once.
  void Placeholders(absl::string_view field, const std::string& pattern,
                    const std::vector<absl::string_view>& names) {
    for (const absl::string_view name : names) {
      const int count = CountPlaceholder(pattern, name);
      if (count != 1) {
        lines_.push_back(absl::StrCat(field, ": has {", name, "} ", count, " times, want once"));
      }
    }
  }

  void Matches(absl::string_view field, const std::string& value, const char* pattern,
               absl::string_view want) {
    if (!RE2::FullMatch(value, pattern)) {
      Add(field, absl::StrCat("\"", Snippet(value, 80), "\""), want);
    }
  }

  void TemplateName(absl::string_view field, const std::string& name) {
    // A file is read when the model is.
    if (name.empty() || absl::EndsWith(name, ".jinja")) return;
    const auto made = inference::ChatTemplate::FromName(name);
    if (!made.ok()) lines_.push_back(absl::StrCat(field, ": ", made.status().message()));
  }

  absl::Status ToStatus() const {
    if (lines_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrJoin(lines_, "\n"));
  }

 private:
  std::vector<std::string> lines_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_SPEC_SPEC_FAULTS_H_
